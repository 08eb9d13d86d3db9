// The booking that a lost request made is found, and no other, by the rule that `bookingsOf` documents.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { CalcomNewBooking } from '../../src/providers/calcom/index.ts'
import type { CalendlyBooking } from '../../src/providers/calendly/index.ts'
import { setFault } from '../support/host.ts'
import { all, calcomPerson, calendlyPerson, day, hour, refused } from './person.ts'

const lost = { reason: 'outcome_unknown' }

/** The response is lost after the booking was made, or the request is lost before it. */
const faults = [
  { what: 'the answer', kind: 'reset_after', made: 1 },
  { what: 'the answer, by a proxy that gave up,', kind: 'status', status: 504, after: true, made: 1 },
  { what: 'the end of the answer', kind: 'truncated', made: 1 },
  { what: 'the request', kind: 'hang', made: 0 },
]

async function atCalendly(t: TestContext) {
  const ada = await calendlyPerson(t)
  const [eventType] = await all(ada.typed.eventTypes({ active: true, sort: 'position:asc' }))
  const query = { event_type: eventType?.uri ?? '', start_time: ada.at(hour), end_time: ada.at(6 * day) }
  const [first, second] = await ada.typed.availableTimes(query)
  const invitee = { name: 'Gil', email: 'Gil@Guests.example', timezone: 'Europe/Paris' }
  const request: CalendlyBooking = {
    event_type: query.event_type,
    start_time: new Date(first?.start_time ?? ''),
    invitee,
  }
  return { ...ada, request, another: { ...request, start_time: second?.start_time ?? '' } }
}

async function atCalcom(t: TestContext) {
  const ada = await calcomPerson(t)
  const [eventType] = await ada.typed.eventTypes()
  const query = { eventTypeId: eventType?.id, start: ada.at(hour), end: ada.at(6 * day), timeZone: 'Asia/Tokyo' }
  const [first, second] = Object.values(await ada.typed.slots(query)).flat()
  const attendee = { name: 'Gil', email: 'Gil@Guests.example', timeZone: 'Europe/Paris' }
  const request: CalcomNewBooking = { eventTypeId: eventType?.id, start: first?.start ?? '', attendee }
  return { ...ada, eventType, request, another: { ...request, start: second?.start ?? '' } }
}

for (const { what, made, ...fault } of faults) {
  test(`Calendly: when ${what} is lost, ${made} booking is found`, async (t) => {
    const { host, typed, request, at } = await atCalendly(t)
    const since = at(0)
    await setFault(host, { ...fault, provider: 'calendly', endpoint: '/invitees' })
    await refused(() => typed.book(request), 'provider_unavailable', lost)
    const found = await typed.bookingsOf(request, { since })
    assert.equal(found.length, made)
    const booked = await all(typed.scheduledEvents())
    assert.deepEqual(
      found.map(({ event }) => event),
      booked.map(({ uri }) => uri),
    )
  })

  test(`Cal.com: when ${what} is lost, ${made} booking is found`, async (t) => {
    const { host, typed, request, at } = await atCalcom(t)
    const since = at(0)
    await setFault(host, { ...fault, provider: 'calcom', endpoint: '/v2/bookings' })
    await refused(() => typed.book(request), 'provider_unavailable', lost)
    const found = await typed.bookingsOf(request, { since })
    assert.equal(found.length, made)
    assert.deepEqual(found, await all(typed.bookings()))
  })
}

describe('Calendly: the search for a lost booking', () => {
  test('leaves out bookings of another invitee, time or event type', async (t) => {
    const { typed, request, another, at } = await atCalendly(t)
    const since = at(0)
    await typed.book(another)
    const [, second] = await all(typed.eventTypes({ sort: 'position:asc' }))
    assert.deepEqual(await typed.bookingsOf(request, { since }), [])
    const booked = await typed.book(request)
    assert.deepEqual(await typed.bookingsOf(request, { since }), [booked])
    const { invitee } = request
    assert.deepEqual(
      await typed.bookingsOf({ ...request, invitee: { ...invitee, email: 'x@y.example' } }, { since }),
      [],
    )
    assert.deepEqual(await typed.bookingsOf({ ...request, event_type: second?.uri ?? '' }, { since }), [])
    const lowercase = { ...invitee, email: invitee.email.toLowerCase() }
    assert.deepEqual(await typed.bookingsOf({ ...request, invitee: lowercase }, { since }), [booked])
  })

  test('leaves out bookings made before the request, with five minutes for the clocks', async (t) => {
    const { typed, request, at } = await atCalendly(t)
    const booked = await typed.book(request)
    assert.deepEqual(await typed.bookingsOf(request, { since: at(4 * 60_000) }), [booked])
    assert.deepEqual(await typed.bookingsOf(request, { since: at(6 * 60_000) }), [])
    assert.deepEqual(await typed.bookingsOf(request, { since: null }), [booked])
  })

  test('is found after it was canceled, and searched in the organization when it is a colleague’s', async (t) => {
    const { typed, request, at, asked, host } = await atCalendly(t)
    const since = at(0)
    const booked = await typed.book(request)
    await typed.cancel(booked.event)
    const [found] = await typed.bookingsOf(request, { since })
    assert.deepEqual([found?.uri, found?.status], [booked.uri, 'canceled'])
    const { current_organization: organization } = await typed.me()
    const colleague = (await all(typed.eventTypes({ organization }))).find(({ profile }) =>
      profile?.name?.startsWith('Ben'),
    )
    const query = { event_type: colleague?.uri ?? '', start_time: at(hour), end_time: at(6 * day) }
    const [time] = await typed.availableTimes(query)
    const desired = { ...request, event_type: query.event_type, start_time: time?.start_time ?? '' }
    await setFault(host, { kind: 'reset_after', provider: 'calendly', endpoint: '/invitees' })
    await refused(() => typed.book(desired), 'provider_unavailable', lost)
    asked()
    assert.equal((await typed.bookingsOf(desired, { since })).length, 1)
    assert.equal(asked().includes('GET /users/me'), true)
    assert.equal((await typed.bookingsOf(desired, { since, organization })).length, 1)
    assert.equal(asked().includes('GET /users/me'), false)
  })
})

describe('Cal.com: the search for a lost booking', () => {
  test('leaves out bookings of another attendee or time, and rescheduled ones', async (t) => {
    const { typed, request, another, at } = await atCalcom(t)
    const since = at(0)
    const other = await typed.book(another)
    assert.deepEqual(await typed.bookingsOf(request, { since }), [])
    await typed.reschedule(other.uid, { start: request.start })
    assert.deepEqual(await typed.bookingsOf(request, { since }), [])
    const lowercase = { ...another, attendee: { ...another.attendee, email: 'gil@guests.example' } }
    const [found] = await typed.bookingsOf(lowercase, { since })
    assert.deepEqual([found?.uid, found?.status], [other.uid, 'cancelled'])
    const strange = { ...another, attendee: { ...another.attendee, email: 'x@y.example' } }
    assert.deepEqual(await typed.bookingsOf(strange, { since }), [])
    assert.equal((await typed.bookingsOf(another, { since: at(4 * 60_000) })).length, 1)
    assert.deepEqual(await typed.bookingsOf(another, { since: at(6 * 60_000) }), [])
    assert.equal((await typed.bookingsOf(another, { since: null })).length, 1)
  })

  test('is found by slug and by phone number; another user’s bookings cannot be searched', async (t) => {
    const { typed, request, eventType, at } = await atCalcom(t)
    const since = at(0)
    const { username } = await typed.me()
    const attendee = { name: 'Gil', phoneNumber: '+46812345', timeZone: 'UTC' }
    const desired = { start: request.start, attendee, eventTypeSlug: eventType?.slug, username }
    const { uid } = await typed.book(desired)
    const [found, ...others] = await typed.bookingsOf(desired, { since })
    assert.deepEqual([found?.uid, others], [uid, []])
    assert.deepEqual(
      await typed.bookingsOf({ ...desired, attendee: { ...attendee, phoneNumber: '+1' } }, { since }),
      [],
    )
    const attempt = () => typed.bookingsOf({ ...desired, username: 'ben' }, { since })
    await refused(attempt, 'invalid_argument', { message: /through a connection of that user/ })
  })
})
