// `Idempotency-Key`: the same key and body give the same answer, another body is refused, and so is a request that comes while
// another process still works on the first one.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import type { Store } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { sandboxClients } from '../support/host.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { attendee, type BookingDesk, deskOf } from './booking-desk.ts'
import { type Desk, serve, startService } from './service.ts'

interface Change {
  /** Below the connection. */
  readonly path: string
  readonly body: object
  readonly otherBody: object
  /** The status of its answer. */
  readonly status: number
}

/** Two processes with one database, and what a client changes through them. */
async function begin(t: TestContext): Promise<{
  one: BookingDesk
  other: Desk
  store: Store
  posts(): number
  /** How often the other process has waited. */
  waits(): number
  advance(seconds: number): void
}> {
  const store = memory()
  const service = await startService(t, { punctual: { store } })
  const api = { clients: sandboxClients(service.host.sandbox) }
  const { clock, waits } = impatient(() => service.host.sandbox.clock.now())
  const requests = () => service.host.sandbox.requests()
  return {
    one: await deskOf(service, 'calcom'),
    other: await serve(t, service.page.another({ clock }), { api }),
    store,
    waits,
    advance: (seconds) => service.host.sandbox.clock.advance(seconds),
    posts: () => requests().filter(({ method, path }) => method === 'POST' && path.includes('/bookings')).length,
  }
}

/** A clock on which the second between two looks passes at once. */
function impatient(now: () => number): { clock: Clock; waits: () => number } {
  let passedMs = 0
  let waits = 0
  const ahead = virtualClock(() => now() + passedMs)
  const clock: Clock = {
    ...ahead,
    async sleep(ms, signal) {
      if (ms > 1000) return systemClock.sleep(ms, signal)
      waits++
      passedMs += ms
    },
  }
  return { clock, waits: () => waits }
}

const changes: Record<'book' | 'reschedule' | 'cancel', (desk: BookingDesk) => Promise<Change>> = {
  async book(desk) {
    const { id: eventType, answers } = await desk.eventType()
    const [slot, later] = await desk.slots(eventType)
    const body = { eventType, start: slot?.start, attendee, answers }
    return { path: '/bookings', body, otherBody: { ...body, start: later?.start }, status: 201 }
  },
  async reschedule(desk) {
    const { path, later, latest } = await booked(desk)
    return { path: `${path}/reschedule`, body: { start: later }, otherBody: { start: latest }, status: 200 }
  },
  async cancel(desk) {
    const { path } = await booked(desk)
    return {
      path: `${path}/cancel`,
      body: { reason: 'Ill' },
      otherBody: { reason: 'Ill', following: true },
      status: 200,
    }
  },
}

async function booked(desk: BookingDesk) {
  const { id: eventType, answers } = await desk.eventType()
  const [slot, later, latest] = await desk.slots(eventType)
  const { body } = await desk.change('/bookings', 'first', { eventType, start: slot?.start, attendee, answers })
  return { path: `/bookings/${encodeURIComponent(body.id)}`, later: later?.start, latest: latest?.start }
}

for (const [verb, prepare] of Object.entries(changes)) {
  test(`${verb}: the same key and body give the same answer in every process, and another body a 422`, async (t) => {
    const { one, other, posts } = await begin(t)
    const { path, body, otherBody, status } = await prepare(one)
    const before = posts()
    const headers = { 'idempotency-key': 'k' }
    const first = await one.change(path, 'k', body)
    const second = await one.change(path, 'k', body)
    const third = await other.ask('POST', one.base + path, { body, headers })
    assert.deepEqual(
      [first, second, third].map((answer) => answer.status),
      [status, status, status],
    )
    assert.deepEqual(
      [second, third].map((answer) => meaning(answer.body)),
      [meaning(first.body), meaning(first.body)],
    )
    assert.equal(posts(), before + 1)
    for (const desk of [one, other]) {
      const refused = await desk.refused('key_reused', 'POST', one.base + path, { body: otherBody, headers })
      assert.deepEqual([refused.status, refused.reason, refused.retryAfterMs], [422, null, null])
    }
    assert.equal(posts(), before + 1)
  })

  test(`${verb}: while one process works on it, another one refuses the same with 409, and another body with 422`, async (t) => {
    const { one, other, store, posts, waits, advance } = await begin(t)
    const { path, body, otherBody, status } = await prepare(one)
    const before = posts()
    const headers = { 'idempotency-key': 'k' }
    // It has noted that its request leaves, and stands still.
    const { update } = store.bookingKeys
    const [atWork, arrive] = gate()
    const [released, release] = gate()
    t.mock.method(store.bookingKeys, 'update', async (...values: Parameters<typeof update>) => {
      t.mock.restoreAll()
      const isHeld = await update(...values)
      arrive()
      await released
      return isHeld
    })
    const answer = one.change(path, 'k', body)
    t.after(release)
    await atWork
    try {
      const refused = await other.refused('key_in_use', 'POST', one.base + path, { body, headers })
      assert.deepEqual([refused.status, refused.reason], [409, null])
      assert.ok((refused.retryAfterMs ?? 0) >= 1000)
      assert.ok(waits() > 0)
      // Who has held it for longer is slow or dead: nobody waits, and the answer says how long the claim still lasts.
      advance(11)
      const waited = waits()
      const atOnce = await other.refused('key_in_use', 'POST', one.base + path, { body, headers })
      assert.deepEqual([waits() - waited, atOnce.retryable], [0, true])
      assert.ok(Number.isInteger(atOnce.retryAfterMs) && Number(atOnce.retryAfterMs) > 40_000)
      await other.refused('key_reused', 'POST', one.base + path, { body: otherBody, headers })
    } finally {
      release()
    }
    const first = await answer
    assert.equal(first.status, status)
    const again = await other.ask('POST', one.base + path, { body, headers })
    assert.deepEqual([again.status, meaning(again.body)], [status, meaning(first.body)])
    assert.equal(posts(), before + 1)
  })
}

function gate(): [opened: Promise<void>, open: () => void] {
  const { promise, resolve } = Promise.withResolvers<void>()
  return [promise, resolve]
}

/** An answer without what the provider does not say the same at each of its addresses. */
function meaning(answer: object): unknown {
  return JSON.parse(JSON.stringify(answer, (name, value) => (name === 'raw' ? undefined : value)))
}
