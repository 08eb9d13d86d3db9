// What a change of a booking does at the providers' sandboxes where seats, series, kept answers and missing scopes count.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { type AnswerValue, type EventType, scheduling } from '../../src/scheduling/index.ts'
import { startQuietHost } from '../support/host.ts'
import { all, refused } from '../typed/person.ts'

const dayMs = 86_400_000
const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
const ann = { ...attendee, name: 'Ann', email: 'ann@guests.example' }
const scopesOf = { calendly: calendlyScopes, calcom: calcomScopes }

async function start(
  t: TestContext,
  name: 'calendly' | 'calcom',
  service: string,
  scopes: readonly string[] = scopesOf[name],
) {
  const host = await startQuietHost(t)
  const connection = await host.connect(name, { account: 'eve', scopes: [...scopes] })
  const calendar = scheduling(connection)
  const eventType = (await all(calendar.eventTypes())).find((one) => one.name === service)
  assert.ok(eventType)
  const span = { from: new Date(host.clock.now() + 2 * dayMs), to: new Date(host.clock.now() + 9 * dayMs) }
  const starts = (await all(calendar.slots({ eventType, ...span }))).map((slot) => slot.start)
  const startAt = (index: number) => starts[index] ?? ''
  const control = (path: string, body: object) =>
    host.sandbox.handler(
      new Request(`${host.sandbox.url}/control${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
  return { host, connection, calendar, eventType, startAt, control }
}

function someAnswers({ questions }: EventType): Record<string, AnswerValue> {
  const one = (type: string, options: readonly string[] | null): AnswerValue => {
    if (type === 'some_of') return (options ?? []).slice(0, 2)
    if (type === 'one_of') return options?.[0] ?? ''
    return type === 'phone' ? '+33123456789' : 'It is about tea'
  }
  return Object.fromEntries(questions.map(({ key, type, options }) => [key, one(type, options)]))
}

test('a seat that is taken again by the same person is cancelled again', async (t) => {
  const { calendar, eventType, startAt } = await start(t, 'calcom', 'Workshop')
  const first = await calendar.book({ eventType, start: startAt(0), attendee }, { key: 'gil' })
  await calendar.book({ eventType, start: startAt(0), attendee: ann }, { key: 'ann' })
  const who = { attendee: attendee.email }
  const seats = async () => (await calendar.booking(first.id)).attendees.map(({ email }) => email)
  await calendar.cancel(first.id, who)
  assert.deepEqual(await seats(), [ann.email])
  // The caller's booking still has the seat, and that it is free is what was wanted.
  assert.equal((await calendar.cancel(first, who)).id, first.id)
  await refused(() => calendar.cancel(first.id, who), 'invalid_argument', { message: /is not an attendee/ })
  assert.equal((await calendar.book({ eventType, start: startAt(0), attendee }, { key: 'gil 2' })).id, first.id)
  await calendar.cancel(first.id, who)
  assert.deepEqual(await seats(), [ann.email])
})

test('the later bookings of a series are cancelled, also where the booking itself is cancelled already', async (t) => {
  const { calendar, connection, eventType, startAt } = await start(t, 'calcom', 'Weekly check-in')
  const body = JSON.stringify({ eventTypeId: Number(eventType.id), start: startAt(0), attendee })
  const headers = { 'content-type': 'application/json', 'cal-api-version': '2026-02-25' }
  assert.equal((await connection.fetch('/v2/bookings', { method: 'POST', headers, body })).status, 201)
  const series = await all(calendar.bookings())
  const id = series[1]?.id ?? ''
  const statuses = async () => (await all(calendar.bookings())).map(({ status }) => status)
  await calendar.cancel(id)
  assert.deepEqual(await statuses(), ['confirmed', 'cancelled', 'confirmed', 'confirmed'])
  for (let times = 0; times < 2; times++) {
    assert.equal((await calendar.cancel(id, { following: true })).status, 'cancelled')
    assert.deepEqual(await statuses(), ['confirmed', 'cancelled', 'cancelled', 'cancelled'])
  }
})

test('without the scope to read bookings, a key that is done still tells its booking', async (t) => {
  const { calendar, eventType, startAt } = await start(t, 'calcom', 'Intro call', ['PROFILE_READ', 'EVENT_TYPE_READ'])
  const book = () => calendar.book({ eventType, start: startAt(0), attendee }, { key: 'a' })
  const booked = await book()
  assert.equal((await book()).id, booked.id)
  for (const options of [{}, {}, { key: 'b' }, { key: 'b' }])
    assert.equal((await calendar.cancel(booked, options)).status, 'cancelled')
})

test('a taken time is told as such, also where the provider answers 404', async (t) => {
  const { calendar, eventType, startAt, control } = await start(t, 'calendly', 'Intro call')
  await control('/switches', { calendlyTakenSlot: 'not_found' })
  await calendar.book({ eventType, start: startAt(0), attendee }, { key: 'a' })
  const taken = () => calendar.book({ eventType, start: startAt(0), attendee: ann }, { key: 'b' })
  const error = await refused(taken, 'provider_refused', { reason: 'slot_taken' })
  assert.equal((await refused(taken, 'provider_refused', { reason: 'slot_taken' })).message, error.message)
})

test('a booking with answers of every kind is booked again with the same ones', async (t) => {
  const { calendar, eventType, startAt } = await start(t, 'calendly', 'Consultation')
  assert.ok(eventType.questions.some(({ type }) => type === 'some_of'))
  const answers = someAnswers(eventType)
  const booked = await calendar.book({ eventType, start: startAt(0), attendee, answers }, { key: 'a' })
  const moved = await calendar.reschedule(booked.id, { start: startAt(20) }, { allow: 'rebook' })
  assert.ok(moved.outcome === 'rebooked')
  assert.deepEqual(moved.booking.answers, booked.answers)
})

test('a round-robin booking is booked again, without its location', async (t) => {
  const { calendar, eventType, startAt } = await start(t, 'calendly', 'Team chat')
  assert.equal(eventType.assignment, 'round_robin')
  const answers = someAnswers(eventType)
  const booked = await calendar.book({ eventType, start: startAt(0), attendee, answers }, { key: 'a' })
  assert.notEqual(booked.location.kind, 'unknown')
  assert.equal((await calendar.reschedule(booked.id, { start: startAt(5) }, { allow: 'rebook' })).outcome, 'rebooked')
})
