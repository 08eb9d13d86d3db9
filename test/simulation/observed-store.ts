// The shared store under the eyes of the ledger: what each operation commits is held against the row as it was before it,
// so that what the host application is owed does not rest on what the store itself writes into its outbox.

import type { ConnectionRow } from '../../src/core/store/connections.ts'
import type { GrantRow } from '../../src/core/store/grants.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { Told } from './event-checker.ts'
import type { StoreClock } from './world.ts'

export function witness(store: Store, told: Told, storeClock: StoreClock): Store {
  const { grants, connections, clients, outbox } = store
  const clientOf = new Map<string, string>()

  /** All three look at the same moment: an operation in memory is over before anybody waits for it. */
  async function watched<Result>(
    grant: string,
    run: () => Promise<Result>,
    tell: (result: Result & {}, before: GrantRow | null, resting: readonly ConnectionRow[]) => void,
  ): Promise<Result> {
    const [before, result, resting] = await Promise.all([grants.get(grant), run(), connections.onGrant(grant)])
    if (result) tell(result, before, resting)
    return result
  }
  function recovered(rows: readonly ConnectionRow[]): void {
    for (const { id } of rows) told.owe(id, 'connection.recovered')
  }

  return {
    ...store,
    grants: {
      ...grants,
      commit: (id, ...rest) =>
        watched(
          id,
          () => grants.commit(id, ...rest),
          (_, before, resting) => {
            if (before?.status === 'over') recovered(resting)
            if (before?.status !== 'live') return
            for (const row of resting) told.owe(row.id, 'connection.renewed', before.generation + 1)
          },
        ),
      end: (id, generation, reason, entry) =>
        watched(
          id,
          () => grants.end(id, generation, reason, entry),
          (_, __, resting) => {
            for (const row of resting) told.owe(row.id, 'connection.needs_reconnect', reason)
          },
        ),
      keepFallback: (id, ...rest) =>
        watched(
          id,
          () => grants.keepFallback(id, ...rest),
          (kept, _, resting) => kept === 'revived' && recovered(resting),
        ),
      useFallback: (id, ...rest) =>
        watched(
          id,
          () => grants.useFallback(id, ...rest),
          (_, before, resting) => before?.status === 'over' && recovered(resting),
        ),
    },
    connections: {
      ...connections,
      attach: (attachment) =>
        watched(
          attachment.grant.id,
          () => connections.attach(attachment),
          ({ connection, created }, before, resting) => {
            told.owe(connection.id, created ? 'connection.created' : 'connection.recovered')
            if (before?.status === 'over') recovered(resting.filter(({ id }) => id !== connection.id))
          },
        ),
      async detach(id, entry) {
        const detached = await connections.detach(id, entry)
        if (detached) told.owe(id, 'connection.disconnected')
        return detached
      },
    },
    clients: {
      ...clients,
      async refuse(client, refusal) {
        const confirmed = await clients.refuse(client, refusal)
        clientOf.set(refusal.credentials, client)
        if (confirmed) told.owe(client, 'client.misconfigured', refusal.reason)
        return confirmed
      },
      async resume(credentials) {
        const ended = await clients.resume(credentials)
        if (ended) told.owe(clientOf.get(credentials) ?? '', 'client.recovered')
        return ended
      },
    },
    outbox: {
      ...outbox,
      async take(...how) {
        const taken = await outbox.take(...how)
        for (const row of taken) told.took(row)
        return taken
      },
      async acknowledge(id) {
        const done = await outbox.acknowledge(id)
        if (done) told.recorded(id)
        return done
      },
      async fail(id, owner, error, retryIn) {
        const given = await outbox.fail(id, owner, error, retryIn)
        if (given && retryIn === null) told.gaveUp(id)
        return given
      },
      async sweep(...how) {
        // What nobody has set cannot make what is new look old.
        if (storeClock.steppedAt === null) return outbox.sweep(...how)
        const pending = async () =>
          new Set((await outbox.list({ state: 'pending', limit: 10_000 })).map(({ id }) => id))
        const before = await pending()
        const swept = await outbox.sweep(...how)
        const after = swept > 0 ? await pending() : before
        told.deleted([...before].filter((id) => !after.has(id)))
        return swept
      },
    },
  }
}
