// The scopes that each provider knows.

/** Calendly's scopes, as its catalogue lists them. */
export const calendlyScopes: readonly string[] = [
  'availability:read',
  'availability:write',
  'event_types:read',
  'event_types:write',
  'locations:read',
  'routing_forms:read',
  'shares:write',
  'scheduled_events:read',
  'scheduled_events:write',
  'scheduling_links:write',
  'groups:read',
  'organizations:read',
  'organizations:write',
  'users:read',
  'webhooks:read',
  'webhooks:write',
  'activity_log:read',
  'data_compliance:write',
  'outgoing_communications:read',
  'contacts:read',
  'contacts:write',
  'meeting_recaps:read',
  'meeting_recaps:write',
]

const readAndWrite = (prefix: string, names: readonly string[]): string[] =>
  names.flatMap((name) => [`${prefix}${name}_READ`, `${prefix}${name}_WRITE`])

/** Cal.com's user-level scopes. */
export const calcomScopes: readonly string[] = readAndWrite('', [
  'EVENT_TYPE',
  'BOOKING',
  'SCHEDULE',
  'APPS',
  'PROFILE',
  'WEBHOOK',
  'VERIFIED_RESOURCES',
])

/** Every scope that Cal.com knows: user, team, organization and legacy ones. */
export const calcomKnownScopes: ReadonlySet<string> = new Set([
  ...calcomScopes,
  ...readAndWrite('', ['CREDITS']),
  'INSIGHTS_READ',
  ...readAndWrite('TEAM_', [
    'EVENT_TYPE',
    'BOOKING',
    'SCHEDULE',
    'PROFILE',
    'MEMBERSHIP',
    'APPS',
    'ROUTING_FORM',
    'WORKFLOW',
    'VERIFIED_RESOURCES',
  ]),
  'TEAM_INSIGHTS_READ',
  ...readAndWrite('ORG_', [
    'EVENT_TYPE',
    'BOOKING',
    'SCHEDULE',
    'PROFILE',
    'MEMBERSHIP',
    'ROUTING_FORM',
    'WEBHOOK',
    'ATTRIBUTES',
  ]),
  'ORG_INSIGHTS_READ',
  'READ_BOOKING',
  'READ_PROFILE',
])
