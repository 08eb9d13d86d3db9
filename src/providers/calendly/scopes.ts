// Calendly's scopes: the catalogue of its documentation, read on 2026-11-27. `default` is the scope of apps from before
// March 2026. `invitees:read` stands in an example there and not in the catalogue; `meeting_recaps:*` was seen in tokens. A
// scope that is newer than this list can be asked for once it is among the client's own `scopes`.

/** @see {@link https://developer.calendly.com/docs/authentication/scopes Scopes} */
export const scopes: readonly string[] = [
  'default',
  'activity_log:read',
  'availability:read',
  'availability:write',
  'contacts:read',
  'contacts:write',
  'data_compliance:write',
  'event_types:read',
  'event_types:write',
  'groups:read',
  'invitees:read',
  'locations:read',
  'meeting_recaps:read',
  'meeting_recaps:write',
  'organizations:read',
  'organizations:write',
  'outgoing_communications:read',
  'routing_forms:read',
  'scheduled_events:read',
  'scheduled_events:write',
  'scheduling_links:write',
  'shares:write',
  'users:read',
  'webhooks:read',
  'webhooks:write',
]

/**
 * The scopes of `needed` that `granted` does not include. `default`, the scope of apps from before March 2026, includes
 * all others; `x:write` includes `x:read`.
 */
export function notGranted(granted: readonly string[], needed: readonly string[]): readonly string[] {
  if (granted.includes('default')) return []
  return needed.filter((scope) => !granted.includes(scope) && !granted.includes(scope.replace(/:read$/, ':write')))
}
