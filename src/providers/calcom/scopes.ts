// Cal.com's scopes: its documentation and API v2 source of 2026, read in November 2026. `CREDITS_*` and `INSIGHTS_READ` are
// not documented; Cal.com's own chat app asks for them (August 2026). `READ_BOOKING` and `READ_PROFILE` are those of legacy
// clients. A scope that is newer than this list can be asked for once it is among the client's own `scopes`.

const ofUser = ['EVENT_TYPE', 'BOOKING', 'SCHEDULE', 'APPS', 'PROFILE', 'WEBHOOK', 'VERIFIED_RESOURCES', 'CREDITS']
const ofTeam = [
  'EVENT_TYPE',
  'BOOKING',
  'SCHEDULE',
  'PROFILE',
  'MEMBERSHIP',
  'APPS',
  'ROUTING_FORM',
  'WORKFLOW',
  'VERIFIED_RESOURCES',
]
const ofOrganization = [
  'EVENT_TYPE',
  'BOOKING',
  'SCHEDULE',
  'PROFILE',
  'MEMBERSHIP',
  'ROUTING_FORM',
  'WEBHOOK',
  'ATTRIBUTES',
]

export const scopes: readonly string[] = [
  ...ofUser.flatMap(both),
  'INSIGHTS_READ',
  ...ofTeam.map((thing) => `TEAM_${thing}`).flatMap(both),
  'TEAM_INSIGHTS_READ',
  ...ofOrganization.map((thing) => `ORG_${thing}`).flatMap(both),
  'ORG_INSIGHTS_READ',
  'READ_BOOKING',
  'READ_PROFILE',
]

function both(thing: string): string[] {
  return [`${thing}_READ`, `${thing}_WRITE`]
}

/**
 * Returns those of the needed scopes that are not granted. `X_WRITE` does not include `X_READ`. The scopes of a legacy
 * client are not enforced.
 */
export function notGranted(granted: readonly string[], needed: readonly string[]): readonly string[] {
  if (granted.every((scope) => scope === 'READ_BOOKING' || scope === 'READ_PROFILE')) return []
  return needed.filter((scope) => !granted.includes(scope))
}
