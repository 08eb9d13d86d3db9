// Each mistake is one sentence that names the verb, the field and what to do. Nothing is sent.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scheduling } from '../../src/scheduling/index.ts'
import { refused } from '../typed/person.ts'
import { dayMs, smallBooking, smallEventType, startSmall } from './small-provider.ts'

type Call = (calendar: Scheduling) => PromiseLike<unknown> | AsyncIterable<unknown>

const eventType = smallEventType()
const booking = { ...smallBooking('b1', Date.UTC(2030, 0, 7)), chain: 'chn_1' }
const span = { from: '2030-01-07T00:00:00Z', to: '2030-01-08T00:00:00Z' }

const wrong: [sentence: RegExp, call: Call][] = [
  [
    /^slots: timeZone must be the IANA name .* There is no zone "Mars\/Base"\.$/,
    (c) => c.slots({ eventType, ...span, timeZone: 'Mars/Base' }),
  ],
  [/^slots: timeZone must be the IANA name/, (c) => c.slots({ eventType, ...span, timeZone: '+01:00' })],
  [
    /^slots: from has no offset from UTC\. Add it, such as/,
    (c) => c.slots({ eventType, ...span, from: '2030-01-07T00:00:00' }),
  ],
  [/^slots: from must be an instant: a Date, or a text/, (c) => c.slots({ eventType, ...span, from: '2030-01-07' })],
  [
    /^slots: from has a space in place of "\+"\. In an address, "\+" is written %2B\.$/,
    (c) => c.slots({ eventType, ...span, from: '2030-01-07T00:00:00 01:00' }),
  ],
  [/^slots: to is an invalid Date/, (c) => c.slots({ eventType, ...span, to: new Date('x') })],
  [
    /^slots: to names a day that its month does not have/,
    (c) => c.slots({ eventType, ...span, to: '2030-02-30T00:00:00Z' }),
  ],
  [/^slots: to must be later than "from"\.$/, (c) => c.slots({ eventType, from: span.to, to: span.from })],
  [
    /^slots: duration is not an option\. The options are eventType, from, to, timeZone, durationMinutes\.$/,
    (c) => c.slots({ eventType, ...span, duration: 30 } as never),
  ],
  [/^slots: timezone is not an option/, (c) => c.slots({ eventType, ...span, timezone: 'UTC' } as never)],
  [
    /^slots: eventType must be letters and a number\. It is "https:/,
    (c) => c.slots({ eventType: 'https://other.example/1', ...span }),
  ],
  [
    /^slots: eventType is of "other", and the connection is one of "scripted"\.$/,
    (c) => c.slots({ eventType: { ...eventType, provider: 'other' }, ...span }),
  ],
  [
    /^slots: eventType must be an event type, as the verbs return it, or its id\.$/,
    (c) => c.slots({ eventType: booking as never, ...span }),
  ],
  [
    /^slots: eventType must be an event type, as the verbs return it, or its id\.$/,
    (c) => c.slots({ eventType: { id: 'et1', provider: 'scripted', durations: [30] } as never, ...span }),
  ],
  [
    /^reschedule: booking must be a booking, as the verbs return it, or its id\.$/,
    (c) => c.reschedule({ id: 'b1', provider: 'scripted', attendees: [] } as never, { start: span.to }),
  ],
  [
    /^cancel: booking must be a booking, as/,
    (c) => c.cancel({ ...booking, attendees: [{ id: 'a', status: 'confirmed', email: 7 }] } as never),
  ],
  [
    /^slots: eventType belongs to another person\./,
    (c) => c.slots({ eventType: smallEventType({ owner: { kind: 'person', id: 'zoe', name: null } }), ...span }),
  ],
  [/^slots: options\.deadline is not an option/, (c) => c.slots({ eventType, ...span }, { deadline: 5 } as never)],
  [/^eventType: id must be the id of an event type\.$/, (c) => c.eventType('')],
  [/^eventTypes: active must be true or false\.$/, (c) => c.eventTypes({ active: 'yes' } as never)],
  [/^eventTypes: options\.from must be the `position`/, (c) => c.eventTypes({}, { from: 7 } as never)],
  [/^bookings: options\.from must be the `position` of an earlier/, (c) => c.bookings({}, { from: 'x' })],
  [
    /^bookings: eventType belongs to another person\./,
    (c) => c.bookings({ eventType: smallEventType({ owner: { kind: 'person', id: 'zoe', name: null } }) }),
  ],
  [
    /^book: options is missing\. Give \{ key \}/,
    (c) => c.book({ eventType, start: span.from, attendee: { name: 'Gil', timeZone: 'UTC' } }, undefined as never),
  ],
  [
    /^bookings: status must be "confirmed", "tentative" or "cancelled"\.$/,
    (c) => c.bookings({ status: 'accepted' } as never),
  ],
  [/^bookings: status\[1\] must be "confirmed"/, (c) => c.bookings({ status: ['confirmed', 'canceled'] } as never)],
  [/^bookings: status must not be an empty list/, (c) => c.bookings({ status: [] })],
  [/^bookings: attendee must be an e-mail address\.$/, (c) => c.bookings({ attendee: 'Gil' })],
  [/^booking: id must be letters and a number\. It is "B-1"\.$/, (c) => c.booking('B-1')],
  [/^markNoShow: booking is of "other", and/, (c) => c.markNoShow({ ...booking, provider: 'other' }, { host: true })],
  [
    /^markNoShow: who must be \{ attendee \} with .* or \{ host: true \}\.$/,
    (c) => c.markNoShow(booking, { guest: 'x' } as never),
  ],
  [/^markNoShow: who must be/, (c) => c.markNoShow(booking, { host: true, attendee: 'x' } as never)],
  [
    /^markNoShow: attendee is not an attendee of the booking\. Give one of/,
    (c) => c.markNoShow(booking, { attendee: 'ann@guests.example' }),
  ],
  [
    /^markNoShow: options\.absent must be true or false/,
    (c) => c.markNoShow(booking, { host: true }, { absent: 1 } as never),
  ],
  [
    /^hold: options\.forMs must be a whole number of milliseconds from 60000/,
    (c) => c.hold({ eventType: 'et1', start: span.from }, { forMs: 5 }),
  ],
  [
    /^hold: slot\.end must be later than "start"\.$/,
    (c) => c.hold({ eventType: 'et1', start: span.to, end: span.from }),
  ],
]

test('the sentence names the verb and the field, and nothing is sent', async (t) => {
  const { calendar, asked } = await startSmall(t)
  for (const [message, call] of wrong) await refused(() => call(calendar), 'invalid_argument', { message })
  for (const what of ['books', undefined])
    await refused(async () => calendar.can(what as never), 'invalid_argument', {
      message: /^can: what must be a capability: eventTypes\.read, .* reschedule, /,
    })
  const half = { id: 'b1', provider: 'scripted', attendees: [null] } as never
  const message = /^can: on must be an event type or a booking, as the verbs return them\. An id says too little\.$/
  await refused(async () => calendar.can('cancel', half), 'invalid_argument', { message })
  const foreign = { ...eventType, provider: 'other' }
  await refused(async () => calendar.can('book', foreign), 'invalid_argument', { message: /^can: on is of "other"/ })
  assert.deepEqual(asked(), [])
})

test('an event type of another person is refused, also if it is named by its id', async (t) => {
  const { calendar, world, asked, now } = await startSmall(t)
  world.eventTypes = [smallEventType({ owner: { kind: 'person', id: 'zoe', name: 'Zoe' } })]
  const query = { eventType: 'et1', from: new Date(now()), to: new Date(now() + dayMs) }
  await refused(() => calendar.slots(query), 'invalid_argument', { message: /^slots: eventType belongs to another/ })
  assert.deepEqual(asked(), ['GET /event-types/et1'])
  const slot = { eventType: 'et1', start: new Date(now() + dayMs).toISOString() }
  await refused(() => calendar.hold(slot), 'invalid_argument', { message: /^hold: eventType belongs to another/ })
  assert.deepEqual(asked(), ['GET /event-types/et1'])
})

test('a booking without times, as an event may have it, is refused by every verb', async (t) => {
  const { calendar, asked } = await startSmall(t)
  const thin = { ...booking, start: '', end: '' }
  const calls: Readonly<Record<string, () => unknown>> = {
    can: () => calendar.can('cancel', thin),
    cancel: () => calendar.cancel(thin),
    reschedule: () => calendar.reschedule(thin, { start: span.from }),
    markNoShow: () => calendar.markNoShow(thin, { host: true }),
  }
  for (const [name, call] of Object.entries(calls)) {
    const message = new RegExp(`^${name}: (on|booking) has no start and end, .* Read it with "booking" first\\.$`)
    await refused(async () => call(), 'invalid_argument', { message })
  }
  assert.deepEqual(asked(), [])
})
