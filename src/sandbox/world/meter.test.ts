import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMeter } from './meter.ts'

test('a fixed window counts down and starts again', () => {
  const meter = createMeter()
  assert.deepEqual(meter.hit('k', 0, { limit: 2, windowMs: 60_000 }), {
    allowed: true,
    limit: 2,
    remaining: 1,
    reset: 60,
  })
  assert.deepEqual(meter.hit('k', 30_500, { limit: 2, windowMs: 60_000 }), {
    allowed: true,
    limit: 2,
    remaining: 0,
    reset: 30,
  })
  assert.equal(meter.hit('k', 59_999, { limit: 2, windowMs: 60_000 }).allowed, false)
  assert.equal(meter.hit('k', 60_000, { limit: 2, windowMs: 60_000 }).allowed, true)
  assert.equal(meter.hit('other', 60_000, { limit: 2, windowMs: 60_000 }).remaining, 1)
})

test('a block starts when the limit is exceeded, and further requests do not prolong it', () => {
  const meter = createMeter()
  meter.hit('k', 0, { limit: 1, windowMs: 60_000, blockMs: 60_000 })
  assert.deepEqual(meter.hit('k', 50_000, { limit: 1, windowMs: 60_000, blockMs: 60_000 }), {
    allowed: false,
    limit: 1,
    remaining: 0,
    reset: 60,
  })
  assert.equal(meter.hit('k', 100_000, { limit: 1, windowMs: 60_000, blockMs: 60_000 }).allowed, false)
  assert.equal(meter.hit('k', 110_000, { limit: 1, windowMs: 60_000, blockMs: 60_000 }).allowed, true)
})

test('a sliding window allows no more than the limit within any minute, and refusals do not count', () => {
  const meter = createMeter()
  assert.equal(meter.slide('k', 0, { limit: 2, windowMs: 60_000 }).allowed, true)
  assert.equal(meter.slide('k', 50_000, { limit: 2, windowMs: 60_000 }).allowed, true)
  assert.deepEqual(meter.slide('k', 59_000, { limit: 2, windowMs: 60_000 }), { allowed: false, reset: 1 })
  assert.equal(meter.slide('k', 60_000, { limit: 2, windowMs: 60_000 }).allowed, true)
  assert.equal(meter.slide('k', 61_000, { limit: 2, windowMs: 60_000 }).allowed, false)
})

test('a clock that is set back does not freeze a window', () => {
  const meter = createMeter()
  meter.hit('k', 1_000_000_000, { limit: 1, windowMs: 60_000 })
  assert.equal(meter.hit('k', 0, { limit: 1, windowMs: 60_000 }).allowed, true)
})
