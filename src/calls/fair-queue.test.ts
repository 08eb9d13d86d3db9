import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createLine } from './fair-queue.ts'

it('sends away whoever has waited long enough, even if the clock was set back meanwhile', async () => {
  const wakers: (() => void)[] = []
  let now = 1_000_000
  const clock = { now: () => now, sleep: () => new Promise<void>((resolve) => wakers.push(resolve)) }
  const full = { until: Number.POSITIVE_INFINITY, certain: false }
  const line = createLine(clock, { room: () => full, taken() {}, expect: () => 7000 })
  const entered = line.enter({ caller: 'one', background: false, patience: 5000, signal: undefined })
  now -= 60_000
  for (const wake of wakers) wake()
  await assert.rejects(entered, { code: 'rate_limited', retryAfter: 7 })
  assert.ok(line.isEmpty())
})
