// Every kind of event type at Calendly's sandbox: places, questions, a group, a round robin.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { CheckedBooking } from '../../../src/core/scheduling/provider.ts'
import type { LocationChoice } from '../../../src/core/scheduling/requests.ts'
import { all } from '../../typed/person.ts'
import { ada } from './ada.ts'
import { answersTo } from './answers.ts'

async function eve(t: TestContext, slug: string) {
  const person = await ada(t, 'eve')
  const { scheduling, connection, eventTypes, at } = person
  const eventType = eventTypes.find((one) => one.slug === slug)
  assert.ok(eventType, eventTypes.map((one) => one.slug).join(' '))
  const window = { from: at(2 * 86_400_000).getTime(), to: at(9 * 86_400_000).getTime() }
  const slotsOf = () => scheduling.slots(connection, { eventType, ...window, timeZone: 'UTC', durationMinutes: null })
  const slots = await slotsOf()
  const requestAt = (index: number, changes: Partial<CheckedBooking> = {}): CheckedBooking => ({
    ...person.requestAt(0),
    eventType,
    start: slots[index]?.start ?? '',
    ...changes,
  })
  const book = (index: number, changes?: Partial<CheckedBooking>) => {
    const request = requestAt(index, changes)
    assert.equal(scheduling.bookingProblem(request), null)
    return scheduling.book(connection, request)
  }
  return { ...person, eventType, slots, slotsOf, requestAt, book }
}

const gil = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris', phone: '+33 1 23' }

describe('a place', () => {
  const choices: readonly [LocationChoice, object][] = [
    [{ kind: 'video', service: 'zoom' }, { service: 'zoom' }],
    [{ kind: 'video', service: 'google_meet' }, { service: 'google_meet' }],
    [{ kind: 'video', service: 'teams' }, { service: 'teams' }],
    [{ kind: 'video', service: 'webex' }, { service: 'webex' }],
    [{ kind: 'video', service: 'gotomeeting' }, { service: 'gotomeeting' }],
    [{ kind: 'host_calls' }, { phone: gil.phone }],
    [{ kind: 'attendee_calls' }, {}],
    [{ kind: 'in_person' }, {}],
    [{ kind: 'attendee_decides', text: 'At the lake' }, { text: 'At the lake' }],
    [{ kind: 'text' }, { text: 'By carrier pigeon' }],
  ]
  test('of each of the ten kinds is chosen, and read back', async (t) => {
    const { book, eventType } = await eve(t, 'where-you-like')
    assert.equal(eventType.locations.length, choices.length)
    for (const [index, [location, expected]] of choices.entries()) {
      const booked = await book(index, { location, attendee: gil })
      assert.deepEqual({ ...booked.location, ...expected, kind: location.kind }, booked.location)
      assert.equal(booked.joinUrl !== null, location.kind === 'video')
    }
  })

  test('that is the only one is taken by default, and the event type of a round robin takes its own', async (t) => {
    const { book, eventType } = await eve(t, 'house-visit')
    assert.deepEqual((await book(0)).location, eventType.locations[0])
    const team = await eve(t, 'team-chat')
    assert.equal(team.eventType.assignment, 'round_robin')
    assert.deepEqual((await team.book(0)).location, { kind: 'video', service: 'zoom' })
  })
})

test('answers are sent by the label of their question and read by its key', async (t) => {
  const { book, eventType, scheduling, connection } = await eve(t, 'consultation')
  const values = Object.fromEntries(
    eventType.questions.map(({ label, type, options }) => [
      label,
      type === 'some_of' ? (options ?? []) : type === 'one_of' ? (options?.[0] ?? '') : `about ${label}`,
    ]),
  )
  const answers = answersTo(eventType, values)
  assert.ok(answers.some(({ value }) => Array.isArray(value) && value.length > 1))
  const booked = await book(0, { answers })
  assert.deepEqual(
    booked.answers.map(({ key, label, value }) => [key, label, value]),
    answers.map(({ key, question, value }) => [
      key,
      question.label,
      typeof value === 'object' ? value.join('\n') : value,
    ]),
  )
  assert.deepEqual(await scheduling.booking(connection, booked.id), booked)
})

test('a group is one booking with several attendees, and stays when one of them moves', async (t) => {
  const { book, eventType, scheduling, connection, slots, slotsOf, host } = await eve(t, 'workshop')
  assert.equal(eventType.capacity, null)
  const first = await book(0, { attendee: gil, reference: 'a' })
  const eva = { name: 'Eva', email: 'eva@guests.example', timeZone: 'UTC' }
  const second = await book(0, { attendee: eva, reference: 'b' })
  assert.equal(second.id, first.id)
  assert.deepEqual([first.reference, second.reference], ['a', 'b'], 'of the one who booked')
  assert.deepEqual(
    second.attendees.map(({ email }) => email),
    [gil.email, eva.email],
  )
  const total = slots[0]?.seatsLeft ?? 0
  assert.deepEqual(second.capacity, { total, taken: 2 })
  assert.equal((await slotsOf())[0]?.seatsLeft, total - 2)

  const url = second.attendees[0]?.manage?.rescheduleUrl ?? ''
  const body = new URLSearchParams({ start_time: slots[4]?.start ?? '' })
  assert.equal((await host.sandbox.handler(new Request(url, { method: 'POST', body }))).status, 200)
  const query = { from: null, to: null, statuses: [], eventType: eventType.id, attendee: null }
  const [left, joined] = await all(scheduling.bookings(connection, query))
  assert.deepEqual([left?.id, left?.status, left?.replacedBy], [first.id, 'confirmed', null])
  assert.deepEqual(
    left?.attendees.map(({ status }) => status),
    ['cancelled', 'confirmed'],
  )
  assert.deepEqual([joined?.start, joined?.replaces, joined?.previousStart], [slots[4]?.start, null, null])
})
