// Connections that were disconnected and grants that were closed: what is forgotten at once, what stays until it is finished,
// and what is left of them.

import assert from 'node:assert/strict'
import {
  bookingKey,
  bookingLink,
  type Contract,
  claimBy,
  connect,
  delivery,
  entry,
  type OpenStore,
  refreshedTokens,
  runSteadily,
  subscription,
} from '../fixtures.ts'

const day = 86_400_000

/** Connects and disconnects, and closes the grant. */
async function end({ store }: OpenStore, facts: Parameters<typeof connect>[1] = {}) {
  const { connection, generation } = await connect(store, facts)
  await store.connections.detach(connection.id, entry)
  await store.grants.close(connection.grant, generation)
  return connection
}

const isThere = async ({ store }: OpenStore, id: string) => (await store.connections.get(id)) !== null

export const endedContract: Contract = {
  'what is known of the account of a connection goes when it ends, and the connection is found by its owner alone':
    async (at) => {
      const { connections } = at.store
      const { id } = (await connect(at.store)).connection
      const detached = await connections.detach(id, entry)
      const nothing = { id: 'one', name: null, email: null, timeZone: null }
      assert.deepEqual(detached?.row.account, nothing)
      assert.deepEqual(detached?.row.scopes, [])
      assert.deepEqual((await at.store.grants.get(detached?.row.grant ?? ''))?.account, nothing)
      const found = async (term: string) => (await connections.search({ term, most: 10 })).rows.length
      assert.deepEqual([await found('ann@'), await found('example.com'), await found('ann')], [0, 0, 1])
      await at.store.grants.describe(detached?.row.grant ?? '', { name: 'Late', email: null, timeZone: null })
      assert.equal((await at.store.grants.get(detached?.row.grant ?? ''))?.account.name, null)
      await connect(at.store)
      assert.equal((await connections.get(id))?.account.name, 'Ann')
      assert.equal(await found('ann@'), 1)
    },

  'what another connection needs of the account stays': async (at) => {
    const { id } = (await connect(at.store)).connection
    const bobs = (await connect(at.store, { owner: 'bob' })).connection
    await at.store.connections.detach(id, entry)
    assert.equal((await at.store.connections.get(id))?.account.email, null)
    assert.equal((await at.store.connections.get(bobs.id))?.account.email, 'ann@example.com')
  },

  'a connection that ended goes after that time, with its grant and all that is left of it': async (at) => {
    const { store, clock } = at
    const { id, grant } = await end(at)
    const stays = (await connect(store, { account: 'two' })).connection
    await store.bookingLinks.put(bookingLink('b1', { connection: id }))
    await store.errorGroups.add([
      {
        id: 'e',
        code: 'c',
        reason: null,
        client: null,
        count: 1,
        sentence: 'S.',
        agoMs: 0,
        connections: [id, stays.id],
      },
    ])
    await runSteadily(at)
    assert.equal(await store.ended.sweep(day, 10), 0)
    clock.pass(day)
    assert.equal(await store.ended.sweep(day, 10), 2)
    assert.deepEqual([await isThere(at, id), await store.grants.get(grant)], [false, null])
    assert.deepEqual(await store.history.of(id, 10), [])
    assert.deepEqual(await store.bookingLinks.of(id, ['b1']), [])
    assert.deepEqual(await store.errorGroups.touched('e', 10), [stays.id])
    assert.equal((await store.errorGroups.list({ limit: 1 }))[0]?.connections, 1)
    assert.equal(await isThere(at, stays.id), true)
    assert.deepEqual(
      [await store.ended.has(id), await store.ended.has(grant), await store.ended.has(stays.id)],
      [true, true, false],
    )
    assert.equal(await store.ended.sweepIds(day, 10), 0)
    clock.pass(day)
    assert.equal(await store.ended.sweepIds(day, 10), 2)
    assert.equal(await store.ended.has(id), false)
  },

  'a clock that was set ahead deletes nothing': async (at) => {
    const { id } = await end(at)
    await runSteadily(at)
    at.clock.step(40 * day)
    assert.equal(await at.store.ended.sweep(day, 10), 0)
    assert.equal(await isThere(at, id), true)
  },

  'a connection stays while its grant is not closed': async (at) => {
    const { connection, generation } = await connect(at.store)
    await at.store.connections.detach(connection.id, entry)
    await runSteadily(at)
    at.clock.pass(day)
    assert.equal(await at.store.ended.sweep(day, 10), 0)
    await at.store.grants.close(connection.grant, generation)
    assert.equal(await at.store.ended.sweep(day, 10), 1)
    assert.equal((await at.store.grants.get(connection.grant))?.status, 'closed', 'it was closed only now')
  },

  'a grant stays while a refresh of it may still be answered': async (at) => {
    const { connection, generation } = await connect(at.store)
    await runSteadily(at)
    at.clock.pass(day - 10_000)
    await at.store.grants.claim(connection.grant, generation, claimBy('w'))
    await at.store.connections.detach(connection.id, entry)
    await at.store.grants.close(connection.grant, generation)
    at.clock.pass(10_000)
    assert.equal(await at.store.ended.sweep(0, 10), 0)
    assert.equal(await at.store.grants.commit(connection.grant, generation, refreshedTokens('late'), entry), true)
    assert.equal((await at.store.grants.get(connection.grant))?.status, 'closing')
    await at.store.grants.close(connection.grant, generation + 1)
    assert.equal(await at.store.ended.sweep(0, 10), 2)
  },

  'a connection stays while something of it is under way': async (at) => {
    const { store, clock } = at
    const { id } = await end(at)
    await store.subscriptions.insert(subscription('s', { connection: id }), null, 0)
    await store.outbox.accept([delivery('d', { connection: id })])
    await store.bookingKeys.claim(bookingKey('k', { connection: id }), 1000)
    await runSteadily(at)
    clock.pass(day)
    const isKept = async () => (await store.ended.sweep(day, 10)) === 0 && (await isThere(at, id))
    assert.equal(await isKept(), true)
    await store.bookingKeys.sweep(day, 10)
    assert.equal(await isKept(), true)
    const [event] = await store.outbox.take('w', 1, 1000)
    await store.outbox.acknowledge(event?.id ?? '')
    assert.equal(await isKept(), true)
    await store.subscriptions.update('s', ['creating'], { state: 'removed' })
    assert.equal(await store.ended.sweep(day, 10), 2)
  },

  'a connection that was taken up again does not go': async (at) => {
    const { id } = await end(at)
    await runSteadily(at)
    at.clock.pass(day)
    await connect(at.store)
    assert.equal(await at.store.ended.sweep(day, 10), 0)
    assert.equal((await at.store.connections.get(id))?.status, 'active')
  },

  'only as many go as asked for, the first ones first': async (at) => {
    const first = await end(at)
    at.clock.pass(1000)
    const second = await end(at, { account: 'two' })
    await runSteadily(at)
    at.clock.pass(day)
    assert.equal(await at.store.ended.sweep(day, 1), 1)
    assert.deepEqual([await isThere(at, first.id), await isThere(at, second.id)], [false, true])
  },

  'a grant that is made again begins after the one that was deleted': async (at) => {
    const { grant } = await end(at)
    await runSteadily(at)
    at.clock.pass(day)
    await at.store.ended.sweep(day, 10)
    const again = await connect(at.store)
    assert.deepEqual([again.connection.grant, again.generation], [grant, 2])
    assert.equal((await at.store.grants.get(grant))?.generation, 2)
    assert.equal(await at.store.grants.commit(grant, 1, refreshedTokens('of before'), entry), false)
  },

  'what comes late about a connection that is gone is refused, or goes too': async (at) => {
    const { store, clock } = at
    const { id } = await end(at)
    await runSteadily(at)
    clock.pass(day)
    await store.ended.sweep(day, 10)
    assert.deepEqual(await store.outbox.accept([delivery('d', { connection: id })]), [false])
    await store.subscriptions.insert(subscription('s', { connection: id }), null, 0)
    await store.subscriptions.insert(subscription('other'), null, 0)
    await store.bookingKeys.claim(bookingKey('k', { connection: id }), 1000)
    await store.bookingLinks.put(bookingLink('b', { connection: id }))
    await store.errorGroups.add([
      { id: 'e', code: 'c', reason: null, client: null, count: 1, sentence: 'S.', agoMs: 0, connections: [id] },
    ])
    assert.equal(await store.ended.sweepLate(100), 4)
    assert.equal(await store.ended.sweepLate(100), 0)
    assert.equal(await store.subscriptions.get('s'), null)
    assert.notEqual(await store.subscriptions.get('other'), null)
    await store.bookingLinks.put(bookingLink('b', { connection: id }))
    clock.pass(day)
    assert.equal(await store.ended.sweepLate(100), 0, 'nothing comes so late')
  },
}
