import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { PunctualError, type Store } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { startQuietHost } from '../support/host.ts'
import { manualClock } from '../support/manual-clock.ts'
import { acknowledgedBy, createConsumer, settle } from './consumer.ts'

/** A store whose outbox refuses acknowledgements while it is away. */
function fickle(): { store: Store; seen: { away: boolean; refused: number } } {
  const store = memory()
  const seen = { away: false, refused: 0 }
  const acknowledge = async (id: string) => {
    if (!seen.away) return store.outbox.acknowledge(id)
    seen.refused++
    throw new PunctualError('store_unavailable', 'The store is away.', { retryable: true })
  }
  return { store: { ...store, outbox: acknowledgedBy(store.outbox, acknowledge) }, seen }
}

describe('an event that the handler has acknowledged', () => {
  test('is never dispatched again, even if the handler throws afterwards', async (t) => {
    const states: string[] = []
    const consumer = createConsumer(async (event, { acknowledge }) => {
      await acknowledge()
      states.push((await host.punctual.events.get(event.id)).state)
      throw new Error('after all')
    })
    const host = await startQuietHost(t, { deliverTo: consumer.handler })
    host.punctual.start()
    await host.connect('calendly')
    await consumer.until(1)
    host.sandbox.clock.advance(48 * 3600)
    await host.connect('calcom')
    await consumer.until(2)
    while (states.length < 2) await settle()
    assert.deepEqual(states, ['done', 'done'])
    assert.deepEqual(
      consumer.events.map(({ client }) => client),
      ['calendly', 'calcom'],
    )
  })

  test('is recorded as done once the store is back, and is not dispatched until then', async (t) => {
    const { store, seen } = fickle()
    const consumer = createConsumer()
    const host = await startQuietHost(t, { store, deliverTo: consumer.handler })
    host.punctual.start()
    seen.away = true
    const connection = await host.connect('calendly')
    await consumer.until(1)
    // Long enough for the lease to end many times.
    const began = host.clock.elapsed()
    while (host.clock.elapsed() - began < 600_000) await settle()
    assert.ok(seen.refused > 10)
    assert.equal(consumer.events.length, 1)
    seen.away = false
    await connection.disconnect()
    await consumer.until(2)
    await settle()
    assert.deepEqual(consumer.types(), ['connection.created', 'connection.disconnected'])
    assert.equal((await host.punctual.events.list({ state: 'done' })).events.length, 2)
  })

  test('does not count as failed, even if the handler throws before the acknowledgement is recorded', async (t) => {
    const { store, seen } = fickle()
    const consumer = createConsumer((_, { acknowledge }) => {
      void acknowledge()
      throw new Error('after all')
    })
    const host = await startQuietHost(t, { store, deliverTo: consumer.handler })
    seen.away = true
    await host.connect('calendly')
    await consumer.until(1)
    while (seen.refused < 3) await settle()
    const { events } = await host.punctual.events.list()
    assert.deepEqual([events[0]?.state, events[0]?.error], ['pending', null])
    seen.away = false
    while ((await host.punctual.events.list({ state: 'done' })).events.length === 0) await settle()
    assert.equal(consumer.events.length, 1)
  })

  test('is recorded before the handler continues, if the handler awaits the acknowledgement', async (t) => {
    const { store, seen } = fickle()
    const steps: string[] = []
    const consumer = createConsumer(async (_, { acknowledge }) => {
      await acknowledge()
      steps.push('recorded')
    })
    const host = await startQuietHost(t, { store, deliverTo: consumer.handler })
    seen.away = true
    await host.connect('calendly')
    await consumer.until(1)
    while (seen.refused < 8) await settle()
    steps.push('back')
    seen.away = false
    while (steps.length < 2) await settle()
    assert.deepEqual(steps, ['back', 'recorded'])
    assert.equal(consumer.events.length, 1)
  })

  test('after the deadline is reported as acknowledged only when no other process can dispatch it any more', async (t) => {
    const clock = manualClock()
    const steps: string[] = []
    const late = Promise.withResolvers<void>()
    const consumer = createConsumer(async ({ dispatch }, { acknowledge }) => {
      if (dispatch > 1) return
      await late.promise
      await acknowledge()
      steps.push('it is never dispatched again')
    })
    const store = memory()
    const host = await startQuietHost(t, { store, deliverTo: consumer.handler, clock })
    await host.connect('calendly')
    await consumer.until(1)
    clock.pass(30_000)
    await settle()
    clock.pass(6000)
    // Another process has leased it, and the response of its store is still on its way.
    const [leased] = await store.outbox.take('another process', 1, 60_000)
    assert.equal(leased?.dispatches, 2)
    late.resolve()
    await settle()
    assert.equal((await host.punctual.events.get(leased.id)).state, 'done')
    // A process dispatches an event within 25 seconds of asking for it, or not at all.
    clock.pass(24_999)
    await settle()
    assert.deepEqual(steps, [])
    clock.pass(1)
    await settle()
    assert.deepEqual(steps, ['it is never dispatched again'])
  })

  test('does not delay a stop: an acknowledgement that the store refuses is tried once more, and the handler gets the error', async (t) => {
    const { store, seen } = fickle()
    const errors: unknown[] = []
    const consumer = createConsumer((_, { acknowledge }) => acknowledge().catch((error: unknown) => errors.push(error)))
    const host = await startQuietHost(t, { store, deliverTo: consumer.handler })
    seen.away = true
    await host.connect('calendly')
    await consumer.until(1)
    await host.punctual.stop()
    assert.ok(errors[0] instanceof PunctualError && errors[0].code === 'store_unavailable')
    seen.away = false
    host.punctual.start()
    host.sandbox.clock.advance(61)
    const id = consumer.events[0]?.id ?? ''
    while ((await host.punctual.events.get(id)).state !== 'done') await settle()
    assert.equal(consumer.events.length, 1)
  })

  test('is awaited by a stop, which dispatches no further event', async (t) => {
    const finish = Promise.withResolvers<void>()
    const consumer = createConsumer(() => finish.promise)
    // Its clock does not move: the deadline does not come.
    const host = await startQuietHost(t, { deliverTo: consumer.handler, clock: manualClock() })
    await host.connect('calendly')
    await consumer.until(1)
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
