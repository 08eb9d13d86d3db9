// What Cal.com's webhooks say about bookings.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BookingChange } from '../../../src/core/scheduling/provider.ts'
import { read } from '../../../src/providers/calcom/deliveries.ts'
import { changeOf, toldBy } from '../../../src/providers/calcom/scheduling/changes.ts'

const person = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris', language: { locale: 'fr' } }
const payload = {
  uid: 'abc',
  bookingId: 1001,
  title: 'Intro between Ada and Gil',
  type: 'intro',
  startTime: '2026-11-27T09:00:00Z',
  endTime: '2026-11-27T09:30:00+00:00',
  organizer: { id: 101, name: 'Ada', email: 'ada@x.example', username: 'ada', timeZone: 'Europe/Stockholm' },
  attendees: [{ ...person, utcOffset: 60 }],
  responses: {
    name: { label: 'your_name', value: 'Gil' },
    topic: { label: 'Topic', value: 'Tax' },
    guests: { label: 'guests', value: ['eve@guests.example'] },
  },
  location: 'integrations:daily',
  iCalUID: 'abc@Cal.com',
  eventTypeId: 7,
  metadata: { videoCallUrl: 'https://app.cal.com/video/abc', reference: 'order 7', punctual_key: 'm4rk', tier: '4' },
  status: 'ACCEPTED',
  seatsPerTimeSlot: null,
}
const at = '2026-11-21T08:00:00.123Z'

function body(triggerEvent: string, change: object = {}): object {
  return { triggerEvent, createdAt: at, payload: { ...payload, ...change } }
}

function noShows(...attendees: [email: string, noShow: boolean][]): object {
  const marks = attendees.map(([email, noShow]) => ({ email, noShow }))
  const said = { message: 'x', bookingUid: 'abc', bookingId: 1001, attendees: marks }
  return { triggerEvent: 'BOOKING_NO_SHOW_UPDATED', createdAt: at, payload: said }
}

describe('a change', () => {
  const change = { booking: 'abc', replaces: null, version: 'gil@guests.example' }
  const table: readonly [name: string, given: object, expected: BookingChange | null][] = [
    ['BOOKING_CREATED', {}, { ...change, type: 'booking.created' }],
    ['BOOKING_REQUESTED', {}, { ...change, type: 'booking.requested' }],
    ['BOOKING_REJECTED', {}, { ...change, type: 'booking.declined' }],
    ['BOOKING_RESCHEDULED', { rescheduleUid: 'old' }, { ...change, type: 'booking.rescheduled', replaces: 'old' }],
    ['BOOKING_RESCHEDULED', { rescheduleUid: 'abc' }, { ...change, type: 'booking.rescheduled' }],
    ['BOOKING_REQUESTED', { rescheduleUid: 'old' }, { ...change, type: 'booking.requested', replaces: 'old' }],
    ['BOOKING_CANCELLED', {}, { ...change, type: 'booking.cancelled' }],
    ['BOOKING_CREATED', { attendeeSeatId: 's-1' }, { ...change, type: 'booking.created', version: 's-1' }],
    ['BOOKING_CREATED', { attendees: [] }, { ...change, type: 'booking.created', version: '' }],
    [
      'BOOKING_CREATED',
      { attendees: [{ email: 'b@x' }, { email: 'a@x' }] },
      { ...change, type: 'booking.created', version: 'a@x b@x' },
    ],
    [
      'BOOKING_CANCELLED',
      { seatsPerTimeSlot: 6 },
      { ...change, type: 'booking.cancelled', version: `gil@guests.example ${Date.parse(at)}` },
    ],
    [
      'BOOKING_CREATED',
      { seatsPerTimeSlot: undefined },
      { ...change, type: 'booking.created', version: `gil@guests.example ${Date.parse(at)}` },
    ],
    ['BOOKING_PAID', {}, null],
    ['MEETING_ENDED', {}, null],
    ['BOOKING_CREATED', { uid: '' }, null],
    ['BOOKING_CREATED', { uid: 7 }, null],
  ]
  for (const [name, given, expected] of table) {
    test(`${name} with ${JSON.stringify(given)}`, () => assert.deepEqual(changeOf(name, body(name, given)), expected))
  }

  const ms = Date.parse(at)
  const marks: readonly [given: object, expected: Partial<BookingChange>][] = [
    [noShows(['b@x', true], ['a@x', false]), { type: 'booking.no_show', version: `${ms} a@x:false b@x:true` }],
    [noShows(['a@x', false]), { type: 'booking.no_show_cleared', version: `${ms} a@x:false` }],
    [noShows(), { type: 'booking.no_show', version: `${ms}` }],
  ]
  for (const [given, expected] of marks) {
    test(`BOOKING_NO_SHOW_UPDATED as ${expected.type}, ${expected.version}`, () => {
      const { noShows: who, ...found } = changeOf('BOOKING_NO_SHOW_UPDATED', given) ?? {}
      assert.deepEqual(found, { ...change, ...expected })
      const named = (who ?? []).map(({ id, noShow }) => `${id}:${noShow}`).sort()
      assert.deepEqual([`${ms}`, ...named].join(' '), expected.version)
      assert.equal(toldBy('BOOKING_NO_SHOW_UPDATED', given), null)
      const { orderingKey, identity } = read(given) ?? {}
      assert.deepEqual([orderingKey, identity], ['abc', `BOOKING_NO_SHOW_UPDATED\nabc\n${ms}`])
    })
  }

  test('a body of another form says nothing', () => {
    for (const strange of [null, 'x', [], {}, { payload: [] }, { payload: null }]) {
      assert.equal(changeOf('BOOKING_CREATED', strange), null)
      assert.equal(toldBy('BOOKING_CREATED', strange), null)
    }
  })
})

describe('the booking of a webhook', () => {
  test('says all that the payload does, and is not whole', () => {
    const given = body('BOOKING_RESCHEDULED', { rescheduleUid: 'old', rescheduleStartTime: '2026-11-26T09:00:00Z' })
    assert.deepEqual(toldBy('BOOKING_RESCHEDULED', given), {
      booking: {
        id: 'abc',
        status: 'confirmed',
        declined: false,
        start: '2026-11-27T09:00:00Z',
        end: '2026-11-27T09:30:00Z',
        previousStart: '2026-11-26T09:00:00Z',
        replaces: 'old',
        replacedBy: null,
        eventType: '7',
        title: 'Intro between Ada and Gil',
        hosts: [{ id: '101', name: 'Ada', email: 'ada@x.example', timeZone: 'Europe/Stockholm', noShow: null }],
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
        guests: ['eve@guests.example'],
        location: { kind: 'video', service: 'cal_video' },
        joinUrl: 'https://app.cal.com/video/abc',
        answers: [{ key: 'topic', label: 'Topic', value: 'Tax' }],
        reference: 'order 7',
        utm: null,
        metadata: { videoCallUrl: 'https://app.cal.com/video/abc', tier: '4' },
        cancellation: null,
        capacity: null,
        createdAt: null,
        updatedAt: null,
        icalUid: 'abc@Cal.com',
        provider: 'calcom',
        raw: given,
      },
      isWhole: false,
    })
  })

  const at = '2026-11-21T08:00:00Z'
  const statuses: readonly [name: string, change: object, expected: readonly unknown[]][] = [
    ['BOOKING_CREATED', { status: 'PENDING' }, ['tentative', false, null]],
    ['BOOKING_CREATED', { status: undefined }, ['confirmed', false, null]],
    ['BOOKING_REQUESTED', {}, ['tentative', false, null]],
    [
      'BOOKING_REJECTED',
      { rejectionReason: 'No' },
      ['cancelled', true, { by: 'host', reason: 'No', at, toReschedule: false }],
    ],
    [
      'BOOKING_CANCELLED',
      { cancellationReason: 'Ill', cancelledBy: 'ada@x.example', requestReschedule: true },
      ['cancelled', false, { by: 'host', reason: 'Ill', at, toReschedule: true }],
    ],
    [
      'BOOKING_CANCELLED',
      { cancelledBy: 'gil@guests.example' },
      ['cancelled', false, { by: 'attendee', reason: null, at, toReschedule: false }],
    ],
  ]
  for (const [name, change, expected] of statuses) {
    test(`has the status of ${name} with ${JSON.stringify(change)}`, () => {
      const { status, declined, cancellation } = toldBy(name, body(name, change))?.booking ?? {}
      assert.deepEqual([status, declined, cancellation], expected)
    })
  }

  test('is not read from a payload about one seat, nor from one without times', () => {
    for (const change of [
      { attendeeSeatId: 's-1' },
      { seatsPerTimeSlot: 6 },
      { startTime: 'soon' },
      { endTime: null },
    ]) {
      assert.equal(toldBy('BOOKING_CREATED', body('BOOKING_CREATED', change)), null)
    }
  })
})
