// Cal.com's slots and reservations in the words of the model, and the requests for them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CheckedSlotsQuery } from '../../../src/core/scheduling/provider.ts'
import type { CalcomSlot } from '../../../src/providers/calcom/api/slots.ts'
import { eventTypeOf } from '../../../src/providers/calcom/scheduling/event-type.ts'
import { holdOf, reservationOf, slotsOf, slotsQueryOf } from '../../../src/providers/calcom/scheduling/slots.ts'

const eventType = eventTypeOf({ id: 7, lengthInMinutes: 30, title: 'A', slug: 'a', seats: { disabled: true } })
const query: CheckedSlotsQuery = {
  eventType,
  from: Date.parse('2026-11-27T09:00:00Z'),
  to: Date.parse('2026-11-28T09:00:00Z'),
  timeZone: 'Europe/Paris',
  durationMinutes: null,
}

describe('a request for slots', () => {
  test('always says the time zone, and asks for the ends', () => {
    assert.deepEqual(slotsQueryOf(query), {
      eventTypeId: 7,
      start: new Date(query.from),
      end: new Date(query.to),
      timeZone: 'Europe/Paris',
      format: 'range',
    })
  })

  test('says the length where there are several', () => {
    assert.equal('duration' in slotsQueryOf({ ...query, durationMinutes: 30 }), false)
    const several = { ...eventType, durations: [30, 60] }
    assert.equal(slotsQueryOf({ ...query, eventType: several, durationMinutes: 60 }).duration, 60)
  })
})

describe('slots', () => {
  test('are in order, in UTC, and begin in the window', () => {
    const days = {
      '2026-11-28': [
        { start: '2026-11-28T10:00:00.000+01:00', end: '2026-11-28T10:30:00.000+01:00' },
        { start: '2026-11-28T09:30:00.000+01:00', end: '2026-11-28T10:00:00.000+01:00' },
      ],
      '2026-11-27': [
        { start: '2026-11-27T10:00:00.000+01:00' },
        { start: '2026-11-27T09:30:00.000+01:00', end: '2026-11-27T10:00:00.000+01:00' },
        { start: 'soon' },
      ],
    }
    const slot = { eventType: '7', seatsLeft: 1, bookingUrl: null }
    assert.deepEqual(slotsOf(days, query), [
      { ...slot, start: '2026-11-27T09:00:00Z', end: '2026-11-27T09:30:00Z' },
      { ...slot, start: '2026-11-28T08:30:00Z', end: '2026-11-28T09:00:00Z' },
    ])
    const [long] = slotsOf(days, { ...query, durationMinutes: 60 })
    assert.equal(long?.end, '2026-11-27T10:00:00Z')
    assert.deepEqual(slotsOf({}, query), [])
  })

  const shown = { seatsPerTimeSlot: 6, showAvailabilityCount: true }
  const hidden = { seatsPerTimeSlot: 6, showAvailabilityCount: false }
  const table: readonly [seats: object | null, slot: Partial<CalcomSlot>, left: number | null][] = [
    [{ disabled: true }, {}, 1],
    [shown, { attendeesCount: 2, bookingUid: 'abc' }, 4],
    [shown, { attendeesCount: 0 }, 6],
    [shown, { attendeesCount: 7 }, 0],
    [shown, { attendeesCount: null }, 6],
    [shown, { bookingUid: 'abc' }, null],
    [hidden, {}, null],
    [null, { attendeesCount: 2 }, null],
  ]
  for (const [seats, slot, left] of table) {
    test(`of ${JSON.stringify(seats)} with ${JSON.stringify(slot)} has ${left} left`, () => {
      const days = { day: [{ start: '2026-11-27T10:00:00Z', ...slot }] }
      const given = { id: 7, lengthInMinutes: 30, title: 'A', slug: 'a', seats: seats && { ...seats } }
      const [found] = slotsOf(days, { ...query, eventType: eventTypeOf(given) })
      assert.equal(found?.seatsLeft, left)
    })
  }
})

describe('a hold', () => {
  const slot = { eventType: '7', start: '2026-11-27T09:00:00Z', durationMinutes: null }

  test('lasts whole minutes, rounded up', () => {
    const least = { eventTypeId: 7, slotStart: slot.start }
    assert.deepEqual(reservationOf(slot, null), least)
    assert.deepEqual(reservationOf(slot, 60_001), { ...least, reservationDuration: 2 })
    assert.deepEqual(reservationOf(slot, 1), { ...least, reservationDuration: 1 })
    assert.deepEqual(reservationOf({ ...slot, durationMinutes: 60 }, null), { ...least, slotDuration: 60 })
  })

  test('is shown with its slot, whatever Cal.com repeats of it', () => {
    const told = { reservationUid: 'r-1', reservationUntil: '2026-11-21T09:05:00.000Z' }
    const expected = {
      id: 'r-1',
      eventType: '7',
      start: '2026-11-27T09:00:00Z',
      end: '2026-11-27T10:00:00Z',
      expiresAt: '2026-11-21T09:05:00Z',
    }
    const whole = { ...told, slotStart: '2026-11-27T10:00:00+01:00', slotEnd: '2026-11-27T11:00:00+01:00' }
    assert.deepEqual(holdOf(whole, slot), expected)
    assert.deepEqual(holdOf({ ...told, slotDuration: 60 }, slot), expected)
    assert.deepEqual(holdOf(told, { ...slot, durationMinutes: 60 }), expected)
  })
})
