// What the holder of a key believes of the time where a clock is wrong, or its process was suspended.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BookingKey } from '../../src/records/booking-keys.ts'
import { heldKey, momentOf } from '../../src/scheduling/held-key.ts'
import { manualClock } from '../support/manual-clock.ts'

const hourMs = 3_600_000
const keys = { update: async () => true }

function held(changes: (now: number) => Partial<BookingKey>) {
  const clock = manualClock()
  const now = clock.now()
  const times = { createdAt: now, createdMsAgo: 0, readAt: now, sentAt: null, sentMsAgo: null }
  const row = { ...times, ...changes(now) } as BookingKey
  return { clock, now, key: heldKey({ keys, clock }, row, momentOf(clock)) }
}

test('the time of a claim passes by the clock that has counted more', () => {
  const { clock, key } = held(() => ({}))
  clock.pass(10_000)
  assert.equal(key.passedMs(), 10_000)
  clock.step(50_000)
  assert.equal(key.passedMs(), 60_000)
  clock.step(-hourMs)
  assert.equal(key.passedMs(), 10_000)
})

test('the time since a request is measured with the monotonic clock', async () => {
  const { clock, key } = held((now) => ({ sentAt: now - 40_000, sentMsAgo: 40_000 }))
  clock.step(hourMs)
  clock.pass(5000)
  assert.equal(key.sentMsAgo(), 45_000)
  await key.noteSent('booking', false)
  assert.equal(key.sentMsAgo(), 0)
})

test('a request of the future was not sent long ago', () => {
  const { key } = held((now) => ({ sentAt: now + hourMs, sentMsAgo: -hourMs }))
  assert.ok(key.sentMsAgo() < 0)
})

test('a look begins at the earliest one of three clocks', () => {
  // The store's clock is an hour ahead of this machine's.
  const ahead = held((now) => ({ createdAt: now + hourMs, createdMsAgo: 5000, readAt: now + hourMs + 5000 }))
  assert.equal(ahead.key.since(), ahead.now - 5000)
  const behind = held((now) => ({ createdAt: now - hourMs, createdMsAgo: 5000, readAt: now - hourMs + 5000 }))
  assert.equal(behind.key.since(), behind.now - hourMs)
  // The store's clock was set back after the key was made, which the clock of leases has seen; and this machine's is ahead.
  const setBack = held((now) => ({ createdAt: now, createdMsAgo: 5000, readAt: now - hourMs }))
  assert.equal(setBack.key.since(), setBack.now - hourMs - 5000)
})
