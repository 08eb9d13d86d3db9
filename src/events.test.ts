import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './core/clock.ts'
import { PunctualError } from './core/errors.ts'
import { createEvents } from './events.ts'

test('of records whose key is missing the first hundred are reported, and every other failure', () => {
  const events = createEvents({ clock: systemClock, print: () => {} })
  const reported: string[] = []
  events.on((event) => event.type === 'fault' && reported.push(`${event.reason}`))
  for (let n = 0; n < 500; n++)
    events.aside(new PunctualError('value_unreadable', `The grant ${n}.`, { reason: 'unknown_key' }))
  events.aside(new PunctualError('value_unreadable', 'A grant.', { reason: 'damaged' }))
  assert.equal(reported.filter((reason) => reason === 'unknown_key').length, 100)
  assert.equal(reported.at(-1), 'damaged')
})
