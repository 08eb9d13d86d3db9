// Dispatching from the outbox: which dispatcher gets which event, in which order, for how long, and how the dispatch
// ends.

import assert from 'node:assert/strict'
import { type Contract, delivery, type OpenStore } from '../fixtures.ts'

export const outboxDispatchContract: Contract = {
  'a pending event is made due now, unless it is being dispatched': async ({ store, clock }) => {
    const { outbox } = store
    await outbox.accept(['first', 'second'].map((key) => delivery(key)))
    const [first] = await outbox.take('w', 1, 60_000)
    const second = (await outbox.list({ limit: 1 }))[0]
    assert.equal(await outbox.hasten(first?.id ?? ''), false, 'it is being dispatched')
    await outbox.fail(first?.id ?? '', 'w', 'no', 3_600_000)
    assert.equal(await outbox.hasten(second?.id ?? ''), true)
    assert.deepEqual(await outbox.take('w', 2, 60_000), [], 'the one before it comes first')
    assert.equal(await outbox.nextDue(), 3_600_000)
    clock.pass(1000)
    assert.equal(await outbox.hasten(first?.id ?? ''), true)
    assert.equal(await outbox.nextDue(), 0)
    const [again] = await outbox.take('w', 2, 60_000)
    assert.deepEqual([again?.id, again?.dispatches], [first?.id, 2])
    await outbox.fail(first?.id ?? '', 'w', 'no', null)
    for (const id of [first?.id ?? '', 'evt_1_1', 'unknown']) assert.equal(await outbox.hasten(id), false)
  },

  'a due event is leased, and its dispatch counted, until the lease ends': async (at) => {
    const { outbox } = at.store
    const now = at.clock.now()
    await outbox.accept([delivery('k')])
    const [row] = await outbox.take('w', 5, 1000.4)
    const facts = { key: 'k', dispatches: 1, firstAt: now, dueAt: now + 1000, state: 'pending', readAt: now }
    assert.deepEqual({ ...row, ...facts }, row)
    assert.deepEqual(await outbox.get(row?.id ?? ''), row)
    at.clock.pass(999)
    assert.deepEqual(await outbox.take('v', 5, 1000), [])
    assert.equal(await outbox.nextDue(), 1)
    at.clock.pass(1)
    assert.equal(await outbox.nextDue(), 0)
    const [again] = await outbox.take('v', 5, 1000)
    assert.deepEqual([again?.id, again?.dispatches, again?.firstAt], [row?.id, 2, now])
  },

  'events with one ordering key are dispatched one after the other, in their order, then in the order of writing':
    async (at) => {
      const { outbox } = at.store
      for (const [key, orderAt] of Object.entries({ c: 30, a: 10, b1: 20, b2: 20, d: 40 }))
        await outbox.accept([delivery(key, { orderAt })])
      const seen: (string | null)[] = []
      for (;;) {
        const rows = await outbox.take('w', 10, 1000)
        if (rows.length === 0) break
        assert.equal(rows.length, 1)
        assert.deepEqual(await outbox.take('w', 10, 1000), [])
        for (const { id, key } of rows) {
          seen.push(key)
          assert.equal(await outbox.acknowledge(id), true)
        }
      }
      assert.deepEqual(seen, ['a', 'b1', 'b2', 'c', 'd'])
    },

  'the queues that have been due the longest come first, up to the limit': async (at) => {
    for (const key of ['a', 'b', 'c', 'd']) {
      await at.store.outbox.accept([delivery(key, { orderingKey: key, maxWaitMs: key === 'a' ? 10 : 0 })])
      at.clock.pass(1)
    }
    at.clock.pass(100)
    const keys = async () => (await at.store.outbox.take('w', 2, 1000)).map(({ key }) => key)
    assert.deepEqual([await keys(), await keys(), await keys()], [['b', 'c'], ['a', 'd'], []])
  },

  'the events of excepted connections are skipped, and the limit counts only the others': async (at) => {
    const { outbox } = at.store
    for (const [key, connection] of Object.entries({ a1: 'a', a2: 'a', b: 'b', none: null, c: 'c' })) {
      await outbox.accept([delivery(key, { orderingKey: key, connection })])
      at.clock.pass(1)
    }
    const keys = async (limit: number, but: string[]) =>
      (await outbox.take('w', limit, 1000, but)).map(({ key }) => key)
    assert.deepEqual(await keys(2, ['a', 'c']), ['b', 'none'])
    assert.deepEqual(await keys(5, ['a', 'c']), [])
    assert.equal(await outbox.nextDue(), 0)
    assert.deepEqual(await keys(5, []), ['a1', 'a2', 'c'])
  },

  'an earlier event is not dispatched while a later one with its ordering key is': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('later', { orderAt: 20 })])
    const [later] = await outbox.take('w', 5, 1000)
    await outbox.accept([delivery('earlier', { orderAt: 10 })])
    assert.deepEqual(await keysLeased(at), [])
    assert.equal(await outbox.nextDue(), 1000)
    await outbox.fail(later?.id ?? '', 'w', 'no', 0)
    assert.deepEqual(await keysLeased(at), ['earlier'])
    at.clock.pass(1000)
    assert.deepEqual(await keysLeased(at), ['earlier'])
    assert.deepEqual(await keysLeased(at), [])
  },

  'an event that waits for its retry delays the later events of its queue, and nothing is due meanwhile': async (
    at,
  ) => {
    const { outbox } = at.store
    await outbox.accept([delivery('first', { orderAt: 10 })])
    await outbox.accept([delivery('second', { orderAt: 20 })])
    await outbox.accept([delivery('other', { orderingKey: 'two' })])
    const [first] = await outbox.take('w', 5, 1000)
    await outbox.fail(first?.id ?? '', 'w', 'no', 5000)
    for (const { id } of await outbox.list({ limit: 1 })) await outbox.acknowledge(id)
    assert.equal(await outbox.nextDue(), 5000)
    at.clock.pass(4999)
    assert.deepEqual(await keysLeased(at), [])
    at.clock.pass(1)
    assert.deepEqual(await keysLeased(at), ['first'])
    await outbox.fail(first?.id ?? '', 'w', 'no', null)
    assert.equal(await outbox.nextDue(), 0)
    assert.deepEqual(await keysLeased(at), ['second'])
  },

  'an acknowledged event is done for good, also when its lease has ended, and its body is deleted': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k')])
    await outbox.accept([delivery('next', { orderAt: 20_000 })])
    const [row] = await outbox.take('w', 1, 1000)
    const id = row?.id ?? ''
    at.clock.pass(1000)
    await outbox.take('v', 1, 1000)
    const acknowledged = await Promise.all(Array.from({ length: 10 }, () => outbox.acknowledge(id)))
    assert.equal(acknowledged.filter(Boolean).length, 1)
    assert.deepEqual(await outbox.get(id), {
      ...row,
      state: 'done',
      body: null,
      dispatches: 2,
      dueAt: at.clock.now() + 1000,
      readAt: at.clock.now(),
    })
    assert.equal(await outbox.fail(id, 'v', 'no', 0), false)
    assert.deepEqual(await keysLeased(at), ['next'])
    at.clock.pass(100_000)
    assert.deepEqual(await keysLeased(at), ['next'])
  },

  'taking acknowledges events first, so that the next one of their queue is leased with it': async (at) => {
    const { outbox } = at.store
    for (const key of ['a', 'b', 'c']) await outbox.accept([delivery(key, { orderAt: key.charCodeAt(0) })])
    await outbox.accept([delivery('other', { orderingKey: 'two' })])
    const [a, other] = await outbox.take('w', 5, 1000)
    const [b, ...more] = await outbox.take('w', 5, 1000, [], [a?.id ?? '', 'another', other?.id ?? '', a?.id ?? ''])
    assert.deepEqual([a?.key, other?.key, b?.key, more], ['a', 'other', 'b', []])
    const states = async () => (await outbox.list({ limit: 5 })).map(({ key, state }) => `${key} ${state}`)
    assert.deepEqual(await states(), ['other done', 'c pending', 'b pending', 'a done'])
    assert.deepEqual(await outbox.take('w', 0, 1000, [], [b?.id ?? '']), [])
    assert.deepEqual([(await states())[2], await outbox.nextDue()], ['b done', 0])
    assert.deepEqual(await keysLeased(at), ['c'])
  },

  'an event that is dead, or was never dispatched, can be acknowledged': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k')])
    const [row] = await outbox.take('w', 1, 1000)
    await outbox.fail(row?.id ?? '', 'w', 'late', null)
    assert.equal(await outbox.acknowledge(row?.id ?? ''), true)
    assert.equal((await outbox.get(row?.id ?? ''))?.state, 'done')
    await outbox.accept([delivery('new')])
    const [fresh] = await outbox.list({ limit: 1 })
    assert.equal(await outbox.acknowledge(fresh?.id ?? ''), true)
    assert.deepEqual([await keysLeased(at), await outbox.nextDue()], [[], null])
  },

  'only the dispatcher that has the lease can fail an event': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k')])
    const [unleased] = await outbox.list({ limit: 1 })
    const id = unleased?.id ?? ''
    assert.equal(await outbox.fail(id, 'w', 'no', 5), false)
    const [row] = await outbox.take('w', 1, 1000)
    assert.equal(await outbox.fail(id, 'v', 'no', null), false)
    assert.deepEqual(await outbox.get(id), row)
    at.clock.pass(1500)
    assert.equal(await outbox.fail(id, 'w', 'it said no', 500), true)
    const failed = await outbox.get(id)
    assert.deepEqual([failed?.error, failed?.dueAt, failed?.state], ['it said no', at.clock.now() + 500, 'pending'])
    assert.equal(await outbox.fail(id, 'w', 'again', 1), false)
    at.clock.pass(500)
    await outbox.take('w', 1, 1000)
    at.clock.pass(1000)
    await outbox.take('v', 1, 1000)
    assert.equal(await outbox.fail(id, 'w', 'too late', null), false)
    assert.equal((await outbox.get(id))?.state, 'pending')
  },

  'an event that waits for an earlier one is due when that one arrives, or when its wait ends': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('canceled', { orderAt: 20, maxWaitMs: 60_000 })])
    await outbox.accept([delivery('after', { orderAt: 30, maxWaitMs: 90_000 })])
    await outbox.accept([delivery('elsewhere', { orderingKey: 'two', orderAt: 10, maxWaitMs: 30_000 })])
    assert.deepEqual([await keysLeased(at), await outbox.nextDue()], [[], 30_000])
    await outbox.accept([delivery('created', { orderAt: 10 })])
    assert.equal(await outbox.nextDue(), 0)
    const rows = await outbox.list({ limit: 10 })
    const due = rows.map(({ key, dueAt }) => [key, dueAt - at.clock.now()])
    assert.deepEqual(Object.fromEntries(due), { canceled: 0, after: 0, elsewhere: 30_000, created: 0 })
    assert.deepEqual(await keysLeased(at), ['created'])
    at.clock.pass(30_000)
    assert.ok((await keysLeased(at)).includes('elsewhere'))
  },

  'an arrival does not change the due time of an event that is being dispatched or waits for its retry': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k', { orderAt: 20 })])
    const [row] = await outbox.take('w', 1, 1000)
    await outbox.accept([delivery('earlier', { orderAt: 10 })])
    assert.equal((await outbox.get(row?.id ?? ''))?.dueAt, row?.dueAt)
    await outbox.fail(row?.id ?? '', 'w', 'no', 5000)
    await outbox.accept([delivery('earliest', { orderAt: 5 })])
    assert.equal((await outbox.get(row?.id ?? ''))?.dueAt, at.clock.now() + 5000)
  },

  'an event that arrives after a later one was acknowledged is out of order': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('later', { orderAt: 20 })])
    await outbox.accept([delivery('other', { orderingKey: 'two', orderAt: 30 })])
    await outbox.accept([delivery('given up', { orderingKey: 'three', orderAt: 30 })])
    for (const { id, key } of await outbox.take('w', 5, 1000))
      await (key === 'given up' ? outbox.fail(id, 'w', 'no', null) : outbox.acknowledge(id))
    const late = { same: { orderAt: 20 }, earlier: { orderAt: 10 }, last: { orderAt: 30 } }
    for (const [key, facts] of Object.entries(late)) await outbox.accept([delivery(key, facts)])
    await outbox.accept([delivery('free', { orderingKey: 'three', orderAt: 10 })])
    const seen: Record<string, boolean> = {}
    for (let rows = await outbox.take('w', 5, 1000); rows.length > 0; rows = await outbox.take('w', 5, 1000))
      for (const row of rows) {
        seen[row.key ?? ''] = row.outOfOrder
        await outbox.acknowledge(row.id)
      }
    assert.deepEqual(seen, { earlier: true, same: false, last: false, free: false })
  },

  'what waits for an earlier event that comes with it is due at once': async (at) => {
    const { outbox } = at.store
    await outbox.accept([
      delivery('later', { orderAt: 20, maxWaitMs: 60_000 }),
      delivery('earlier', { orderAt: 10, maxWaitMs: 1000 }),
      delivery('alone', { orderingKey: 'two', maxWaitMs: 60_000 }),
    ])
    const due = (await outbox.list({ limit: 10 })).map(({ key, dueAt, readAt }) => [key, dueAt - readAt])
    assert.deepEqual(due, [
      ['later', 0],
      ['earlier', 1000],
      ['alone', 60_000],
    ])
    assert.equal(await outbox.nextDue(), 1000)
    at.clock.pass(1000)
    assert.deepEqual(
      (await outbox.take('w', 10, 1000)).map(({ key }) => key),
      ['earlier'],
    )
  },

  'with many dispatchers each event is leased to one, and the order of every queue is kept': async (at) => {
    const { outbox } = at.store
    const [orderingKeys, events] = [12, 5]
    const expected = Array.from({ length: orderingKeys * events }, (_, n) => ({
      orderingKey: `s${n % orderingKeys}`,
      orderAt: n,
    }))
    await Promise.all(expected.map((facts) => outbox.accept([delivery(`k${facts.orderAt}`, facts)])))
    const seen: { orderingKey: string; orderAt: number }[] = []
    const dispatching = new Set<string>()
    const dispatcher = async (name: string) => {
      while (seen.length < expected.length)
        for (const { id, orderingKey, orderAt } of await outbox.take(name, 3, 60_000)) {
          assert.ok(!dispatching.has(orderingKey), `two of ${orderingKey} at once`)
          dispatching.add(orderingKey)
          seen.push({ orderingKey, orderAt })
          await outbox.get(id)
          dispatching.delete(orderingKey)
          assert.equal(await outbox.acknowledge(id), true)
        }
    }
    await Promise.all(Array.from({ length: 6 }, (_, n) => dispatcher(`w${n}`)))
    const byOrderingKey = (rows: typeof seen) => Object.groupBy(rows, ({ orderingKey }) => orderingKey)
    assert.deepEqual({ ...byOrderingKey(seen) }, { ...byOrderingKey(expected) })
  },
}

async function keysLeased({ store }: OpenStore): Promise<(string | null)[]> {
  return (await store.outbox.take('w', 10, 1000)).map(({ key }) => key)
}
