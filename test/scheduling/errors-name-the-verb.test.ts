// What a verb rejects with says which verb it is of, and what the call was about.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scheduling } from '../../src/scheduling/index.ts'
import { scheduling } from '../../src/scheduling/index.ts'
import { calcomPerson, calendlyPerson, refused } from '../typed/person.ts'
import { dayMs, smallBooking, smallEventType, startSmall } from './small-provider.ts'

const span = { from: '2030-01-07T00:00:00Z', to: '2030-01-08T00:00:00Z' }
const calls: readonly [
  place: string,
  about: string,
  call: (calendar: Scheduling) => Promise<unknown> | AsyncIterable<unknown>,
][] = [
  ['booking', 'the booking "b9"', (c) => c.booking('b9')],
  ['eventType', 'the event type "et9"', (c) => c.eventType('et9')],
  ['slots', 'the event type "et9"', (c) => c.slots({ eventType: 'et9', ...span })],
  ['hold', 'the event type "et9"', (c) => c.hold({ eventType: 'et9', start: span.from })],
  ['cancel', 'the booking "b9"', (c) => c.cancel('b9')],
  ['reschedule', 'the booking "b9"', (c) => c.reschedule('b9', { start: span.from })],
  ['markNoShow', 'the booking "b9"', (c) => c.markNoShow('b9', { host: true })],
]

for (const [place, about, call] of calls)
  test(`${place}: what is not found`, async (t) => {
    const { calendar } = await startSmall(t)
    const message = new RegExp(
      `^${place}: The provider refused the call \\(404\\)\\. Not found\\. It is about ${about}\\.$`,
    )
    await refused(() => call(calendar), 'provider_refused', { reason: 'not_found', message })
  })

test('an error of the provider', async (t) => {
  const { calendar, world } = await startSmall(t)
  world.answer = () => Response.json({}, { status: 501 })
  await refused(() => calendar.me(), 'provider_unavailable', { message: /^me: The provider answered 501\.$/ })
  const message = /^eventTypes: The provider answered 501\.$/
  await refused(() => calendar.eventTypes(), 'provider_unavailable', { message })
})

test('a booking of somebody else at Calendly is not only a matter of a role', async (t) => {
  const eve = await calendlyPerson(t, 'eve')
  const calendar = scheduling(eve.connection)
  const other = `${eve.host.sandbox.calendly.hosts.api}/scheduled_events/00000000-0000-4000-8000-000000000000`
  await refused(() => calendar.booking(other), 'provider_refused', {
    message: new RegExp(`It is about the booking "${other}"`),
  })
})

test('a signal ends a verb, and a typed call, with an error to switch on', async (t) => {
  const { typed, connection } = await calcomPerson(t)
  const signal = AbortSignal.abort()
  const ended = { reason: 'aborted' }
  await refused(() => scheduling(connection).me({ signal }), 'provider_unavailable', ended)
  await refused(() => typed.me({ signal }), 'provider_unavailable', ended)
  await refused(() => typed.bookings({}, { signal }), 'provider_unavailable', ended)
})

test('a wrong option of a typed call names the call', async (t) => {
  const { typed } = await calcomPerson(t)
  const message = /^calcom\.decline: options\.reason is not an option\. The options are deadlineMs/
  await refused(() => typed.decline('abc', { reason: 'Ill' } as never), 'invalid_argument', { message })
  const listed = /^calcom\.bookings: options\.form is not an option/
  await refused(async () => typed.bookings({}, { form: 'x' } as never), 'invalid_argument', { message: listed })
})

test('a hold of another slot is refused before anything is sent', async (t) => {
  const { calendar, asked } = await startSmall(t)
  const eventType = smallEventType()
  const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'UTC' }
  const hold = await calendar.hold({ eventType, start: span.from })
  asked()
  const request = { eventType, start: span.to, attendee, hold }
  const message = /^book: hold is of another slot: event type "et1", 2030-01-07T00:00:00Z\.$/
  await refused(() => calendar.book(request, { key: 'k' }), 'invalid_argument', { message })
  await refused(
    () => calendar.book({ ...request, start: span.from, eventType: smallEventType({ id: 'et2' }) }, { key: 'k' }),
    'invalid_argument',
  )
  assert.deepEqual(asked(), [])
})

test('white space around what people type makes no difference', async (t) => {
  const { calendar, world, now, asked } = await startSmall(t)
  const questions = [
    { key: 'q', label: 'Why?', type: 'text', required: true, options: null, allowsOther: false },
    { key: 'c', label: 'Which?', type: 'one_of', required: false, options: ['red '], allowsOther: false },
  ] as const
  const eventType = smallEventType({ questions })
  const bodies: string[] = []
  world.answer = (sent) => {
    if (sent.method !== 'POST') return null
    return sent.text().then((body) => {
      bodies.push(body)
      return Response.json(smallBooking('b1', now() + dayMs))
    })
  }
  const attendee = { name: ' Gil\t', email: 'gil@guests.example ', phone: ' +33123456789', timeZone: 'UTC' }
  const request = {
    eventType,
    start: span.from,
    attendee,
    answers: { q: 'Acme ', c: 'red' },
    guests: [' a@guests.example'],
  }
  world.bookings = [smallBooking('b1', now() + dayMs)]
  const { id } = await calendar.book(request, { key: 'k' })
  assert.match(bodies.join(), /"name":"Gil","email":"gil@guests.example"/)
  const plain = { name: 'Gil', email: 'gil@guests.example', phone: '+33123456789', timeZone: 'UTC' }
  const same = { ...request, attendee: plain, answers: { q: ' Acme', c: 'red ' }, guests: ['a@guests.example'] }
  assert.equal((await calendar.book(same, { key: 'k' })).id, id)
  asked()
  await refused(
    () => calendar.book({ ...request, attendee: { ...plain, phone: '12' } }, { key: 'x' }),
    'invalid_argument',
    {
      message: /^book: attendee\.phone must be a telephone number/,
    },
  )
  const missing = /^book: answers\.q is missing\. The question "Why\?" must be answered\.$/
  await refused(() => calendar.book({ ...request, answers: { q: '  ' } }, { key: 'x' }), 'invalid_argument', {
    message: missing,
  })
  assert.deepEqual(asked(), [])
})
