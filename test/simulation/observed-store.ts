// The shared store, observed for the event checker. What each operation commits is compared with the row before it, so that
// the expected events do not depend on what the store itself writes into its outbox.

import type { ConnectionRow, ConnectionStore } from '../../src/core/store/connections.ts'
import type { GrantRow, GrantStore } from '../../src/core/store/grants.ts'
import type { OutboxStore } from '../../src/core/store/outbox.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { EventCheckers } from './event-checkers.ts'
import type { StoreClock } from './world.ts'

/** Performs an operation on a grant, then reports with its result the row before it and the connections on the grant. */
type Observe = <Result>(
  grant: string,
  run: () => Promise<Result>,
  report: (result: Result & {}, before: GrantRow | null, connections: readonly ConnectionRow[]) => void,
) => Promise<Result>

export function observeStore(store: Store, events: EventCheckers, storeClock: StoreClock): Store {
  const observe: Observe = async (grant, run, report) => {
    // All three see one moment: an operation in memory is over before any other begins.
    const [before, result, connections] = await Promise.all([
      store.grants.get(grant),
      run(),
      store.connections.onGrant(grant),
    ])
    if (result) report(result, before, connections)
    return result
  }
  return {
    ...store,
    grants: observedGrants(store.grants, events, observe),
    connections: observedConnections(store.connections, events, observe),
    clients: observedClients(store.clients, events),
    outbox: observedOutbox(store.outbox, events, storeClock),
    feed: observedFeed(store.feed, events),
  }
}

function expectRecovered(events: EventCheckers, connections: readonly ConnectionRow[]): void {
  for (const { id } of connections) events.expect(id, 'connection.recovered')
}

function observedGrants(grants: GrantStore, events: EventCheckers, observe: Observe): GrantStore {
  return {
    ...grants,
    commit: (id, ...rest) =>
      observe(
        id,
        () => grants.commit(id, ...rest),
        (_, before, connections) => {
          if (before?.status === 'over') expectRecovered(events, connections)
          if (before?.status !== 'live') return
          for (const row of connections) events.expect(row.id, 'connection.renewed', before.generation + 1)
        },
      ),
    end: (id, generation, reason, entry) =>
      observe(
        id,
        () => grants.end(id, generation, reason, entry),
        (_, __, connections) => {
          for (const row of connections) events.expect(row.id, 'connection.needs_reconnect', reason)
        },
      ),
    keepFallback: (id, ...rest) =>
      observe(
        id,
        () => grants.keepFallback(id, ...rest),
        (kept, _, connections) => kept === 'revived' && expectRecovered(events, connections),
      ),
    useFallback: (id, ...rest) =>
      observe(
        id,
        () => grants.useFallback(id, ...rest),
        (_, before, connections) => before?.status === 'over' && expectRecovered(events, connections),
      ),
  }
}

function observedConnections(connections: ConnectionStore, events: EventCheckers, observe: Observe): ConnectionStore {
  return {
    ...connections,
    attach: (attachment) =>
      observe(
        attachment.grant.id,
        () => connections.attach(attachment),
        ({ connection, created }, before, others) => {
          events.expect(connection.id, created ? 'connection.created' : 'connection.recovered')
          if (before?.status === 'over')
            expectRecovered(
              events,
              others.filter(({ id }) => id !== connection.id),
            )
        },
      ),
    async detach(id, entry) {
      const detached = await connections.detach(id, entry)
      if (detached) events.expect(id, 'connection.disconnected')
      return detached
    },
  }
}

function observedClients(clients: Store['clients'], events: EventCheckers): Store['clients'] {
  const clientOf = new Map<string, string>()
  return {
    ...clients,
    async refuse(client, refusal) {
      const confirmed = await clients.refuse(client, refusal)
      clientOf.set(refusal.credentials, client)
      if (confirmed) events.expect(client, 'client.misconfigured', refusal.reason)
      return confirmed
    },
    async resume(credentials) {
      const ended = await clients.resume(credentials)
      if (ended) events.expect(clientOf.get(credentials) ?? '', 'client.recovered')
      return ended
    },
  }
}

function observedOutbox(outbox: OutboxStore, events: EventCheckers, storeClock: StoreClock): OutboxStore {
  const pending = async () =>
    new Map((await outbox.list({ state: 'pending', limit: 10_000 })).map((row) => [row.id, row]))
  return {
    ...outbox,
    async take(...how) {
      const taken = await outbox.take(...how)
      for (const id of how[4] ?? []) events.acknowledgementStored(id)
      for (const row of taken) events.leased(row)
      return taken
    },
    async acknowledge(id) {
      const done = await outbox.acknowledge(id)
      if (done) events.acknowledgementStored(id)
      return done
    },
    async fail(id, owner, error, retryIn) {
      const failed = await outbox.fail(id, owner, error, retryIn)
      if (failed && retryIn === null) events.declaredDead(id)
      return failed
    },
    async sweep(...how) {
      // Only a clock that was set can make a new event look old.
      if (storeClock.steppedAt === null) return outbox.sweep(...how)
      const before = await pending()
      const swept = await outbox.sweep(...how)
      const after = swept > 0 ? await pending() : before
      events.deleted([...before.values()].filter(({ id }) => !after.has(id)))
      return swept
    },
  }
}

function observedFeed(feed: Store['feed'], events: EventCheckers): Store['feed'] {
  return {
    ...feed,
    async publish(id, body) {
      const isPublished = await feed.publish(id, body)
      if (isPublished) events.published(id)
      return isPublished
    },
  }
}
