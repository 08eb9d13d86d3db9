// A booking request of the model, as Calendly takes it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CheckedBooking } from '../../../src/core/scheduling/provider.ts'
import { bookingOf } from '../../../src/providers/calendly/scheduling/booking.ts'
import { bookingProblem, bookingRequestOf } from '../../../src/providers/calendly/scheduling/booking-request.ts'
import { answersTo, event, eventType, invitee, requestFor } from './answers.ts'

const utm = { source: 'news', medium: null, campaign: null, content: null, term: 'x' }
const tracking = { utm_source: null, utm_medium: null, utm_campaign: null, utm_content: null, utm_term: null }

describe('a request', () => {
  test('without anything that may be left out has three members', () => {
    assert.deepEqual(bookingRequestOf(requestFor(eventType)), {
      event_type: eventType.uri,
      start_time: '2026-11-27T09:00:00Z',
      invitee: { email: 'gil@guests.example', timezone: 'Europe/Paris', name: 'Gil Guest' },
    })
  })

  test('has answers with the label and the position of their question', () => {
    const request = requestFor(eventType)
    const values = { 'Why?': 'Because', Extras: ['Tea', 'Cake, warm'] }
    const answers = answersTo(request.eventType, values)
    const expected = [
      { question: 'Why?', answer: 'Because', position: 0 },
      { question: 'Extras', answer: 'Tea\nCake, warm', position: 2 },
    ]
    assert.deepEqual(bookingRequestOf({ ...request, answers }).questions_and_answers, expected)
    const stored = JSON.parse(JSON.stringify(request.eventType))
    assert.deepEqual(bookingRequestOf({ ...request, eventType: stored, answers }).questions_and_answers, expected)
    const bare = bookingRequestOf({ ...request, eventType: { ...request.eventType, raw: null }, answers })
    assert.deepEqual(
      bare.questions_and_answers?.map(({ position }) => position),
      [0, 1],
      'without Calendly’s own answer, by their order',
    )
  })

  const parts: readonly [string, Partial<CheckedBooking>, object][] = [
    ['guests', { guests: ['a@x.example'] }, { event_guests: ['a@x.example'] }],
    ['a reference', { reference: 'order-17' }, { tracking: { ...tracking, utm_content: 'order-17' } }],
    ['UTM words', { utm }, { tracking: { ...tracking, utm_source: 'news', utm_term: 'x' } }],
    [
      'both',
      { utm, reference: 'r' },
      { tracking: { ...tracking, utm_source: 'news', utm_term: 'x', utm_content: 'r' } },
    ],
  ]
  for (const [what, changes, expected] of parts) {
    test(`has ${what}`, () => {
      const request = requestFor(eventType, changes)
      assert.equal(bookingProblem(request), null)
      assert.deepEqual(bookingRequestOf(request), { ...bookingRequestOf(requestFor(eventType)), ...expected })
    })
  }

  test('has what a booking says of its reference in both places', () => {
    const read = bookingOf({ event, invitees: [invitee] })
    assert.deepEqual([read.reference, read.utm?.content], ['order-17', 'order-17'])
    const again = requestFor(eventType, { reference: read.reference, utm: read.utm })
    assert.equal(bookingProblem(again), null)
    const { salesforce_uuid: _, ...words } = invitee.tracking ?? {}
    assert.deepEqual(bookingRequestOf(again).tracking, words)
  })

  test('has the attendee’s telephone number', () => {
    const { attendee } = requestFor(eventType)
    const { invitee } = bookingRequestOf(requestFor(eventType, { attendee: { ...attendee, phone: '+46 8 1' } }))
    assert.equal(invitee.text_reminder_number, '+46 8 1')
  })
})

describe('a request is refused', () => {
  const attendee = { name: 'Gil', timeZone: 'Europe/Paris', phone: '+46 8 1' }
  const refused: readonly [string, Partial<CheckedBooking>, RegExp][] = [
    ['without an e-mail address', { attendee }, /^attendee\.email must be given/],
    ['with eleven guests', { guests: Array(11).fill('a@x.example') }, /^guests must be at most 10/],
    ['with another length', { durationMinutes: 60 }, /^durationMinutes must be 30 or left out/],
    ['with two words for one place', { reference: 'r', utm: { ...utm, content: 'c' } }, /^utm\.content cannot differ/],
  ]
  for (const [what, changes, message] of refused) {
    test(what, () => assert.match(bookingProblem(requestFor(eventType, changes)) ?? '', message))
  }

  test('but not with the default length', () =>
    assert.equal(bookingProblem(requestFor(eventType, { durationMinutes: 30 })), null))
})
