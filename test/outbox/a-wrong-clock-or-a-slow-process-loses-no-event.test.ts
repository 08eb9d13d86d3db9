import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import { parseRetention } from '../../src/core/retention.ts'
import type { PunctualEvent, Store } from '../../src/index.ts'
import { nextDispatchInMs } from '../../src/outbox/retry-schedule.ts'
import { createPrune } from '../../src/retention.ts'
import { memory } from '../../src/store/memory.ts'
import { delivery } from '../store/fixtures.ts'
import { startQuietHost } from '../support/host.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'
import { createConsumer, settle, stores } from './consumer.ts'

const [hour, day] = [3_600_000, 86_400_000]

/** A store that leases events, and `meanwhile` happens before its response reaches this process. */
function slow(store: Store, meanwhile: () => void): Store {
  const take: Store['outbox']['take'] = async (...wanted) => {
    const rows = await store.outbox.take(...wanted)
    if (rows.length > 0) meanwhile()
    return rows
  }
  return { ...store, outbox: { ...store.outbox, take } }
}

/** A host with one event; `happening` happens while the host waits for the store to lease it. */
async function startSlow(t: Parameters<typeof startQuietHost>[0], happening: (clock: ManualClock) => void) {
  const clock = manualClock()
  const consumer = createConsumer()
  let happened = false
  const store = slow(memory(), () => {
    if (!happened) happening(clock)
    happened = true
  })
  const host = await startQuietHost(t, { store, clock, deliverTo: consumer.handler })
  await host.connect('calendly')
  await settle()
  return { host, clock, consumer, first: async () => (await host.punctual.events.list()).events[0] }
}

describe('an event that the store has leased', () => {
  test('is not dispatched by a process that gets it too late, since another process may lease it meanwhile', async (t) => {
    const { host, clock, consumer, first } = await startSlow(t, ({ pass }) => pass(25_001))
    assert.deepEqual(consumer.events, [])
    const event = await first()
    assert.deepEqual(
      [event?.state, event?.error, event?.attempts],
      ['pending', 'the process or its store was too slow to dispatch it', 1],
    )
    clock.pass(1000)
    await host.connect('calcom')
    await consumer.until(2)
    assert.ok(consumer.events.some(({ id, dispatch }) => id === event?.id && dispatch === 2))
  })

  test('is leased under a new name each time, so that a late failure does not end a later lease of the same process', async (t) => {
    const clock = manualClock()
    const store = memory({ clock })
    const owners: string[] = []
    const take: Store['outbox']['take'] = (owner, ...wanted) => {
      owners.push(owner)
      return store.outbox.take(owner, ...wanted)
    }
    const consumer = createConsumer()
    const noting: Store = { ...store, outbox: { ...store.outbox, take } }
    const host = await startQuietHost(t, { store: noting, clock, deliverTo: consumer.handler })
    await host.connect('calendly')
    await host.connect('calcom')
    await consumer.until(2)
    assert.ok(owners.length > 1)
    assert.equal(new Set(owners).size, owners.length, 'each lease has a name of its own')
  })

  test('is dispatched by a process that gets it in time', async (t) => {
    const { consumer } = await startSlow(t, ({ pass }) => pass(25_000))
    assert.equal(consumer.events.length, 1)
  })

  for (const [way, ms] of [
    ['forward', 400 * day],
    ['back', -400 * day],
  ] as const) {
    test(`is dispatched even if the wall clock is set ${way} meanwhile`, async (t) => {
      const { consumer, first } = await startSlow(t, ({ step }) => step(ms))
      assert.equal(consumer.events.length, 1)
      assert.equal((await first())?.state, 'done')
    })
  }
})

test('an event is not given up because the clock is set forward, and is dispatched again once the clock is right', async (t) => {
  const clock = manualClock()
  let broken = true
  const consumer = createConsumer(() => {
    if (broken) throw new Error('not now')
  })
  const host = await startQuietHost(t, { clock, deliverTo: consumer.handler })
  const dead: PunctualEvent[] = []
  host.punctual.on((event) => event.type === 'event.dead' && dead.push(event))
  host.punctual.start()
  await host.connect('calendly')
  await consumer.until(1)
  const round = async () => {
    clock.pass(15_000)
    await settle()
  }
  clock.step(40 * day)
  await round()
  assert.ok(consumer.events.length >= 2, 'it has been dispatched while the clock was ahead')
  clock.step(-40 * day)
  broken = false
  const before = consumer.events.length
  for (let rounds = 0; consumer.events.length === before && rounds < 100; rounds++) await round()
  assert.equal(consumer.events.length, before + 1)
  assert.deepEqual(dead, [])
  assert.equal((await host.punctual.events.list()).events[0]?.state, 'done')
})

test('an event is given up after a day and ten dispatches; ten are enough if its first dispatch lies in the future', () => {
  const next = (dispatches: number, elapsedMs: number, retryAfterMs: number | null = null) =>
    nextDispatchInMs(systemRandom, { dispatches, elapsedMs, retryAfterMs })
  assert.equal(next(9, 40 * day)?.toString().length, 8, 'hours')
  assert.ok((next(2, 40 * day) ?? 0) <= 33_000)
  assert.equal(next(2, 40 * day, Number.POSITIVE_INFINITY), 8 * hour)
  assert.equal(next(10, 40 * day), null)
  assert.ok((next(2, -40 * day) ?? 0) <= 33_000)
  assert.equal(next(10, -40 * day), null)
  assert.ok((next(10, 20 * hour) ?? 0) <= 4 * hour)
  assert.equal(next(3, hour, Number.POSITIVE_INFINITY), 23 * hour)
})

for (const [dueInMs, sleptMs] of [
  [Number.NaN, 1000],
  [-1e15, 1000],
  [0, 1000],
  [700, 700],
  [1e18, 15_000],
  [Number.POSITIVE_INFINITY, 15_000],
] as const) {
  test(`the outbox is read again after ${sleptMs} ms when the store reports an event due in ${dueInMs} ms`, async (t) => {
    const store = memory()
    const clock = manualClock()
    const pauses: number[] = []
    const sleep: ManualClock['sleep'] = (ms, signal) => {
      pauses.push(ms)
      return clock.sleep(ms, signal)
    }
    const reporting = { ...store, outbox: { ...store.outbox, nextDue: async () => dueInMs } }
    const host = await startQuietHost(t, { store: reporting, clock: { ...clock, sleep }, deliverTo: () => {} })
    host.punctual.start()
    await settle()
    // The keeper sleeps for 15 s too.
    assert.deepEqual(pauses.filter((ms) => ms !== 15_000).concat(15_000)[0], sleptMs)
  })
}

for (const { name, open } of stores) {
  for (const dispatching of [true, false]) {
    test(`an event that has been due for 31 days is ${dispatching ? 'kept' : 'deleted'} by a process that ${dispatching ? 'dispatches' : 'does not dispatch'} events: ${name}`, async (t) => {
      const clock = manualClock()
      const store = await open(t)
      await store.open(clock)
      t.after(() => store.close())
      await store.outbox.accept([delivery('one', { body: null as never })])
      const prune = createPrune({
        store,
        clock,
        retention: parseRetention('test', undefined),
        destinations: dispatching ? [{ name: '' }] : [],
        stopping: () => new AbortController().signal,
      })
      clock.pass(31 * day)
      // Long enough for a sweep to believe the clock.
      for (let minutes = 0; minutes < 150; minutes += 10) {
        await prune()
        clock.pass(600_000)
      }
      assert.equal((await store.outbox.list({ limit: 10 })).length, dispatching ? 1 : 0)
    })
  }
}
