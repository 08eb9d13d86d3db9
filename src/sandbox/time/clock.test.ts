import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClock, parseSpan } from './clock.ts'

test('the clock runs with real time, plus its offset', () => {
  let real = 1000
  let offset = 0
  const clock = createClock(() => real, {
    get: () => offset,
    set: (milliseconds) => {
      offset = milliseconds
    },
  })
  clock.advance(5)
  assert.equal(clock.now(), 6000)
  real = 2000
  assert.equal(clock.now(), 7000)
  clock.set('1970-01-01T00:01:00Z')
  assert.equal(clock.now(), 60_000)
  clock.advance(-60)
  assert.equal(clock.now(), 0)
  assert.throws(() => clock.set('soon'), TypeError)
  assert.throws(() => clock.advance(Number.NaN), TypeError)
})

test('a span is a number of seconds, or has a unit', () => {
  assert.equal(parseSpan(90), 90)
  assert.equal(parseSpan('90'), 90)
  assert.equal(parseSpan('30s'), 30)
  assert.equal(parseSpan('30m'), 1800)
  assert.equal(parseSpan('3h'), 10_800)
  assert.equal(parseSpan('1.5d'), 129_600)
  assert.equal(parseSpan('-1h'), -3600)
  for (const wrong of ['', 'h', '3 weeks', '3hh', Number.NaN, null, undefined, {}]) assert.equal(parseSpan(wrong), null)
})
