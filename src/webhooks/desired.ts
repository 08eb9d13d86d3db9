// The subscription that must exist at the provider for a row, and which row of a scope counts.

import type { Secret } from '../core/secret.ts'
import type { DesiredWebhook } from '../core/webhooks.ts'
import type { Subscription } from '../records/subscriptions.ts'

/**
 * Returns the subscription that must exist at the provider for a row. `secret`: what the provider signs with, or
 * `null`.
 */
export function desiredOf(baseUrl: string, row: Subscription, secret: Secret | null): DesiredWebhook {
  const { client, id, events, scope, account } = row
  // The id cannot be guessed, and so neither can the address.
  return { address: `${baseUrl}/webhooks/${client}/${id}`, events, scope, account, secret }
}

/**
 * Returns the current subscription of that scope. When the provider has refused its replacement, that is the one that
 * would have been replaced.
 */
export function currentOf(rows: readonly Subscription[], scope: string): Subscription | null {
  const living = rows.filter((row) => row.scope === scope && (row.state === 'creating' || row.state === 'active'))
  return living.find((row) => row.current) ?? living.at(-1) ?? null
}
