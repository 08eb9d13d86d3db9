import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterwards } from './refreshed-set.ts'

test('what is left of a schedule says how long ago it was over, so that an idle set tells its age', () => {
  const schedule = { expiresInMs: 100, refreshInMs: 80, dueInMs: 90 }
  assert.deepEqual(afterwards(schedule, 1000), { expiresInMs: -900, refreshInMs: -920, dueInMs: -910 })
  const notRefreshed = { expiresInMs: 100, refreshInMs: null, dueInMs: null }
  assert.deepEqual(afterwards(notRefreshed, 30), { expiresInMs: 70, refreshInMs: null, dueInMs: null })
})
