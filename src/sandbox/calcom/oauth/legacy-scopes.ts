// Clients and tokens from before there were scopes.

import type { Client } from '../../world/clients.ts'

/** Whether the client has no scopes, or only the two oldest: its scopes are not checked. */
export function isLegacy(client: Client): boolean {
  return areLegacy(client.scopes)
}

/** Whether the list holds no other scopes than the two oldest. */
export function areLegacy(scopes: readonly string[]): boolean {
  return scopes.every((scope) => scope === 'READ_BOOKING' || scope === 'READ_PROFILE')
}
