// Clients and tokens from before there were scopes.

import type { Client } from '../../world/clients.ts'

/** A client without scopes, or with the two oldest only: nothing is asked of its scopes. */
export function isLegacy(client: Client): boolean {
  return areLegacy(client.scopes)
}

/** Whether there are none but the two oldest scopes. */
export function areLegacy(scopes: readonly string[]): boolean {
  return scopes.every((scope) => scope === 'READ_BOOKING' || scope === 'READ_PROFILE')
}
