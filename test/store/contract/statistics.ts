// Counting connections and events: what the metrics show.

import assert from 'node:assert/strict'
import { soonestGrants } from '../../../src/core/store/statistics.ts'
import { type Contract, connect, delivery, entry } from '../fixtures.ts'

export const statisticsContract: Contract = {
  'an empty store has nothing to count': async ({ store }) => {
    assert.deepEqual(await store.statistics(), {
      connections: {},
      grantExpiryMinMs: null,
      events: { pending: 0, dead: 0, oldestPendingMs: null },
    })
  },

  'connections are counted by client and status': async ({ store }) => {
    await connect(store, { owner: 'ann', account: 'one' })
    await connect(store, { owner: 'bob', account: 'one' })
    const over = await connect(store, { owner: 'ann', account: 'two' })
    const ended = await connect(store, { owner: 'ann', account: 'three' })
    await connect(store, { owner: 'ann', account: 'four', client: 'calcom' })
    await store.grants.end(over.connection.grant, over.generation, 'refused', entry)
    await store.connections.detach(ended.connection.id, entry)
    assert.deepEqual((await store.statistics()).connections, {
      calendly: { active: 2, needs_reconnect: 1, disconnected: 1 },
      calcom: { active: 1, needs_reconnect: 0, disconnected: 0 },
    })
  },

  'a connection whose grant was over before it was disconnected counts as disconnected': async ({ store }) => {
    const { connection, generation } = await connect(store)
    await store.grants.end(connection.grant, generation, 'refused', entry)
    await store.connections.detach(connection.id, entry)
    const { calendly } = (await store.statistics()).connections
    assert.deepEqual(calendly, { active: 0, needs_reconnect: 0, disconnected: 1 })
  },

  'the first expiry is that of a grant in use, also once it has passed': async ({ store, clock }) => {
    const grant = (expiresInMs: number) => ({ expiresInMs, refreshInMs: expiresInMs / 2, dueInMs: expiresInMs / 2 })
    await connect(store, { account: 'soon', grant: grant(600_000) })
    await connect(store, { account: 'later', client: 'calcom', grant: grant(7_200_000) })
    assert.equal((await store.statistics()).grantExpiryMinMs, 600_000)
    clock.pass(700_000)
    assert.equal((await store.statistics()).grantExpiryMinMs, -100_000)
    clock.pass(86_400_000)
    assert.equal((await store.statistics()).grantExpiryMinMs, null, 'nobody has used them for a day')
  },

  'a grant that is not kept warm has no expiry to wait for': async ({ store }) => {
    const atTheEndOfTheRefreshToken = { expiresInMs: 600_000, refreshInMs: 86_400_000, dueInMs: 86_400_000 }
    await connect(store, { account: 'cold', grant: atTheEndOfTheRefreshToken })
    await connect(store, { account: 'without', grant: { expiresInMs: 1000, refreshInMs: null, dueInMs: null } })
    const over = await connect(store, { account: 'over', grant: { expiresInMs: 1000, refreshInMs: 500, dueInMs: 500 } })
    await store.grants.end(over.connection.grant, over.generation, 'refused', entry)
    assert.equal((await store.statistics()).grantExpiryMinMs, null)
  },

  'of a client with many grants those that fall due first are looked at': async ({ store }) => {
    const connectOne = (n: number) =>
      connect(store, {
        account: `due ${n}`,
        grant: { expiresInMs: 7_200_000, refreshInMs: 1000 + n, dueInMs: 1000 + n },
      })
    // A few at a time: each waits for a connection to the database, and not for ever.
    let next = 0
    const worker = async () => {
      while (next < soonestGrants) await connectOne(next++)
    }
    await Promise.all(Array.from({ length: 8 }, worker))
    await connect(store, { account: 'last', grant: { expiresInMs: 600_000, refreshInMs: 500_000, dueInMs: 500_000 } })
    assert.equal((await store.statistics()).grantExpiryMinMs, 7_200_000)
    assert.equal((await store.statistics()).connections.calendly?.active, soonestGrants + 1)
  },

  'events are counted by their state, and the oldest pending one has an age': async ({
    store: { outbox, ...store },
    clock,
  }) => {
    await outbox.accept([delivery('one', { orderingKey: 'a' }), delivery('two', { orderingKey: 'b' })])
    clock.pass(5000)
    await outbox.accept([delivery('three', { orderingKey: 'c' })])
    clock.pass(2000)
    assert.deepEqual((await store.statistics()).events, { pending: 3, dead: 0, oldestPendingMs: 7000 })
    const [one, two] = await outbox.take('w', 2, 60_000)
    assert.equal((await store.statistics()).events.pending, 3, 'a leased event is pending')
    await outbox.acknowledge(one?.id ?? '')
    await outbox.fail(two?.id ?? '', 'w', 'no', null)
    assert.deepEqual((await store.statistics()).events, { pending: 1, dead: 1, oldestPendingMs: 2000 })
  },

  'more events than one step counts': async ({ store: { outbox, ...store } }) => {
    const many = Array.from({ length: 2100 }, (_, n) => delivery(`many ${n}`, { orderingKey: `key ${n}` }))
    for (let from = 0; from < many.length; from += 500) await outbox.accept(many.slice(from, from + 500))
    assert.equal((await store.statistics()).events.pending, 2100)
  },
}
