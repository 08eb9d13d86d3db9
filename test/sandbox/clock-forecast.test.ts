// What moving the clock would do, told before it is moved.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { box, connectCalcom, connectCalendly, control, start } from './app.ts'

test('the clock says what would happen before it is moved', async () => {
  const sandbox = await box()
  await connectCalcom(sandbox, 'ben')
  await connectCalendly(sandbox, 'ada')
  await control(sandbox, 'POST', 'scenarios', { name: 'provider-slow', provider: 'calcom' })
  const { body } = await control(sandbox, 'GET', 'clock?ahead=1h')
  assert.equal(body.now, new Date(start).toISOString(), 'the clock has not moved')
  assert.deepEqual(
    body.ahead.tokens.map((one: { account: string; token: string }) => [one.account, one.token]),
    [['102', 'access']],
  )
  assert.deepEqual([body.ahead.slots, body.ahead.bookings, body.ahead.faults.length], [[], [], 1])
  // Monday, nine in Stockholm.
  sandbox.clock.set('2026-11-23T07:50:00Z')
  const booked = await control(sandbox, 'POST', 'bookings', { provider: 'calendly', account: 'ada' })
  const { ahead } = (await control(sandbox, 'GET', 'clock?ahead=30m')).body
  const { id } = booked.body
  assert.deepEqual(ahead.bookings, [
    { id, what: 'begins', at: '2026-11-23T08:00:00.000Z' },
    { id, what: 'is over', at: '2026-11-23T08:15:00.000Z' },
  ])
  assert.ok(ahead.slots.some((one: { account: string; count: number }) => one.account === '101' && one.count === 2))
  assert.equal((await control(sandbox, 'GET', 'clock?ahead=soon')).status, 400)
})
