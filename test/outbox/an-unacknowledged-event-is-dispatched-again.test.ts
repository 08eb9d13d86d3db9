import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'

import type { PunctualEvent } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { startQuietHost } from '../support/host.ts'
import { createConsumer, settle } from './consumer.ts'

const hour = 3_600_000

describe('an event that is not acknowledged', () => {
  test('is dispatched again until it is acknowledged, and the later events of its connection wait', async (t) => {
    const consumer = createConsumer(({ dispatch, type }) => {
      if (type === 'connection.created' && dispatch < 3) throw new Error('not now')
    })
    const host = await startQuietHost(t, { deliverTo: consumer.handler })
    host.punctual.start()
    const connection = await host.connect('calendly')
    await connection.disconnect()
    await consumer.until(4)
    assert.deepEqual(
      consumer.events.map(({ type, dispatch }) => [type, dispatch]),
      [
        ['connection.created', 1],
        ['connection.created', 2],
        ['connection.created', 3],
        ['connection.disconnected', 1],
      ],
    )
    assert.equal(new Set(consumer.events.slice(0, 3).map(({ id }) => id)).size, 1)
    // 5 and 30 seconds, a tenth more or less.
    assert.ok(host.clock.elapsed() >= 31_000 && host.clock.elapsed() <= 60_000, String(host.clock.elapsed()))
  })

  test('is given up after a day, is reported as dead, and can be replayed', async (t) => {
    let broken = true
    const consumer = createConsumer(() => {
      if (broken) throw Object.assign(new TypeError('secret words'), { code: 'E_BROKEN' })
    })
    const times: number[] = []
    const host = await startQuietHost(t, {
      deliverTo: {
        handler(...dispatched) {
          times.push(host.clock.elapsed())
          return consumer.handler(...dispatched)
        },
        types: ['connection.created'],
      },
    })
    const dead = Promise.withResolvers<PunctualEvent>()
    host.punctual.on((event) => event.type === 'event.dead' && dead.resolve(event))
    host.punctual.start()
    const { id: connection } = await host.connect('calendly')
    const reported = await dead.promise
    assert.ok(reported.type === 'event.dead')
    const error = 'the handler threw (TypeError, E_BROKEN)'
    const id = consumer.events[0]?.id ?? ''
    const { at: _, ...facts } = reported
    const named = { event: id, destination: '', of: 'connection.created', client: 'calendly', connection }
    assert.deepEqual(facts, { type: 'event.dead', ...named, error })

    assert.ok(times.length === 11 || times.length === 12, `${times.length} dispatches`)
    const [first = 0, last = 0] = [times[0], times.at(-1)]
    assert.ok(Math.abs(last - first - 24 * hour) < 60_000, `${last - first} ms`)
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    assert.ok(pauses.slice(0, 9).every((pause, index) => index === 0 || pause > (pauses[index - 1] ?? 0)))

    const { events } = await host.punctual.events.list({ state: 'dead' })
    assert.deepEqual(
      events.map(({ id, error, attempts, dueAt }) => ({ id, error, attempts, dueAt })),
      [{ id, error, attempts: times.length, dueAt: null }],
    )
    broken = false
    await host.punctual.events.replay(id)
    await consumer.until(consumer.events.length + 1)
    await settle()
    assert.deepEqual([consumer.events.at(-1)?.id, consumer.events.at(-1)?.dispatch], [id, 1])
    assert.equal((await host.punctual.events.get(id)).state, 'done')
    await assert.rejects(host.punctual.events.replay(id), {
      code: 'event_not_dead',
      reason: 'done',
      message: /the event is done/,
    })
  })

  test('does not delay the events of other connections', async (t) => {
    const consumer = createConsumer((event) => {
      if (event.client === 'calendly') throw new Error('not this one')
    })
    const host = await startQuietHost(t, { deliverTo: consumer.handler })
    await host.connect('calendly')
    await host.connect('calcom')
    await consumer.until(2)
    await settle()
    const { events } = await host.punctual.events.list()
    assert.deepEqual(
      events.map(({ client, state }) => [client, state]),
      [
        ['calcom', 'done'],
        ['calendly', 'pending'],
      ],
    )
  })

  test('within 30 seconds counts as failed, and as acknowledged if the handler returns later', async (t) => {
    const slow = Promise.withResolvers<void>()
    let signal: AbortSignal | undefined
    const consumer = createConsumer((_, delivery) => {
      signal = delivery.signal
      return slow.promise
    })
    const host = await startQuietHost(t, { deliverTo: consumer.handler })
    await host.connect('calendly')
    await consumer.until(1)
    await settle()
    assert.equal(signal?.aborted, true)
    const id = consumer.events[0]?.id ?? ''
    const { state, error } = await host.punctual.events.get(id)
    assert.deepEqual([state, error], ['pending', 'it was not acknowledged within 30 s'])
    slow.resolve()
    await settle()
    assert.equal((await host.punctual.events.get(id)).state, 'done')
    host.sandbox.clock.advance(3600)
    await host.connect('calcom')
    await consumer.until(2)
    await settle()
    assert.equal(consumer.events.filter((event) => event.id === id).length, 1)
  })

  test('because no process has a handler is kept until one has', async (t) => {
    const { host, consumer } = await leftBehind(t)
    host.punctual.start()
    host.sandbox.clock.advance(48 * 3600)
    await settle()
    assert.equal((await host.punctual.events.list({ state: 'pending' })).events.length, 1)
    host.another({ deliverTo: consumer.handler }).start()
    await consumer.until(1)
    assert.deepEqual(consumer.types(), ['connection.created'])
  })

  test('because its type is not subscribed to is recorded as done, so that it is not kept for ever', async (t) => {
    const { host, consumer } = await leftBehind(t)
    host.another({ deliverTo: { handler: consumer.handler, types: ['client.recovered'] } }).start()
    while ((await host.punctual.events.list({ state: 'done' })).events.length === 0) await settle()
    assert.deepEqual(consumer.events, [])
  })

  test('because no process had a handler is dispatched with all the others, sixteen at a time, once one has', async (t) => {
    const { host } = await leftBehind(t)
    for (let owner = 0; owner < 30; owner++) {
      host.person = `owner ${owner}`
      await host.connect('calcom')
    }
    let [open, most] = [0, 0]
    const consumer = createConsumer(async () => {
      most = Math.max(most, ++open)
      await settle(3)
      open--
    })
    const last = host.another({ deliverTo: consumer.handler })
    await host.connect('calendly', { through: last })
    await consumer.until(32)
    assert.equal(most, 16)
    assert.equal(new Set(consumer.events.map(({ id }) => id)).size, 32)
  })

  test('by a process that has ended is dispatched by another one when its lease of a minute is over', async (t) => {
    const { host, store, consumer } = await leftBehind(t)
    const began = host.clock.elapsed()
    assert.equal((await store.outbox.take('ended', 8, 60_000)).length, 1)
    host.another({ deliverTo: consumer.handler }).start()
    await consumer.until(1)
    const waited = host.clock.elapsed() - began
    assert.ok(waited >= 60_000 && waited < 65_000, `${waited} ms`)
    assert.equal(consumer.events[0]?.dispatch, 2)
  })

  test('and ends every process that dispatches it is given up after a day, without another dispatch', async (t) => {
    const { host, store, consumer } = await leftBehind(t)
    for (let lease = 0; lease < 40; lease++) {
      assert.equal((await store.outbox.take('ended', 8, 60_000)).length, 1)
      host.sandbox.clock.advance(2400)
    }
    const started = host.another({ deliverTo: consumer.handler })
    const dead = Promise.withResolvers<PunctualEvent>()
    started.on((event) => event.type === 'event.dead' && dead.resolve(event))
    started.start()
    const event = await dead.promise
    assert.ok(event.type === 'event.dead')
    assert.equal(event.error, 'every process that dispatched it ended before it was acknowledged')
    assert.deepEqual(consumer.events, [])
  })
})

/** An event that no process has a handler for. */
async function leftBehind(t: TestContext) {
  const store = memory()
  const host = await startQuietHost(t, { store })
  store.announce(['connection.created'])
  await host.connect('calendly')
  return { host, store, consumer: createConsumer() }
}
