// Keeps what is known of an account up to date: people change their names and time zones at the provider. One look a day and
// grant at most, the first a day after the grant was made, behind a refresh that has just succeeded; what goes wrong with it
// harms nothing and waits for the next one.

import type { Client } from '../core/provider.ts'
import type { Transport } from '../oauth/transport.ts'
import type { Grant, Grants } from '../records/grants.ts'
import { identifyAccount } from './identify.ts'

const day = 86_400_000
/** Grants remembered by each process; beyond that the one that was looked at longest ago is looked at again. */
const most = 10_000

/** Returns what to call with a grant that has just been refreshed. */
export function createAccountFacts({
  grants,
  clients,
  transport,
}: {
  readonly grants: Pick<Grants, 'describe'>
  readonly clients: ReadonlyMap<string, Client>
  readonly transport: Transport
}): (grant: Grant) => Promise<void> {
  const looked = new Map<string, number>()
  return async (grant) => {
    const client = clients.get(grant.client)
    // By the store's clock, by which the grant was made.
    if (!client || grant.readAt - (looked.get(grant.id) ?? grant.createdAt) < day) return
    looked.delete(grant.id)
    looked.set(grant.id, grant.readAt)
    const [oldest] = looked.keys()
    if (looked.size > most && oldest !== undefined) looked.delete(oldest)
    const answer = { ...grant.open(), expiresInMs: null, scopes: grant.scopes, extra: {} }
    const found = await identifyAccount(transport, client, answer)
    if (!('account' in found) || found.account.id !== grant.account.id) return
    const { name, email, timeZone } = found.account
    const known = grant.account
    if (name === known.name && email === known.email && timeZone === known.timeZone) return
    await grants.describe(grant.id, found.account)
  }
}
