import assert from 'node:assert/strict'
import { it } from 'node:test'

import { createSteadyClock } from './steady.ts'

it('goes on where the clock below is set back', () => {
  let shown = 1000
  const { now } = createSteadyClock({ now: () => shown, sleep: async () => {} })
  assert.equal(now(), 1000)
  shown = 500
  assert.equal(now(), 1000)
  shown = 700
  assert.equal(now(), 1200)
})

it('has moved when a sleep is over, though the clock below stands still', async () => {
  const clock = createSteadyClock({ now: () => 1000, sleep: async () => {} })
  await Promise.all([clock.sleep(300), clock.sleep(500)])
  assert.equal(clock.now(), 1500)
})
