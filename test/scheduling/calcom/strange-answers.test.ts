// Whatever a typed call accepts, the model can show: fields that are new, words that are new, `null` where it is allowed.

import { test } from 'node:test'
import fc from 'fast-check'
import type { ApiCaller } from '../../../src/core/calls.ts'
import { PunctualError } from '../../../src/index.ts'
import { eventTypeOf } from '../../../src/providers/calcom/scheduling/event-type.ts'
import { scheduling } from '../../../src/providers/calcom/scheduling.ts'
import { all } from '../../typed/person.ts'
import { scripted } from '../../typed/scripted.ts'

const user = {
  id: 101,
  username: 'ada',
  email: 'ada@x.example',
  timeZone: 'UTC',
  name: 'Ada',
  avatarUrl: null,
  locale: 'en',
}
const eventType = {
  id: 7,
  lengthInMinutes: 30,
  lengthInMinutesOptions: [30, 60],
  title: 'Intro',
  slug: 'intro',
  description: 'x',
  locations: [{ type: 'address', address: 'x' }, { type: 'integration', integration: 'zoom' }, { type: 'boat' }],
  bookingFields: [
    { type: 'select', slug: 'topic', label: 'Topic', required: true, options: ['Tax'] },
    { type: 'text', slug: 'notes', hidden: false },
  ],
  users: [{ id: 101, name: 'Ada' }],
  ownerId: 101,
  team: null,
  schedulingType: null,
  seats: { seatsPerTimeSlot: 4 },
  confirmationPolicy: { type: 'always' },
  recurrence: { frequency: 'weekly', interval: 1, occurrences: 4 },
  price: 100,
  currency: 'eur',
}
const schedule = {
  id: 3,
  name: 'Hours',
  timeZone: 'UTC',
  isDefault: true,
  availability: [{ days: ['Monday'], startTime: '09:00', endTime: '17:00' }],
  overrides: [{ date: '2026-12-24', startTime: '09:00', endTime: '12:00' }],
}
const slots = { '2026-11-27': [{ start: '2026-11-27T10:00:00+01:00', end: null, attendeesCount: 1 }] }
const reservation = { reservationUid: 'r', reservationUntil: '2026-11-27T10:05:00Z', slotStart: null, slotEnd: null }
const booking = {
  uid: 'abc',
  status: 'cancelled',
  start: '2026-11-27T09:00:00.000Z',
  end: '2026-11-27T09:30:00.000Z',
  createdAt: '2026-11-20T08:00:00.000Z',
  updatedAt: null,
  title: 'x',
  hosts: [{ id: 101, name: 'Ada', email: 'ada@x.example', timeZone: 'UTC' }],
  eventType: { id: 7, slug: 'intro' },
  location: 'https://x.zoom.us/j/1',
  meetingUrl: null,
  absentHost: false,
  guests: ['eve@x.example'],
  cancelledByEmail: 'ada@x.example',
  cancellationReason: 'Ill',
  rescheduledToUid: null,
  attendees: [{ name: 'Gil', email: '46812345@sms.cal.com', phoneNumber: '+46812345', seatUid: null, metadata: null }],
  metadata: { reference: 'x' },
  bookingFieldsResponses: { topic: 'Tax', days: ['a'] },
}
const query = { eventType: eventTypeOf(eventType), from: 0, to: 4e12, timeZone: 'UTC', durationMinutes: null }
const slot = { eventType: '7', start: '2026-11-27T09:00:00Z', durationMinutes: null }
const everything = { from: null, to: 4e12, statuses: [], eventType: null, attendee: null }

const account = { id: '101', name: null, email: null, timeZone: null }

/** Each verb that reads, and the answer that it gets. */
const readings: readonly [what: string, data: unknown, read: (caller: ApiCaller) => Promise<unknown>][] = [
  ['me', user, (caller) => scheduling.me(caller)],
  ['an event type', eventType, (caller) => scheduling.eventType(caller, '7')],
  ['event types', [eventType], (caller) => all(scheduling.eventTypes(caller, { active: true }))],
  ['schedules', [schedule], (caller) => all(scheduling.schedules(caller))],
  ['slots', slots, (caller) => scheduling.slots(caller, query)],
  ['a hold', reservation, (caller) => scheduling.hold(caller, slot, null)],
  ['a booking', booking, (caller) => scheduling.booking(caller, 'abc')],
  ['bookings', [booking], (caller) => all(scheduling.bookings(caller, everything))],
]

/** What may stand in the place of a value. */
const strange = fc.oneof(
  fc.constantFrom(null, undefined, '', 'constructor', '__proto__', 'a_new_word', 0, -1, true, [], {}),
  fc.string(),
)

// One in five changes nothing, so that many answers have the right shape.
const changes = fc.array(fc.tuple(fc.nat(), strange), { minLength: 0, maxLength: 4, size: 'max' })

/** A copy in which some values, wherever they stand, are others, and every object has one field more. */
function changed(given: unknown, edits: readonly (readonly [number, unknown])[]): object {
  const copy = { data: structuredClone(given) }
  const places: [object, string][] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const name of Object.keys(value)) {
      places.push([value, name])
      visit((value as Record<string, unknown>)[name])
    }
    if (!Array.isArray(value) && given !== slots) Object.assign(value, { a_new_field: { deep: [1] } })
  }
  visit(copy.data)
  for (const [at, value] of edits) {
    const [holder, name] = places[at % places.length] ?? []
    if (holder && name) (holder as Record<string, unknown>)[name] = value
  }
  return copy
}

for (const [what, data, read] of readings) {
  test(`${what}: any answer of the right shape is mapped`, async () => {
    let mapped = 0
    await fc.assert(
      fc.asyncProperty(changes, async (edits) => {
        try {
          const answer = changed(data, edits)
          // A booking that replaces one is followed by a read of that one.
          await read({ ...scripted('calcom', answer, { data: booking }), account })
          mapped++
        } catch (error) {
          // Another shape is refused by name, and so is a booking whose hosts are others; nothing else may go wrong.
          const { reason = '' } = error instanceof PunctualError ? error : {}
          if (!['unexpected_answer', 'outcome_unknown', 'not_found'].includes(reason)) throw error
        }
      }),
      { numRuns: 300 },
    )
    if (mapped < 30) throw new Error(`only ${mapped} of 300 answers had the right shape`)
  })
}

test('a webhook is read or left, whatever stands in it', () => {
  const payload = {
    uid: 'abc',
    startTime: '2026-11-27T09:00:00Z',
    endTime: '2026-11-27T09:30:00Z',
    organizer: { id: 101, name: 'Ada', email: 'ada@x.example' },
    attendees: [{ name: 'Gil', email: 'gil@x.example', language: { locale: 'fr' } }],
    responses: { topic: { label: 'Topic', value: 'Tax' } },
    metadata: { reference: 'x' },
    status: 'ACCEPTED',
  }
  const body = { createdAt: '2026-11-20T08:00:01Z', payload }
  const names = ['BOOKING_CREATED', 'BOOKING_CANCELLED', 'BOOKING_NO_SHOW_UPDATED', 'MEETING_ENDED', 'constructor']
  fc.assert(
    fc.property(changes, fc.constantFrom(...names), (edits, name) => {
      const { data } = changed(body, edits) as { data: unknown }
      scheduling.change(name, data)
      scheduling.told(name, data)
    }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, anything) => {
      scheduling.change(name, anything)
      scheduling.told(name, anything)
    }),
  )
})
