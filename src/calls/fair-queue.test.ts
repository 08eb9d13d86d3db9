import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createFairQueue } from './fair-queue.ts'

it('sends away whoever has waited long enough, even if the clock was set back meanwhile', async () => {
  const wakers: (() => void)[] = []
  let now = 1_000_000
  const clock = { now: () => now, sleep: () => new Promise<void>((resolve) => wakers.push(resolve)) }
  const full = { until: Number.POSITIVE_INFINITY, certain: false }
  const line = createFairQueue(clock, { room: () => full, taken() {}, expect: () => 7000 })
  const entered = line.enter({ caller: 'one', background: false, patience: 5000, signal: undefined })
  now -= 60_000
  for (const wake of wakers) wake()
  await assert.rejects(entered, { code: 'rate_limited', retryAfterMs: 7000 })
  assert.ok(line.isEmpty())
})
