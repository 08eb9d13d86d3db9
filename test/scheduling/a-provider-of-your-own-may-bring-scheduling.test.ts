// The verbs over a provider made by `defineProvider`.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { utcInstant } from '../../src/core/scheduling/instant.ts'
import { all, refused } from '../typed/person.ts'
import { dayMs, smallAttendee, smallBooking, startSmall } from './small-provider.ts'

test('time zones have their IANA names, whatever the provider calls them', async (t) => {
  const { calendar, world, now } = await startSmall(t)
  assert.equal((await calendar.me()).timeZone, 'Asia/Kolkata')
  world.bookings = [smallBooking('b1', now() + dayMs)]
  assert.equal((await calendar.booking('b1')).attendees[0]?.timeZone, 'Asia/Kolkata')
  const weekly = { monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }
  const schedule = { id: 's1', name: null, isDefault: true, timeZone: 'Europe/Kiev', weekly, overrides: {} }
  world.schedules = [{ ...schedule, provider: 'scripted', raw: null }]
  assert.deepEqual(
    (await all(calendar.schedules())).map(({ timeZone }) => timeZone),
    ['Europe/Kyiv'],
  )
})

test('a slot is held for whole minutes', async (t) => {
  const { calendar, now } = await startSmall(t)
  const slot = { eventType: 'et1', start: '2030-01-07T10:00:00+01:00', end: '2030-01-07T10:45:00+01:00' }
  const hold = await calendar.hold(slot, { forMs: 90_500 })
  assert.equal(hold.start, '2030-01-07T09:00:00Z')
  assert.equal(hold.end, '2030-01-07T09:45:00Z')
  assert.equal(hold.expiresAt, utcInstant(now() + 120_000))
})

test('an attendee who did not come is named by object, id or e-mail address in any case', async (t) => {
  const { calendar, world, asked, now } = await startSmall(t)
  world.bookings = [smallBooking('b1', now() + dayMs, { attendees: [smallAttendee('gil'), smallAttendee('ann')] })]
  const booking = await calendar.booking('b1')
  const [gil] = booking.attendees
  assert.ok(gil)
  for (const attendee of [gil, gil.id, 'GIL@Guests.example']) {
    asked()
    const marked = await calendar.markNoShow(booking, { attendee })
    assert.deepEqual(
      marked.attendees.map(({ noShow }) => noShow),
      [true, false],
    )
    assert.equal(marked.chain, booking.chain)
    assert.deepEqual(asked(), ['GET /bookings/b1', 'POST /bookings/b1/no-show'])
  }
  const host = await calendar.markNoShow('b1', { host: true }, { absent: false })
  assert.equal(host.hosts[0]?.noShow, false)
  assert.deepEqual(asked(), ['GET /bookings/b1', 'POST /bookings/b1/no-show'])
})

test('the options of a verb reach its calls', async (t) => {
  const { calendar } = await startSmall(t)
  const signal = AbortSignal.abort(new Error('enough'))
  const ended = { reason: 'aborted', message: /your signal has ended it/ }
  const calls = [
    () => calendar.me({ signal }),
    () => calendar.eventTypes({}, { signal }),
    () => calendar.bookings({}, { signal, background: true, caller: 'x' }),
    () => calendar.booking('b1', { signal }),
  ]
  for (const call of calls) {
    const error = await refused(call, 'provider_unavailable', ended)
    assert.equal(error.cause, signal.reason)
  }
})

test('the verbs are not seen when a connection is printed, spread or serialised', async (t) => {
  const { connection } = await startSmall(t)
  assert.deepEqual(Object.getOwnPropertySymbols({ ...connection }), [])
  assert.doesNotMatch(inspect(connection), /scheduling/)
  assert.ok(Object.isFrozen(connection))
})
