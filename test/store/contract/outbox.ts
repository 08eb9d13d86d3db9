// The outbox as a table of events: accepted once, found, dead, replayed and swept.

import assert from 'node:assert/strict'
import type { OutboxRow } from '../../../src/core/store/outbox.ts'
import { type Contract, delivery, type OpenStore, openStore, runSteadily } from '../fixtures.ts'

export const outboxContract: Contract = {
  'of 20 callers with the same delivery, one gets it accepted': async (at) => {
    const { outbox } = at.store
    const accepted = await Promise.all(
      Array.from({ length: 20 }, (_, n) => outbox.accept([delivery('k', { orderingKey: `s${n % 3}` })])),
    )
    assert.equal(accepted.flat().filter(Boolean).length, 1)
    at.clock.pass(1000)
    assert.deepEqual(await outbox.accept([delivery('k', { orderingKey: 'another' })]), [false])
    assert.equal((await outbox.list({ limit: 10 })).length, 1)
    assert.equal((await outbox.take('w', 10, 1000)).length, 1)
    assert.deepEqual(await outbox.accept([delivery('k')]), [false])
  },

  'deliveries that come together are accepted together, each once': async (at) => {
    const { outbox } = at.store
    assert.deepEqual(await outbox.accept([]), [])
    const both = [delivery('raw'), delivery('chg_1', { orderingKey: 'two' })]
    assert.deepEqual(await outbox.accept([...both, delivery('raw')]), [true, true, false])
    assert.deepEqual(await outbox.accept([delivery('another raw'), ...both]), [true, false, false])
    const broken = delivery('broken', { client: null as never })
    if (at.store.folder !== null) await assert.rejects(outbox.accept([delivery('with a broken one'), broken]))
    const keys = (await outbox.list({ limit: 10 })).map(({ key }) => key)
    assert.deepEqual(keys, ['another raw', 'raw', 'chg_1'])
    assert.equal((await outbox.take('w', 10, 1000)).length, 2)
  },

  'callers whose deliveries have changes and queues in common accept each once, and all are dispatched': async (at) => {
    const { outbox } = at.store
    const changes = Array.from({ length: 8 }, (_, n) => delivery(`chg_${n}`, { orderingKey: `chain ${n % 3}` }))
    const accepted = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        outbox.accept([
          delivery(`raw ${n}`, { orderingKey: `raw ${n % 2}` }),
          ...(n % 2 ? changes : changes.toReversed()),
        ]),
      ),
    )
    assert.equal(accepted.flat().filter(Boolean).length, 12 + 8)
    const seen = new Set<string | null>()
    for (let rows = await outbox.take('w', 9, 1000); rows.length > 0; rows = await outbox.take('w', 9, 1000))
      for (const { id, key } of rows) {
        assert.ok(!seen.has(key), `${key} again`)
        seen.add(key)
        await outbox.acknowledge(id)
      }
    assert.equal(seen.size, 12 + 8)
  },

  'an event that reports a change is known by the id of that change too': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('chg_a-B_9', { orderingKey: 'one' }), delivery('raw', { orderingKey: 'two' })])
    const [byChange] = await outbox.of('chg_a-B_9')
    assert.deepEqual([byChange?.key, byChange?.event], ['chg_a-B_9', 'chg_a-B_9'])
    assert.deepEqual(await outbox.get(byChange?.id ?? ''), byChange)
    const [raw] = await outbox.list({ limit: 1 })
    assert.deepEqual([raw?.key, raw?.event], ['raw', raw?.id])
    assert.deepEqual(await outbox.of(raw?.id ?? ''), [raw])
    const unknown = ['chg_unknown', 'raw', 'chg_', 'chg_a-B_9 ', 'evt_1_1', '', byChange?.id ?? '']
    for (const id of unknown) assert.deepEqual(await outbox.of(id), [], id)
  },

  'a delivery is kept as it arrived': async (at) => {
    const { outbox } = at.store
    const now = at.clock.now()
    const { maxWaitMs, ...facts } = delivery('k', { maxWaitMs: 5000.4 })
    await outbox.accept([{ ...facts, maxWaitMs }])
    at.clock.pass(1)
    const [row] = await outbox.list({ limit: 1 })
    assert.ok(row)
    const fresh = { state: 'pending', outOfOrder: false, dispatches: 0, firstAt: null, error: null } as const
    const times = { dueAt: now + 5000, createdAt: now, readAt: now + 1 }
    assert.deepEqual(row, { ...facts, ...fresh, ...times, id: row.id, event: row.id, destination: '' })
    assert.deepEqual(await outbox.get(row.id), row)
    await outbox.accept([delivery('of nobody', { connection: null, owner: null })])
    assert.deepEqual([(await newest(at)).connection, (await newest(at)).owner], [null, null])
  },

  'an id is unique, also among the ids of another database': async (_, factory) => {
    const ids: string[] = []
    for (let databases = 1; databases <= 2; databases++) {
      await using at = await openStore(factory)
      at.clock.pass(databases)
      for (let n = 0; n < 5; n++) await at.store.outbox.accept([delivery(`k${n}`)])
      for (const { id } of await at.store.outbox.list({ limit: 10 })) {
        assert.match(id, /^evt_[0-9a-z]+_[0-9a-z]+$/)
        ids.push(id)
      }
    }
    assert.equal(new Set(ids).size, 10)
  },

  'an unknown event is not found, acknowledged, failed or replayed': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k')])
    const { id } = await newest(at)
    const others = ['', 'evt', 'evt_1_1', 'evt_zzzzzzzzzz_zzzzzzzzzzzzz', `${id}0`, id.replace(/_.+_/, '_1_'), `${id} `]
    for (const other of others) {
      assert.equal(await outbox.get(other), null, other)
      assert.equal(await outbox.acknowledge(other), false)
      assert.equal(await outbox.fail(other, 'w', 'x', 0), false)
      assert.equal(await outbox.replay(other), false)
    }
    assert.deepEqual(await outbox.list({ before: 'nonsense', limit: 10 }), [])
    assert.equal((await outbox.get(id))?.state, 'pending')
  },

  'hasAccepted knows the accepted deliveries of an ordering key, done or not': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k')])
    const answers = async () => [
      await outbox.hasAccepted('one', ['created']),
      await outbox.hasAccepted('one', ['canceled', 'created']),
      await outbox.hasAccepted('one', ['canceled']),
      await outbox.hasAccepted('one', []),
      await outbox.hasAccepted('two', ['created']),
    ]
    assert.deepEqual(await answers(), [true, true, false, false, false])
    await outbox.acknowledge((await newest(at)).id)
    assert.deepEqual(await answers(), [true, true, false, false, false])
  },

  'hasAccepted knows what booking a delivery is about': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k', { data: { name: 'created', booking: 'b1' } })])
    assert.deepEqual(await Promise.all(['b1', 'b2'].map((booking) => outbox.hasAccepted('one', [booking]))), [
      true,
      false,
    ])
  },

  'events are listed newest first, page by page, and by state': async (at) => {
    const { outbox } = at.store
    for (let n = 0; n < 6; n++) await outbox.accept([delivery(`k${n}`, { orderingKey: `s${n}`, orderAt: -n })])
    const leased = await outbox.take('w', 6, 1000)
    for (const { id } of leased.slice(0, 2)) await outbox.acknowledge(id)
    for (const { id } of leased.slice(2, 4)) await outbox.fail(id, 'w', 'no', null)
    const keys = async (filter: Parameters<typeof outbox.list>[0]) => (await outbox.list(filter)).map(({ key }) => key)
    assert.deepEqual(await keys({ limit: 10 }), ['k5', 'k4', 'k3', 'k2', 'k1', 'k0'])
    assert.deepEqual(await keys({ limit: 2 }), ['k5', 'k4'])
    assert.deepEqual(await keys({ limit: 3, before: leased[3]?.id }), ['k2', 'k1', 'k0'])
    assert.deepEqual(await keys({ state: 'done', limit: 10 }), ['k1', 'k0'])
    assert.deepEqual(await keys({ state: 'dead', limit: 10 }), ['k3', 'k2'])
    assert.deepEqual(await keys({ state: 'dead', limit: 10, before: leased[3]?.id }), ['k2'])
    assert.deepEqual(await keys({ state: 'pending', limit: 10 }), ['k5', 'k4'])
    await outbox.accept([delivery('of bob', { orderingKey: 's6', owner: 'bob' })])
    await outbox.accept([delivery('of a client', { orderingKey: 's7', owner: null, connection: null })])
    assert.deepEqual(await keys({ owner: 'bob', limit: 10 }), ['of a client', 'of bob'])
    assert.deepEqual(await keys({ owner: 'eve', limit: 10 }), ['of a client'])
    assert.deepEqual(await keys({ owner: 'bob', state: 'dead', limit: 10 }), [])
  },

  'a dead event is dispatched again when it is replayed, and no other event is': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k')])
    const { id } = await newest(at)
    assert.equal(await outbox.replay(id), false)
    await outbox.take('w', 1, 1000)
    await outbox.fail(id, 'w', 'it said no', null)
    at.clock.pass(60_000)
    assert.deepEqual(await outbox.take('w', 1, 1000), [])
    assert.equal(await outbox.nextDue(), null)
    const replayed = await Promise.all(Array.from({ length: 10 }, () => outbox.replay(id)))
    assert.equal(replayed.filter(Boolean).length, 1)
    const row = await outbox.get(id)
    assert.deepEqual([row?.state, row?.dispatches, row?.firstAt, row?.error], ['pending', 0, null, 'it said no'])
    assert.equal(await outbox.nextDue(), 0)
    const [again] = await outbox.take('v', 1, 1000)
    const expected = { id, body: 'sealed body of k', dispatches: 1, firstAt: at.clock.now() }
    assert.deepEqual({ ...again, ...expected }, again)
    await outbox.acknowledge(id)
    assert.equal(await outbox.replay(id), false)
  },

  'events that are done or dead are swept by their age, up to the limit, and pending ones stay': async (at) => {
    await runSteadily(at)
    const { outbox } = at.store
    for (let n = 0; n < 9; n++) await outbox.accept([delivery(`k${n}`, { orderingKey: `s${n}` })])
    const leased = await outbox.take('w', 8, 1000)
    for (const { id } of leased.slice(0, 4)) await outbox.acknowledge(id)
    for (const { id } of leased.slice(4, 6)) await outbox.fail(id, 'w', 'no', null)
    const age = { done: 1000, dead: 2000, pending: 60_000 }
    at.clock.pass(999)
    assert.equal(await outbox.sweep(age, 100), 0)
    at.clock.pass(1)
    assert.equal(await outbox.sweep(age, 3), 3)
    assert.equal(await outbox.sweep(age, 3), 1)
    assert.equal(await outbox.sweep(age, 3), 0)
    await outbox.replay(leased[5]?.id ?? '')
    at.clock.pass(1000)
    assert.equal(await outbox.sweep(age, 1), 1)
    assert.equal(await outbox.sweep(age, 100), 0)
    const left = (await outbox.list({ limit: 100 })).map(({ key, state }) => `${key} ${state}`)
    assert.deepEqual(left, ['k8 pending', 'k7 pending', 'k6 pending', 'k5 pending'])
    assert.deepEqual(await outbox.accept([delivery('k0')]), [true])
  },

  'a sweep spends its limit on the done and the dead together': async (at) => {
    await runSteadily(at)
    const { outbox } = at.store
    for (let n = 0; n < 4; n++) await outbox.accept([delivery(`k${n}`, { orderingKey: `s${n}` })])
    const leased = await outbox.take('w', 4, 1000)
    for (const [n, { id }] of leased.entries())
      await (n < 2 ? outbox.acknowledge(id) : outbox.fail(id, 'w', 'no', null))
    assert.equal(await outbox.sweep({ done: 0, dead: 0, pending: 60_000 }, 3), 3)
    assert.equal((await outbox.list({ limit: 10 })).length, 1)
    assert.equal(await outbox.sweep({ done: 0, dead: 0, pending: 60_000 }, 3), 1)
  },

  'pending events that have been due for too long are swept, oldest first': async (at) => {
    await runSteadily(at)
    const { outbox } = at.store
    const age = { done: 60_000, dead: 60_000, pending: 10_000 }
    const keys = async () => (await outbox.list({ limit: 10 })).map(({ key }) => key)
    await outbox.accept([delivery('first', { orderingKey: 'one' })])
    await outbox.accept([delivery('second', { orderingKey: 'one' })])
    await outbox.accept([delivery('given up', { orderingKey: 'two' })])
    await outbox.accept([delivery('patient', { orderingKey: 'three', maxWaitMs: 1000 })])
    const failed = (await outbox.take('w', 10, 1000)).find(({ key }) => key === 'given up')?.id ?? ''
    await outbox.fail(failed, 'w', 'no', null)
    at.clock.pass(5000)
    await outbox.accept([delivery('late', { orderingKey: 'one' })])
    await outbox.replay(failed)
    at.clock.pass(4999)
    assert.equal(await outbox.sweep(age, 10), 0)
    at.clock.pass(1)
    assert.equal(await outbox.sweep(age, 10), 1)
    assert.deepEqual(await keys(), ['late', 'patient', 'given up', 'first'], 'a lease counts from its end')
    at.clock.pass(1000)
    assert.equal(await outbox.sweep(age, 1), 1)
    assert.equal(await outbox.sweep(age, 10), 1)
    assert.deepEqual(await keys(), ['late', 'given up'])
    assert.deepEqual((await outbox.take('w', 10, 1000)).map(({ key }) => key).sort(), ['given up', 'late'])
    at.clock.pass(11_000)
    assert.equal(await outbox.sweep(age, 10), 2)
    assert.equal(await outbox.nextDue(), null)
    await outbox.accept([delivery('new', { orderingKey: 'one' })])
    assert.equal((await outbox.take('w', 10, 1000)).length, 1)
  },
}

async function newest({ store }: OpenStore): Promise<OutboxRow> {
  const [row] = await store.outbox.list({ limit: 1 })
  assert.ok(row)
  return row
}
