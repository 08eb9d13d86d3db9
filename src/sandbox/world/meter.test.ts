import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createMeter } from './meter.ts'

test('a fixed window counts down and starts again', () => {
  const meter = createMeter()
  deepEqual(meter.hit('k', 2, 60_000, 0), { allowed: true, limit: 2, remaining: 1, reset: 60 })
  deepEqual(meter.hit('k', 2, 60_000, 30_500), { allowed: true, limit: 2, remaining: 0, reset: 30 })
  equal(meter.hit('k', 2, 60_000, 59_999).allowed, false)
  equal(meter.hit('k', 2, 60_000, 60_000).allowed, true)
  equal(meter.hit('other', 2, 60_000, 60_000).remaining, 1)
})

test('a block starts when the limit is exceeded, and further requests do not prolong it', () => {
  const meter = createMeter()
  meter.hit('k', 1, 60_000, 0, 60_000)
  deepEqual(meter.hit('k', 1, 60_000, 50_000, 60_000), { allowed: false, limit: 1, remaining: 0, reset: 60 })
  equal(meter.hit('k', 1, 60_000, 100_000, 60_000).allowed, false)
  equal(meter.hit('k', 1, 60_000, 110_000, 60_000).allowed, true)
})

test('a sliding span never lets more through within any minute, and refusals do not count', () => {
  const meter = createMeter()
  equal(meter.slide('k', 2, 60_000, 0).allowed, true)
  equal(meter.slide('k', 2, 60_000, 50_000).allowed, true)
  deepEqual(meter.slide('k', 2, 60_000, 59_000), { allowed: false, reset: 1 })
  equal(meter.slide('k', 2, 60_000, 60_000).allowed, true)
  equal(meter.slide('k', 2, 60_000, 61_000).allowed, false)
})

test('a clock that is set back does not freeze a window', () => {
  const meter = createMeter()
  meter.hit('k', 1, 60_000, 1_000_000_000)
  equal(meter.hit('k', 1, 60_000, 0).allowed, true)
})
