// Cal.com's bookings in the words of the model.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Attendee } from '../../../src/core/scheduling/model.ts'
import type { ProviderBooking } from '../../../src/core/scheduling/provider.ts'
import type { CalcomAttendee, CalcomBooking } from '../../../src/providers/calcom/api/booking.ts'
import { addressOfAttendee, bookingOf, hasMark } from '../../../src/providers/calcom/scheduling/booking.ts'

const gil: CalcomAttendee = {
  name: 'Gil',
  email: 'gil@guests.example',
  displayEmail: 'gil@guests.example',
  timeZone: 'Europe/Paris',
  language: 'fr',
  absent: false,
}
const live: CalcomBooking = {
  id: 1,
  uid: 'abc',
  title: 'Intro between Ada and Gil',
  status: 'accepted',
  start: '2026-11-27T09:00:00.000Z',
  end: '2026-11-27T09:30:00.000Z',
  createdAt: '2026-11-20T08:00:00.123Z',
  updatedAt: '2026-11-21T08:00:00.000Z',
  hosts: [{ id: 101, name: 'Ada', email: 'ada@x.example', username: 'ada', timeZone: 'Europe/Stockholm' }],
  eventType: { id: 7, slug: 'intro' },
  eventTypeId: 7,
  location: 'https://app.cal.com/video/abc',
  meetingUrl: 'https://app.cal.com/video/abc',
  absentHost: false,
  cancellationReason: '',
  cancelledByEmail: '',
  rescheduledByEmail: null,
  icsUid: 'abc@Cal.com',
  attendees: [gil],
  metadata: { tier: '4', count: 2, reference: 'order 7', punctual_key: 'm4rk' },
  bookingFieldsResponses: { name: 'Gil', email: gil.email, displayEmail: gil.email, topic: 'Tax' },
}

describe('a booking', () => {
  test('as the hosted API returns it', () => {
    assert.deepEqual(bookingOf(live), {
      id: 'abc',
      status: 'confirmed',
      declined: false,
      start: '2026-11-27T09:00:00Z',
      end: '2026-11-27T09:30:00Z',
      previousStart: null,
      replaces: null,
      replacedBy: null,
      eventType: '7',
      title: 'Intro between Ada and Gil',
      hosts: [{ id: '101', name: 'Ada', email: 'ada@x.example', timeZone: 'Europe/Stockholm', noShow: false }],
      attendees: [
        {
          id: 'gil@guests.example',
          name: 'Gil',
          email: 'gil@guests.example',
          phone: null,
          timeZone: 'Europe/Paris',
          locale: 'fr',
          status: 'confirmed',
          noShow: false,
          manage: null,
        },
      ],
      guests: [],
      location: { kind: 'video', service: 'cal_video' },
      joinUrl: 'https://app.cal.com/video/abc',
      answers: [{ key: 'topic', label: null, value: 'Tax' }],
      reference: 'order 7',
      utm: null,
      metadata: { tier: '4', count: '2' },
      cancellation: null,
      capacity: null,
      createdAt: '2026-11-20T08:00:00Z',
      updatedAt: '2026-11-21T08:00:00Z',
      icalUid: 'abc@Cal.com',
      provider: 'calcom',
      raw: live,
    })
  })

  const by = (by: 'host' | 'attendee' | null, reason: string | null) => ({ by, reason, at: null, toReschedule: false })
  const table: readonly [what: string, change: Partial<CalcomBooking>, expected: Partial<ProviderBooking>][] = [
    ['that waits', { status: 'pending' }, { status: 'tentative', declined: false, cancellation: null }],
    [
      'that was declined',
      { status: 'rejected', cancellationReason: 'No' },
      { status: 'cancelled', declined: true, cancellation: by('host', 'No') },
    ],
    ['of a word of tomorrow', { status: 'constructor' }, { status: 'tentative', declined: false }],
    [
      'that its host has cancelled',
      { status: 'cancelled', cancellationReason: 'Ill', cancelledByEmail: 'ADA@x.example' },
      { status: 'cancelled', cancellation: by('host', 'Ill') },
    ],
    [
      'that its attendee has cancelled',
      { status: 'cancelled', cancelledByEmail: 'gil@guests.example' },
      { cancellation: by('attendee', null) },
    ],
    ['that somebody has cancelled', { status: 'cancelled', cancelledByEmail: 'x' }, { cancellation: by(null, null) }],
    [
      'that was moved',
      { status: 'cancelled', rescheduledToUid: 'def', rescheduledByEmail: gil.email ?? '', reschedulingReason: 'Late' },
      { status: 'cancelled', replaces: null, replacedBy: 'def', cancellation: by('attendee', 'Late') },
    ],
    [
      'that replaces one',
      { rescheduledFromUid: 'old', reschedulingReason: 'Late' },
      { replaces: 'old', cancellation: null },
    ],
    ['without an event type', { eventType: null, eventTypeId: null }, { eventType: null }],
    [
      'without a time of change',
      { updatedAt: null, icsUid: null, title: '' },
      { updatedAt: null, icalUid: null, title: null },
    ],
    ['without metadata', { metadata: null }, { metadata: {}, reference: null }],
    ['without hosts', { hosts: null }, { hosts: [] }],
  ]
  for (const [what, change, expected] of table) {
    test(what, () => {
      const booking = bookingOf({ ...live, ...change })
      const named = Object.fromEntries(
        Object.keys(expected).map((name) => [name, booking[name as keyof ProviderBooking]]),
      )
      assert.deepEqual(named, expected)
    })
  }

  test('of several hosts says of the organizer alone whether the host came', () => {
    const { hosts } = bookingOf({ ...live, absentHost: true, hosts: [{ id: 1 }, { id: 2 }] })
    assert.deepEqual(
      hosts.map(({ id, noShow }) => [id, noShow]),
      [
        ['1', true],
        ['2', null],
      ],
    )
  })

  test('has its guests once, also where they are among the attendees', () => {
    const guest = { ...gil, name: 'Guest', email: 'Guest@x.example', displayEmail: 'Guest@x.example' }
    const booking = bookingOf({ ...live, attendees: [gil, guest], guests: ['guest@x.example'] })
    assert.deepEqual([booking.guests, booking.attendees.map(({ name }) => name)], [['guest@x.example'], ['Gil']])
    const alone = bookingOf({ ...live, guests: [gil.email ?? ''] })
    assert.deepEqual(
      alone.attendees.map(({ name }) => name),
      ['Gil'],
    )
    const said = bookingOf({ ...live, bookingFieldsResponses: { guests: ['a@x.example'] } })
    assert.deepEqual(said.guests, ['a@x.example'])
  })

  test('with seats has the answers, reference and metadata of its one attendee', () => {
    const seat = {
      seatUid: 's-1',
      bookingFieldsResponses: { topic: 'Tax' },
      metadata: { reference: 'order 8', tier: '5' },
    }
    const { bookingFieldsResponses: _, ...rest } = live
    const booking = bookingOf({ ...rest, metadata: {}, attendees: [{ ...gil, ...seat }] })
    assert.deepEqual(
      [booking.attendees[0]?.id, booking.answers[0]?.value, booking.reference, booking.metadata],
      ['s-1', 'Tax', 'order 8', { tier: '5' }],
    )
    const two = bookingOf({
      ...rest,
      metadata: {},
      attendees: [
        { ...gil, ...seat },
        { ...gil, seatUid: 's-2' },
      ],
    })
    assert.deepEqual([two.answers, two.reference], [[], null])
  })
})

describe('an attendee', () => {
  const table: readonly [what: string, change: Partial<CalcomAttendee>, expected: Partial<Attendee>][] = [
    ['of a list', { email: null }, { id: 'gil@guests.example', email: 'gil@guests.example' }],
    [
      'with a clean address',
      { email: 'gil+client@guests.example' },
      { id: 'gil+client@guests.example', email: 'gil@guests.example' },
    ],
    [
      'with a telephone alone',
      { email: '46812345@sms.cal.com', displayEmail: '46812345@sms.cal.com', phoneNumber: '+46 81 23 45' },
      { id: '46812345@sms.cal.com', email: null, phone: '+46 81 23 45' },
    ],
    [
      'with a telephone alone, of another host',
      { email: '46812345@x.example', displayEmail: null, phoneNumber: '+46812345' },
      { id: '46812345@x.example', email: null },
    ],
    [
      'whose address is a number',
      { email: '46812345@x.example', displayEmail: null },
      { id: '46812345@x.example', email: '46812345@x.example' },
    ],
    ['without an address', { email: '', displayEmail: null, phoneNumber: '+468' }, { id: '+468', email: null }],
    ['without anything', { email: null, displayEmail: null, timeZone: null, name: '' }, { id: '0', name: null }],
    ['with a seat', { seatUid: 's-1' }, { id: 's-1', email: 'gil@guests.example' }],
    ['who did not come', { absent: true }, { noShow: true }],
  ]
  for (const [what, change, expected] of table) {
    test(what, () => {
      const [attendee] = bookingOf({ ...live, attendees: [{ ...gil, ...change }] }).attendees
      assert.ok(attendee)
      const named = Object.fromEntries(Object.keys(expected).map((name) => [name, attendee[name as keyof Attendee]]))
      assert.deepEqual(named, expected)
    })
  }

  test('of a cancelled booking is cancelled', () => {
    assert.equal(bookingOf({ ...live, status: 'cancelled' }).attendees[0]?.status, 'cancelled')
  })

  test('is named to Cal.com by the address that it knows', () => {
    const attendees = [{ ...gil, seatUid: 's-1', email: 'gil+client@guests.example' }]
    const booking = bookingOf({ ...live, attendees })
    const [attendee] = booking.attendees
    assert.ok(attendee)
    assert.equal(addressOfAttendee(booking, attendee), 'gil+client@guests.example')
    assert.equal(addressOfAttendee({ raw: null }, attendee), 'gil@guests.example')
    assert.equal(addressOfAttendee({ raw: null }, { ...attendee, email: null, id: '1@sms.x' }), '1@sms.x')
  })
})

describe('our mark', () => {
  const seat = (metadata?: object) => ({ ...gil, seatUid: 's-1', ...(metadata && { metadata: { ...metadata } }) })
  const table: readonly [expected: boolean | null, change: Partial<CalcomBooking>][] = [
    [true, {}],
    [false, { metadata: { punctual_key: 'other' } }],
    [false, { metadata: {} }],
    [null, { metadata: null }],
    [true, { metadata: {}, attendees: [seat({}), seat({ punctual_key: 'm4rk' })] }],
    [false, { metadata: {}, attendees: [seat({})] }],
    [null, { metadata: {}, attendees: [seat({}), seat()] }],
  ]
  for (const [expected, change] of table) {
    test(`is ${expected ?? 'not told'} in ${JSON.stringify(change)}`, () => {
      assert.equal(hasMark({ ...live, ...change }, 'm4rk'), expected)
    })
  }
})
