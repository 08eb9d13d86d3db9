import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import type { PunctualEvent, Store } from '../../src/index.ts'
import { nextDispatchInMs } from '../../src/outbox/retry-schedule.ts'
import { sweep } from '../../src/outbox/sweep.ts'
import { createOutboxRecords } from '../../src/records/outbox.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { delivery } from '../store/fixtures.ts'
import { startQuietHost, testKey } from '../support/host.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'
import { createTaker, settle, stores } from './taking.ts'

const [hour, day] = [3_600_000, 86_400_000]

/** A store that gives events out, and `meanwhile` happens before this process hears of it. */
function slow(store: Store, meanwhile: () => void): Store {
  const take: Store['outbox']['take'] = async (...wanted) => {
    const rows = await store.outbox.take(...wanted)
    if (rows.length > 0) meanwhile()
    return rows
  }
  return { ...store, outbox: { ...store.outbox, take } }
}

/** A host whose first taking of an event is met by `happening`. */
async function startMet(t: Parameters<typeof startQuietHost>[0], happening: (clock: ManualClock) => void) {
  const clock = manualClock()
  const taker = createTaker()
  let met = false
  const store = slow(memory(), () => {
    if (!met) happening(clock)
    met = true
  })
  const host = await startQuietHost(t, { store, clock, deliverTo: taker.handler })
  await host.connect('calendly')
  await settle()
  return { host, clock, taker, first: async () => (await host.punctual.events.list()).events[0] }
}

describe('an event that was asked for', () => {
  it('is not handed over by a process that was stopped since, for it may be in other hands by the end', async (t) => {
    const { host, clock, taker, first } = await startMet(t, ({ pass }) => pass(25_001))
    assert.deepEqual(taker.events, [])
    const event = await first()
    assert.deepEqual(
      [event?.state, event?.error, event?.attempts],
      ['pending', 'the process or its store was too slow to dispatch it', 1],
    )
    clock.pass(1000)
    await host.connect('calcom')
    await taker.until(2)
    assert.ok(taker.events.some(({ id, dispatch }) => id === event?.id && dispatch === 2))
  })

  it('is given back late without ending the lease of the next taking by the same process', async (t) => {
    const clock = manualClock()
    const store = memory({ clock })
    const owners: string[] = []
    const take: Store['outbox']['take'] = (owner, ...wanted) => {
      owners.push(owner)
      return store.outbox.take(owner, ...wanted)
    }
    const taker = createTaker()
    const noting: Store = { ...store, outbox: { ...store.outbox, take } }
    const host = await startQuietHost(t, { store: noting, clock, deliverTo: taker.handler })
    await host.connect('calendly')
    await host.connect('calcom')
    await taker.until(2)
    assert.ok(owners.length > 1)
    assert.equal(new Set(owners).size, owners.length, 'each taking has a name of its own')
  })

  it('is handed over in time', async (t) => {
    const { taker } = await startMet(t, ({ pass }) => pass(25_000))
    assert.equal(taker.events.length, 1)
  })

  for (const [way, ms] of [
    ['forward', 400 * day],
    ['back', -400 * day],
  ] as const) {
    it(`is handed over when the wall clock is set ${way} meanwhile`, async (t) => {
      const { taker, first } = await startMet(t, ({ step }) => step(ms))
      assert.equal(taker.events.length, 1)
      assert.equal((await first())?.state, 'done')
    })
  }
})

it('an event is not given up because the clock is set forward, and comes again once it is right', async (t) => {
  const clock = manualClock()
  let broken = true
  const taker = createTaker(() => {
    if (broken) throw new Error('not now')
  })
  const host = await startQuietHost(t, { clock, deliverTo: taker.handler })
  const told: PunctualEvent[] = []
  host.punctual.on((event) => event.type === 'event.dead' && told.push(event))
  host.punctual.start()
  await host.connect('calendly')
  await taker.until(1)
  const round = async () => {
    clock.pass(15_000)
    await settle()
  }
  clock.step(40 * day)
  await round()
  assert.ok(taker.events.length >= 2, 'it has been tried while the clock was ahead')
  clock.step(-40 * day)
  broken = false
  const tried = taker.events.length
  for (let rounds = 0; taker.events.length === tried && rounds < 100; rounds++) await round()
  assert.equal(taker.events.length, tried + 1)
  assert.deepEqual(told, [])
  assert.equal((await host.punctual.events.list()).events[0]?.state, 'done')
})

it('a day that holds too few tries is no day, and a first try in the future ends with the tries', () => {
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

for (const [said, slept] of [
  [Number.NaN, 1000],
  [-1e15, 1000],
  [0, 1000],
  [700, 700],
  [1e18, 15_000],
  [Number.POSITIVE_INFINITY, 15_000],
] as const) {
  it(`the outbox is looked at again after ${slept} ms when something is said to be due in ${said}`, async (t) => {
    const store = memory()
    const clock = manualClock()
    const pauses: number[] = []
    const sleep: ManualClock['sleep'] = (ms, signal) => {
      pauses.push(ms)
      return clock.sleep(ms, signal)
    }
    const told = { ...store, outbox: { ...store.outbox, nextDue: async () => said } }
    const host = await startQuietHost(t, { store: told, clock: { ...clock, sleep }, deliverTo: () => {} })
    host.punctual.start()
    await settle()
    // The keeper sleeps for 15 s too.
    assert.deepEqual(pauses.filter((ms) => ms !== 15_000).concat(15_000)[0], slept)
  })
}

for (const { name, open } of stores) {
  for (const taking of [true, false]) {
    it(`what has been due for 31 days is ${taking ? 'kept' : 'forgotten'} by a process that ${taking ? 'hands events over' : 'does not'}: ${name}`, async (t) => {
      const clock = manualClock()
      const store = await open(t)
      await store.open(clock)
      t.after(() => store.close())
      await store.outbox.accept(delivery('one', { body: null as never }))
      const outbox = createOutboxRecords({ store, vault: createVault(createKeyring([testKey]), systemRandom) })
      clock.pass(31 * day)
      // Long enough for a sweep to believe the clock.
      for (let minutes = 0; minutes < 150; minutes += 10) {
        await sweep(outbox, taking)
        clock.pass(600_000)
      }
      assert.equal((await store.outbox.list({ limit: 10 })).length, taking ? 1 : 0)
    })
  }
}
