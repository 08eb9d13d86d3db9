// What Cal.com allows, and what one event type or booking rules out.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Capability, capabilities } from '../../../src/core/scheduling/capabilities.ts'
import type { CalcomBooking } from '../../../src/providers/calcom/api/booking.ts'
import type { CalcomEventType } from '../../../src/providers/calcom/api/event-types.ts'
import { bookingOf } from '../../../src/providers/calcom/scheduling/booking.ts'
import { eventTypeOf } from '../../../src/providers/calcom/scheduling/event-type.ts'
import { scheduling } from '../../../src/providers/calcom/scheduling.ts'
import { scopes } from '../../../src/providers/calcom/scopes.ts'

describe('scopes', () => {
  test('that a capability needs are scopes of Cal.com', () => {
    const needed = Object.values(scheduling.capabilities).flatMap((fact) => (fact.how === 'none' ? [] : fact.scopes))
    assert.deepEqual(
      needed.filter((scope) => !scopes.includes(scope)),
      [],
    )
  })

  const table: readonly [granted: readonly string[], missing: readonly string[]][] = [
    [['WEBHOOK_READ', 'WEBHOOK_WRITE'], []],
    [['WEBHOOK_WRITE', 'PROFILE_READ'], ['WEBHOOK_READ']],
    [['READ_BOOKING', 'READ_PROFILE'], []],
    [
      ['READ_BOOKING', 'PROFILE_READ'],
      ['WEBHOOK_READ', 'WEBHOOK_WRITE'],
    ],
    [[], []],
  ]
  for (const [granted, missing] of table) {
    test(`of ${granted.join(' ') || 'a connection that does not tell'}`, () => {
      const fact = scheduling.capabilities['events.booking']
      assert.deepEqual(scheduling.missingScopes(granted, fact.how === 'none' ? [] : fact.scopes), missing)
    })
  }
})

/** Later than every start. */
const later = Date.UTC(2040, 0, 1)

function ruledOut(on: Parameters<typeof scheduling.limit>[1], now: number = later): Capability[] {
  return capabilities.filter((what) => scheduling.limit(what, on, now) !== null)
}

describe('an event type rules out', () => {
  const plain: Partial<CalcomEventType> = {
    lengthInMinutesOptions: [30, 60],
    seats: { seatsPerTimeSlot: 2 },
    confirmationPolicy: { type: 'always' },
    recurrence: null,
    disableGuests: false,
    disableCancelling: { disabled: false },
    disableRescheduling: { disabled: false, minutesBefore: 60 },
    bookingRequiresAuthentication: true,
  }
  const table: readonly [change: Partial<CalcomEventType>, expected: readonly Capability[]][] = [
    [{}, ['cancel.series', 'recurrence']],
    [{ lengthInMinutesOptions: null }, ['book.chooseDuration', 'cancel.series', 'recurrence']],
    [{ disableGuests: true }, ['book.guests', 'cancel.series', 'recurrence']],
    [{ seats: { disabled: true } }, ['cancel.attendee', 'cancel.series', 'recurrence', 'seats']],
    [{ seats: null }, ['cancel.series', 'recurrence']],
    [{ confirmationPolicy: { disabled: true } }, ['cancel.series', 'approval', 'recurrence']],
    [{ confirmationPolicy: null }, ['cancel.series', 'recurrence']],
    [{ recurrence: { frequency: 'weekly', interval: 1, occurrences: 4 } }, ['book']],
    [{ disableCancelling: { disabled: true } }, ['cancel', 'cancel.series', 'recurrence']],
    [{ disableRescheduling: { disabled: true } }, ['reschedule', 'cancel.series', 'recurrence']],
    [
      { schedulingType: 'managed', teamId: 5 },
      ['slots', 'slots.public', 'hold', 'book', 'cancel.series', 'recurrence'],
    ],
  ]
  for (const [change, expected] of table) {
    test(`${expected.join(', ')} with ${JSON.stringify(change)}`, () => {
      const eventType = eventTypeOf({ id: 7, lengthInMinutes: 30, title: 'A', slug: 'a', ...plain, ...change })
      assert.deepEqual(ruledOut(eventType), expected)
    })
  }
})

describe('a booking rules out', () => {
  const seat = { name: 'Gil', email: 'gil@guests.example', seatUid: 's-1' }
  const plain: CalcomBooking = {
    uid: 'abc',
    status: 'pending',
    start: '2026-11-27T09:00:00Z',
    end: '2026-11-27T09:30:00Z',
    createdAt: '2026-11-20T09:00:00Z',
    attendees: [seat],
    recurringBookingUid: 'series',
  }
  const table: readonly [change: Partial<CalcomBooking>, expected: readonly Capability[]][] = [
    [{}, []],
    [{ status: 'accepted' }, ['approval']],
    [{ status: 'cancelled' }, ['reschedule', 'noShow', 'noShow.host', 'approval']],
    [{ status: 'rejected' }, ['reschedule', 'noShow', 'noShow.host', 'approval']],
    [{ status: 'cancelled', rescheduledToUid: 'def' }, ['reschedule', 'noShow', 'noShow.host', 'approval']],
    [{ attendees: [{ name: 'Gil' }] }, ['cancel.attendee', 'seats']],
    [{ recurringBookingUid: null }, ['cancel.series', 'recurrence']],
    [{ attendees: [seat, { ...seat, seatUid: 's-2' }] }, ['reschedule']],
  ]
  for (const [change, expected] of table) {
    test(`${expected.join(', ') || 'nothing'} with ${JSON.stringify(change)}`, () => {
      const booking = { ...bookingOf({ ...plain, ...change }), chain: 'chn_1' }
      assert.deepEqual(ruledOut(booking), expected)
    })
  }

  test('nothing that a webhook does not say', () => {
    const booking = { ...bookingOf(plain), chain: 'chn_1', raw: { triggerEvent: 'BOOKING_CREATED', payload: {} } }
    assert.deepEqual(ruledOut(booking), [])
  })

  test('a no-show before it begins', () => {
    const booking = { ...bookingOf(plain), chain: 'chn_1' }
    const start = Date.parse(booking.start)
    const others = ruledOut(booking)
    assert.deepEqual(
      ruledOut(booking, start - 1).filter((what) => !others.includes(what)),
      ['noShow', 'noShow.host'],
    )
    assert.deepEqual(ruledOut(booking, start), others)
    assert.deepEqual(ruledOut({ ...booking, start: '' }, 0), others)
  })

  test('says why', () => {
    const moved = bookingOf({ ...plain, status: 'cancelled', rescheduledToUid: 'def' })
    assert.deepEqual(scheduling.limit('reschedule', { ...moved, chain: 'chn_1' }, later), {
      yes: false,
      because: 'booking',
      note: 'It has been moved: move the booking that replaces it.',
    })
  })
})

describe('an id', () => {
  const uri = 'https://api.calendly.com/scheduled_events/AAAA'
  const table: readonly [kind: 'event_type' | 'booking', id: string, problem: RegExp | null][] = [
    ['event_type', '101001', null],
    ['event_type', '0', /^must be a number/],
    ['event_type', '12a', /^must be a number/],
    ['event_type', '99999999999999999999', /^must be a number/],
    ['event_type', uri, /^is an address, and so an id of another provider\. At Cal\.com it is a number/],
    ['booking', '7FTwS2-b_UY', null],
    ['booking', '1001', /^is a booking's number\. Give a uid/],
    ['booking', uri, /^is an address, and so an id of another provider\. At Cal\.com it is a uid/],
    ['booking', 'a/b', /^must be a uid/],
    ['booking', '', /^must be a uid/],
  ]
  for (const [kind, id, problem] of table) {
    test(`${kind} ${JSON.stringify(id)}`, () => {
      const found = scheduling.idProblem(kind, id)
      if (problem === null) assert.equal(found, null)
      else assert.match(found ?? 'nothing is wrong', problem)
    })
  }
})
