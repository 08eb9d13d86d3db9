import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { PunctualError, type Store } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { startQuietHost } from '../support/host.ts'
import { manualClock } from '../support/manual-clock.ts'
import { createTaker, settle } from './taking.ts'

/** A store whose outbox takes no acknowledgement while it is away. */
function fickle(): { store: Store; seen: { away: boolean; refused: number } } {
  const store = memory()
  const seen = { away: false, refused: 0 }
  const acknowledge = async (id: string) => {
    if (!seen.away) return store.outbox.acknowledge(id)
    seen.refused++
    throw new PunctualError('store_unavailable', 'The store is away.', { retryable: true })
  }
  return { store: { ...store, outbox: { ...store.outbox, acknowledge } }, seen }
}

describe('an event that the handler has acknowledged', () => {
  it('is never handed over again, even if the handler throws afterwards', async (t) => {
    const states: string[] = []
    const taker = createTaker(async (event, { acknowledge }) => {
      await acknowledge()
      states.push((await host.punctual.events.get(event.id)).state)
      throw new Error('after all')
    })
    const host = await startQuietHost(t, { deliverTo: taker.handler })
    host.punctual.start()
    await host.connect('calendly')
    await taker.until(1)
    host.sandbox.clock.advance(48 * 3600)
    await host.connect('calcom')
    await taker.until(2)
    await settle()
    assert.deepEqual(states, ['done', 'done'])
    assert.deepEqual(
      taker.events.map(({ client }) => client),
      ['calendly', 'calcom'],
    )
  })

  it('is recorded once the store is back, and not handed over until then', async (t) => {
    const { store, seen } = fickle()
    const taker = createTaker()
    const host = await startQuietHost(t, { store, deliverTo: taker.handler })
    host.punctual.start()
    seen.away = true
    const connection = await host.connect('calendly')
    await taker.until(1)
    // Long enough for the lease to end, many times.
    const began = host.clock.elapsed()
    while (host.clock.elapsed() - began < 600_000) await settle()
    assert.ok(seen.refused > 10)
    assert.equal(taker.events.length, 1)
    seen.away = false
    await connection.disconnect()
    await taker.until(2)
    await settle()
    assert.deepEqual(taker.types(), ['connection.created', 'connection.disconnected'])
    assert.equal((await host.punctual.events.list({ state: 'done' })).events.length, 2)
  })

  it('is not given back, even if the handler throws before it is recorded', async (t) => {
    const { store, seen } = fickle()
    const taker = createTaker((_, { acknowledge }) => {
      void acknowledge()
      throw new Error('after all')
    })
    const host = await startQuietHost(t, { store, deliverTo: taker.handler })
    seen.away = true
    await host.connect('calendly')
    await taker.until(1)
    while (seen.refused < 3) await settle()
    const { events } = await host.punctual.events.list()
    assert.deepEqual([events[0]?.state, events[0]?.error], ['pending', null])
    seen.away = false
    while ((await host.punctual.events.list({ state: 'done' })).events.length === 0) await settle()
    assert.equal(taker.events.length, 1)
  })

  it('waits for the recording where the handler waits for it', async (t) => {
    const { store, seen } = fickle()
    const steps: string[] = []
    const taker = createTaker(async (_, { acknowledge }) => {
      await acknowledge()
      steps.push('recorded')
    })
    const host = await startQuietHost(t, { store, deliverTo: taker.handler })
    seen.away = true
    await host.connect('calendly')
    await taker.until(1)
    while (seen.refused < 8) await settle()
    steps.push('back')
    seen.away = false
    while (steps.length < 2) await settle()
    assert.deepEqual(steps, ['back', 'recorded'])
    assert.equal(taker.events.length, 1)
  })

  it('after its deadline, is known to be so only when nobody else can hand it over any more', async (t) => {
    const clock = manualClock()
    const steps: string[] = []
    const late = Promise.withResolvers<void>()
    const taker = createTaker(async ({ dispatch: attempt }, { acknowledge }) => {
      if (attempt > 1) return
      await late.promise
      await acknowledge()
      steps.push('it never comes again')
    })
    const store = memory()
    const host = await startQuietHost(t, { store, deliverTo: taker.handler, clock })
    await host.connect('calendly')
    await taker.until(1)
    clock.pass(30_000)
    await settle()
    clock.pass(6000)
    // Another process has taken it, and has yet to hear so from its store.
    const [taken] = await store.outbox.take('another process', 1, 60_000)
    assert.equal(taken?.dispatches, 2)
    late.resolve()
    await settle()
    assert.equal((await host.punctual.events.get(taken.id)).state, 'done')
    // It hands an event over within 25 seconds of its asking, or not at all.
    clock.pass(24_999)
    await settle()
    assert.deepEqual(steps, [])
    clock.pass(1)
    await settle()
    assert.deepEqual(steps, ['it never comes again'])
  })

  it('does not hold up the end: what the store does not take is tried once more, and told', async (t) => {
    const { store, seen } = fickle()
    const said: unknown[] = []
    const taker = createTaker((_, { acknowledge }) => acknowledge().catch((error: unknown) => said.push(error)))
    const host = await startQuietHost(t, { store, deliverTo: taker.handler })
    seen.away = true
    await host.connect('calendly')
    await taker.until(1)
    await host.punctual.stop()
    assert.ok(said[0] instanceof PunctualError && said[0].code === 'store_unavailable')
    seen.away = false
    host.punctual.start()
    host.sandbox.clock.advance(61)
    const id = taker.events[0]?.id ?? ''
    while ((await host.punctual.events.get(id)).state !== 'done') await settle()
    assert.equal(taker.events.length, 1)
  })

  it('is waited for by stop, and nothing more is taken then', async (t) => {
    const finish = Promise.withResolvers<void>()
    const taker = createTaker(() => finish.promise)
    // Its clock does not move: the deadline does not come.
    const host = await startQuietHost(t, { deliverTo: taker.handler, clock: manualClock() })
    await host.connect('calendly')
    await taker.until(1)
    let stopped = false
    const stop = host.punctual.stop().then(() => {
      stopped = true
    })
    await host.connect('calcom')
    await settle()
    assert.equal(stopped, false)
    finish.resolve()
    await stop
    const { events } = await host.punctual.events.list()
    assert.deepEqual(
      events.map(({ client, state }) => [client, state]),
      [
        ['calcom', 'pending'],
        ['calendly', 'done'],
      ],
    )
  })
})
