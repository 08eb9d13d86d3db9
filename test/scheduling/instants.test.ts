import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utcInstant } from '../../src/core/scheduling/instant.ts'

test('an instant is written in UTC, without its fraction of a second', () => {
  assert.equal(utcInstant('2026-11-27T10:00:00.9+01:00'), '2026-11-27T09:00:00Z')
  assert.equal(utcInstant('2026-11-27T09:00:00Z'), '2026-11-27T09:00:00Z')
  assert.equal(utcInstant('soon'), 'soon')
  assert.equal(utcInstant(Number.NaN), 'NaN')
})

test('every moment is written as the platform writes it', () => {
  const edges = [0, 1, 86_399_999, 86_400_000, -1, 253_402_300_799_999, 253_402_300_800_000]
  const moment = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: -(2 ** 45), max: 2 ** 48 }))
  const property = fc.property(moment, (ms) => utcInstant(ms) === new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z'))
  fc.assert(property, { numRuns: 2000 })
})
