import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'

import type { PunctualEvent } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { startQuietHost } from '../support/host.ts'
import { createTaker, settle } from './taking.ts'

const hour = 3_600_000

describe('an event that is not taken', () => {
  it('comes again until it is, and those after it wait', async (t) => {
    const taker = createTaker(({ dispatch: attempt, type }) => {
      if (type === 'connection.created' && attempt < 3) throw new Error('not now')
    })
    const host = await startQuietHost(t, { deliverTo: taker.handler })
    host.punctual.start()
    const connection = await host.connect('calendly')
    await connection.disconnect()
    await taker.until(4)
    assert.deepEqual(
      taker.events.map(({ type, dispatch: attempt }) => [type, attempt]),
      [
        ['connection.created', 1],
        ['connection.created', 2],
        ['connection.created', 3],
        ['connection.disconnected', 1],
      ],
    )
    assert.equal(new Set(taker.events.slice(0, 3).map(({ id }) => id)).size, 1)
    // 5 and 30 seconds, a tenth more or less.
    assert.ok(host.clock.elapsed() >= 31_000 && host.clock.elapsed() <= 60_000, String(host.clock.elapsed()))
  })

  it('is given up after a day, is told of, and can be handed over again', async (t) => {
    let broken = true
    const taker = createTaker(() => {
      if (broken) throw Object.assign(new TypeError('secret words'), { code: 'E_BROKEN' })
    })
    const times: number[] = []
    const host = await startQuietHost(t, {
      deliverTo: {
        handler(...taken) {
          times.push(host.clock.elapsed())
          return taker.handler(...taken)
        },
        types: ['connection.created'],
      },
    })
    const dead = Promise.withResolvers<PunctualEvent>()
    host.punctual.on((event) => event.type === 'event.dead' && dead.resolve(event))
    host.punctual.start()
    const { id: connection } = await host.connect('calendly')
    const told = await dead.promise
    assert.ok(told.type === 'event.dead')
    const error = 'the handler threw (TypeError, E_BROKEN)'
    const id = taker.events[0]?.id ?? ''
    const { at: _, ...facts } = told
    const named = { event: id, of: 'connection.created', client: 'calendly', connection }
    assert.deepEqual(facts, { type: 'event.dead', ...named, error })

    assert.ok(times.length === 11 || times.length === 12, `${times.length} tries`)
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
    await taker.until(taker.events.length + 1)
    await settle()
    assert.deepEqual([taker.events.at(-1)?.id, taker.events.at(-1)?.dispatch], [id, 1])
    assert.equal((await host.punctual.events.get(id)).state, 'done')
    await assert.rejects(host.punctual.events.replay(id), {
      code: 'event_not_dead',
      reason: 'done',
      message: /the event is done/,
    })
  })

  it('is not waited for by the events of others', async (t) => {
    const taker = createTaker((event) => {
      if (event.client === 'calendly') throw new Error('not this one')
    })
    const host = await startQuietHost(t, { deliverTo: taker.handler })
    await host.connect('calendly')
    await host.connect('calcom')
    await taker.until(2)
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

  it('within 30 seconds counts as failed, and as taken if it is in the end', async (t) => {
    const slow = Promise.withResolvers<void>()
    let signal: AbortSignal | undefined
    const taker = createTaker((_, delivery) => {
      signal = delivery.signal
      return slow.promise
    })
    const host = await startQuietHost(t, { deliverTo: taker.handler })
    await host.connect('calendly')
    await taker.until(1)
    await settle()
    assert.equal(signal?.aborted, true)
    const id = taker.events[0]?.id ?? ''
    const { state, error } = await host.punctual.events.get(id)
    assert.deepEqual([state, error], ['pending', 'it was not acknowledged within 30 s'])
    slow.resolve()
    await settle()
    assert.equal((await host.punctual.events.get(id)).state, 'done')
    host.sandbox.clock.advance(3600)
    await host.connect('calcom')
    await taker.until(2)
    await settle()
    assert.equal(taker.events.filter((event) => event.id === id).length, 1)
  })

  it('lies there until a process has somebody who takes it', async (t) => {
    const { host, taker } = await leftBehind(t)
    host.punctual.start()
    host.sandbox.clock.advance(48 * 3600)
    await settle()
    assert.equal((await host.punctual.events.list({ state: 'pending' })).events.length, 1)
    host.another({ deliverTo: taker.handler }).start()
    await taker.until(1)
    assert.deepEqual(taker.types(), ['connection.created'])
  })

  it('because its type is not wanted is recorded as done, so that it does not lie there for good', async (t) => {
    const { host, taker } = await leftBehind(t)
    host.another({ deliverTo: { handler: taker.handler, types: ['client.recovered'] } }).start()
    while ((await host.punctual.events.list({ state: 'done' })).events.length === 0) await settle()
    assert.deepEqual(taker.events, [])
  })

  it('yet is handed over with all the others, eight at a time, as soon as one of them is', async (t) => {
    const { host } = await leftBehind(t)
    for (let owner = 0; owner < 30; owner++) {
      host.person = `owner ${owner}`
      await host.connect('calcom')
    }
    let [open, most] = [0, 0]
    const taker = createTaker(async () => {
      most = Math.max(most, ++open)
      await settle(3)
      open--
    })
    const last = host.another({ deliverTo: taker.handler })
    await host.connect('calendly', { through: last })
    await taker.until(32)
    assert.equal(most, 8)
    assert.equal(new Set(taker.events.map(({ id }) => id)).size, 32)
  })

  it('by a process that has ended comes to another one when its minute is over', async (t) => {
    const { host, store, taker } = await leftBehind(t)
    const began = host.clock.elapsed()
    assert.equal((await store.outbox.take('ended', 8, 60_000)).length, 1)
    host.another({ deliverTo: taker.handler }).start()
    await taker.until(1)
    const waited = host.clock.elapsed() - began
    assert.ok(waited >= 60_000 && waited < 65_000, `${waited} ms`)
    assert.equal(taker.events[0]?.dispatch, 2)
  })

  it('and ends every process that has it in hand is given up after a day, unhandled', async (t) => {
    const { host, store, taker } = await leftBehind(t)
    for (let taken = 0; taken < 40; taken++) {
      assert.equal((await store.outbox.take('ended', 8, 60_000)).length, 1)
      host.sandbox.clock.advance(2400)
    }
    const started = host.another({ deliverTo: taker.handler })
    const dead = Promise.withResolvers<PunctualEvent>()
    started.on((event) => event.type === 'event.dead' && dead.resolve(event))
    started.start()
    const event = await dead.promise
    assert.ok(event.type === 'event.dead')
    assert.equal(event.error, 'every process that dispatched it ended before it was acknowledged')
    assert.deepEqual(taker.events, [])
  })
})

/** An event that no process has somebody for. */
async function leftBehind(t: TestContext) {
  const store = memory()
  const host = await startQuietHost(t, { store })
  store.announce(['connection.created'])
  await host.connect('calendly')
  return { host, store, taker: createTaker() }
}
