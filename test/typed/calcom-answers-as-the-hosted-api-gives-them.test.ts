// Shapes that Cal.com's hosted API has returned, beside those that it documents: the typed calls accept them all.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { calcomApi } from '../../src/providers/calcom/index.ts'
import { all, calcomPerson, hour } from './person.ts'
import { scripted } from './scripted.ts'

const booking = {
  ...{ id: 1, uid: 'abc', title: 'A meeting', description: null, status: 'cancelled', duration: 15 },
  ...{ start: '2026-11-23T09:00:00.000Z', end: '2026-11-23T09:15:00.000Z', createdAt: '2026-11-21T09:00:00.000Z' },
  ...{ eventType: null, eventTypeId: null, cancellationReason: '', cancelledByEmail: '', rescheduledByEmail: null },
  ...{ rating: null, meetingUrl: 'https://app.cal.com/video/abc', location: 'https://app.cal.com/video/abc' },
  ...{ icsUid: 'abc@Cal.com', metadata: {}, absentHost: false },
  attendees: [{ name: 'Gil', displayEmail: 'gil@guests.example', timeZone: 'UTC', language: 'en', absent: false }],
  bookingFieldsResponses: { name: 'Gil', email: 'gil@guests.example', displayEmail: 'gil@guests.example' },
}
const success = (data: unknown) => ({ status: 'success', data })

describe('a response of the hosted API', () => {
  test('may have attendees without an email address, and no event type', async () => {
    const typed = calcomApi(scripted('calcom', success([booking]), success(booking)))
    assert.deepEqual(await all(typed.bookings()), [booking])
    assert.deepEqual(await typed.booking('abc'), booking)
  })

  test('may have no destination calendar: an empty object, null, or nothing', async () => {
    const none = { connectedCalendars: [] }
    const lists = [{ ...none, destinationCalendar: {} }, { ...none, destinationCalendar: null }, none]
    const typed = calcomApi(scripted('calcom', ...lists.map(success)))
    for (const one of lists) assert.deepEqual(await typed.calendars(), one)
  })

  test('keeps fields without a name in the types', async () => {
    const me = { id: 1, username: 'ada', email: 'a@b.example', timeZone: 'UTC', locale: 'en', bio: null }
    const hook = { id: 'a-b', subscriberUrl: 'https://app.example/', triggers: ['BOOKING_CREATED'], active: true }
    const made = { ...hook, payloadTemplate: null, time: null, timeUnit: null, version: '2021-10-20' }
    const type = { id: 1, lengthInMinutes: 30, title: 'A', slug: 'a', seats: { disabled: true }, slotInterval: null }
    const typed = calcomApi(scripted('calcom', success(me), success(made), success([type])))
    assert.deepEqual(await typed.me(), me)
    assert.deepEqual(await typed.createWebhook({ subscriberUrl: hook.subscriberUrl, triggers: hook.triggers }), made)
    assert.deepEqual(await typed.eventTypes(), [type])
  })
})

describe('a booking whose outcome is unknown', () => {
  test('is found in a list whose attendees have only a displayed address', async (t) => {
    const { typed, at, set } = await calcomPerson(t)
    await set({ calcomAttendeeEmailInLists: false })
    const [eventType] = await typed.eventTypes()
    const days = await typed.slots({ eventTypeId: eventType?.id, start: at(hour), end: at(6 * 24 * hour) })
    const start = Object.values(days).flat()[0]?.start ?? ''
    const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'UTC' }
    const request = { eventTypeId: eventType?.id, start, attendee }
    const { uid } = await typed.book(request)
    const found = await typed.bookingsOf(request, { since: at(0) })
    assert.deepEqual([found.length, found[0]?.uid, found[0]?.attendees[0]?.email], [1, uid, undefined])
  })

  test('is found where the list says little about the attendee, unless it names another', async () => {
    const attendee = { name: 'Gil', email: 'Gil@guests.example', timeZone: 'UTC' }
    const request = { eventTypeId: 1, start: booking.start, attendee }
    const bare = { name: 'Gil', timeZone: 'UTC' }
    const listed: [found: boolean, change: object][] = [
      [true, { attendees: [bare] }],
      [
        true,
        { attendees: [{ ...bare, email: '', displayEmail: null, phoneNumber: null }], bookingFieldsResponses: null },
      ],
      [true, { attendees: [], bookingFieldsResponses: {} }],
      [true, { createdAt: 'a moment ago' }],
      [false, { attendees: [bare], bookingFieldsResponses: { email: 'eve@guests.example' } }],
      [false, { attendees: [{ ...bare, email: 'eve@guests.example' }] }],
      [false, { attendees: [{ ...bare, phoneNumber: '+46812345' }] }],
    ]
    for (const [found, change] of listed) {
      const typed = calcomApi(scripted('calcom', success([{ ...booking, ...change }])))
      const bookings = await typed.bookingsOf(request, { since: '2026-11-21T09:00:00Z' })
      assert.equal(bookings.length, found ? 1 : 0, JSON.stringify(change))
    }
  })
})
