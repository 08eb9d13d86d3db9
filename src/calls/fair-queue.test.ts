import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFairQueue } from './fair-queue.ts'

test('a call that has waited long enough is refused, even if the clock was set back meanwhile', async () => {
  const wakers: (() => void)[] = []
  let now = 1_000_000
  const clock = { monotonic: () => now, sleep: () => new Promise<void>((resolve) => wakers.push(resolve)) }
  const full = { until: Number.POSITIVE_INFINITY, isCertain: false }
  const limit = { permit: () => full, started() {}, expectedWaitMs: () => 7000 }
  const queue = createFairQueue(clock, limit)
  const entered = queue.enter({ caller: 'one', background: false, maxWaitMs: 5000, signal: undefined })
  now -= 60_000
  for (const wake of wakers) wake()
  await assert.rejects(entered, { code: 'rate_limited', retryAfterMs: 7000 })
  assert.ok(queue.isEmpty())
})
