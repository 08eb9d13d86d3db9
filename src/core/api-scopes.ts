// What an API key may do.

/** Every scope of an API key. */
export const apiScopes = [
  'connections:read',
  'connections:write',
  'tokens:read',
  'calls',
  'bookings:read',
  'bookings:write',
  'events:read',
  'admin',
] as const

export type ApiScope = (typeof apiScopes)[number]

/** Whether a key with these scopes may do it: `admin` includes every other scope. */
export function holdsScope(scopes: readonly ApiScope[], scope: ApiScope): boolean {
  return scopes.includes(scope) || scopes.includes('admin')
}
