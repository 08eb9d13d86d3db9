import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'

import { memory } from '../../src/store/memory.ts'
import { delivery } from '../store/fixtures.ts'
import { startQuietHost } from '../support/host.ts'
import { manualClock } from '../support/manual-clock.ts'
import { createConsumer, settle, stores } from './consumer.ts'

const day = 24 * 3600

describe('a handler that hangs', () => {
  for (const store of stores) {
    test(`at the events of one connection leaves capacity for the others: ${store.name}`, async (t) => {
      const hanging = Promise.withResolvers<void>()
      const consumer = createConsumer((event) =>
        'connection' in event && event.connection === 'ada' ? hanging.promise : null,
      )
      const kept = await store.open(t)
      // Its clock does not move: no deadline ends what hangs.
      const host = await startQuietHost(t, { store: kept, deliverTo: consumer.handler, clock: manualClock() })
      await host.punctual.ready()
      for (let n = 0; n < 12; n++) await kept.outbox.accept([of('ada', n)])
      for (let n = 0; n < 3; n++) for (const owner of ['ben', 'eve']) await kept.outbox.accept([of(owner, n)])
      await host.connect('calendly')
      while ((await host.punctual.events.list({ state: 'done' })).events.length < 7) await settle()
      assert.equal(consumer.types('ada').length, 8)
      assert.deepEqual([consumer.types('ben').length, consumer.types('eve').length], [3, 3])
      hanging.resolve()
      while ((await host.punctual.events.list({ state: 'done' })).events.length < 19) await settle()
      assert.equal(consumer.types('ada').length, 12)
    })
  }

  test('is aborted by its signal when its process stops, and its event is dispatched again', async (t) => {
    const { host, clock, consumer, signals } = await startHanging(t, (signal) => rejectedBy(signal))
    const stop = host.punctual.stop()
    clock.pass(4999)
    await settle()
    assert.equal(signals[0]?.aborted, false)
    clock.pass(1)
    await stop
    assert.equal(signals[0]?.aborted, true)
    const [event] = (await host.punctual.events.list()).events
    assert.deepEqual(
      [event?.state, event?.error, event?.attempts],
      ['pending', 'the process that was dispatching it was stopped', 1],
    )
    clock.pass(1000)
    host.punctual.start()
    await consumer.until(2)
    assert.deepEqual([consumer.events[1]?.id, consumer.events[1]?.dispatch], [event?.id, 2])
    await settle()
    assert.equal(signals[1]?.aborted, false, 'the new dispatch has a signal of its own')
    const again = host.punctual.stop()
    clock.pass(5000)
    await again
  })

  test('and returns when its signal aborts has acknowledged the event, and does not delay the stop', async (t) => {
    const { host, clock } = await startHanging(t, (signal) => rejectedBy(signal).catch(() => {}))
    const stop = host.punctual.stop()
    clock.pass(5000)
    await stop
    await settle()
    const [event] = (await host.punctual.events.list()).events
    assert.equal(event?.state, 'done')
  })
})

test('an event that no process dispatches is deleted after 30 days', async (t) => {
  const store = memory()
  const host = await startQuietHost(t, { store })
  await host.connect('calendly')
  await store.outbox.accept([of('ada', 1)])
  const left = async () => (await host.punctual.events.list()).events.length
  host.sandbox.clock.advance(30 * day - 60)
  host.punctual.start()
  await settle()
  assert.equal(await left(), 1)
  const began = host.clock.elapsed()
  while ((await left()) > 0) {
    await settle()
    assert.ok(host.clock.elapsed() - began < 2 * 3600_000, 'it is still there')
  }
})

function of(connection: string, n: number) {
  const key = `${connection} ${n}`
  return delivery(key, { orderingKey: key, connection, owner: connection, body: null as never })
}

async function startHanging(t: TestContext, handling: (signal: AbortSignal) => Promise<unknown>) {
  const clock = manualClock()
  const signals: AbortSignal[] = []
  const consumer = createConsumer((_, { signal }) => {
    signals.push(signal)
    return handling(signal)
  })
  const host = await startQuietHost(t, { deliverTo: consumer.handler, clock })
  await host.connect('calendly')
  await consumer.until(1)
  return { host, clock, consumer, signals }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}
