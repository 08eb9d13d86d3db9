// Keeps the facts of an account up to date: people change their names and time zones at the provider. It asks at most once a
// day for each grant, for the first time a day after the grant was made, behind a refresh that has just succeeded. A failure
// harms nothing; the next refresh tries again.

import type { Client } from '../core/provider.ts'
import type { Transport } from '../oauth/transport.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'
import { identifyAccount } from './identify.ts'

const dayMs = 86_400_000
/** Grants that each process remembers. Beyond that it forgets the one that it asked for longest ago. */
const mostRemembered = 10_000

/** Returns a function to call with a grant that has just been refreshed. */
export function createAccountFacts({
  grants,
  clients,
  transport,
}: {
  readonly grants: Pick<GrantRecords, 'describe'>
  readonly clients: ReadonlyMap<string, Client>
  readonly transport: Transport
}): (grant: Grant) => Promise<void> {
  const asked = new Map<string, number>()
  return async (grant) => {
    const client = clients.get(grant.client)
    // By the store's clock, by which the grant was made.
    if (!client || grant.readAt - (asked.get(grant.id) ?? grant.createdAt) < dayMs) return
    asked.delete(grant.id)
    asked.set(grant.id, grant.readAt)
    const [oldest] = asked.keys()
    if (asked.size > mostRemembered && oldest !== undefined) asked.delete(oldest)
    const answer = { ...grant.open(), expiresInMs: null, scopes: grant.scopes, extra: {} }
    const found = await identifyAccount(transport, client, answer)
    if (!('account' in found) || found.account.id !== grant.account.id) return
    const { name, email, timeZone } = found.account
    const known = grant.account
    if (name === known.name && email === known.email && timeZone === known.timeZone) return
    await grants.describe(grant.id, found.account)
  }
}
