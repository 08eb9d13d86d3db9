// A booking request as Cal.com takes it, and what is refused because Cal.com cannot take it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CheckedBooking } from '../../../src/core/scheduling/provider.ts'
import {
  bookingProblem,
  bookingRequestOf,
  languageOf,
} from '../../../src/providers/calcom/scheduling/booking-request.ts'
import { eventTypeOf } from '../../../src/providers/calcom/scheduling/event-type.ts'

const eventType = eventTypeOf({
  id: 7,
  lengthInMinutes: 30,
  title: 'Intro',
  slug: 'intro',
  locations: [{ type: 'integration', integration: 'zoom' }, { type: 'attendeePhone' }],
  bookingFields: [{ type: 'text', slug: 'topic', label: 'Topic', required: false }],
})

const least: CheckedBooking = {
  eventType,
  start: '2026-11-27T09:00:00Z',
  attendee: { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' },
  guests: [],
  location: null,
  answers: [],
  reference: null,
  utm: null,
  metadata: null,
  durationMinutes: null,
  hold: null,
  mark: 'm4rk',
}

const names = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, 'x']))

describe('the body of a booking', () => {
  test('that asks for as little as possible', () => {
    assert.equal(bookingProblem(least), null)
    assert.deepEqual(bookingRequestOf(least), {
      eventTypeId: 7,
      start: '2026-11-27T09:00:00Z',
      attendee: { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' },
      metadata: { punctual_key: 'm4rk' },
    })
  })

  test('that asks for everything', () => {
    const [question] = eventType.questions
    assert.ok(question)
    const request: CheckedBooking = {
      ...least,
      eventType: { ...eventType, durations: [30, 60] },
      attendee: { name: 'Gil', phone: '+4612345', timeZone: 'UTC', locale: 'de-AT' },
      guests: ['x@guests.example'],
      location: { kind: 'host_calls' },
      answers: [{ key: 'topic', value: 'Tax', question }],
      reference: 'order 7',
      metadata: { tier: '4' },
      durationMinutes: 60,
      hold: 'a-hold',
    }
    assert.equal(bookingProblem(request), null)
    assert.deepEqual(bookingRequestOf(request), {
      eventTypeId: 7,
      start: '2026-11-27T09:00:00Z',
      attendee: { name: 'Gil', phoneNumber: '+4612345', timeZone: 'UTC', language: 'de' },
      guests: ['x@guests.example'],
      location: { type: 'attendeePhone', phone: '+4612345' },
      metadata: { tier: '4', reference: 'order 7', punctual_key: 'm4rk' },
      bookingFieldsResponses: { topic: 'Tax' },
      lengthInMinutes: 60,
    })
  })

  test('names no length of an event type that has one', () => {
    assert.equal('lengthInMinutes' in bookingRequestOf({ ...least, durationMinutes: 30 }), false)
  })

  const languages: readonly [locale: string, language: string][] = [
    ['de', 'de'],
    ['de-AT', 'de'],
    ['PT-br', 'pt-BR'],
    ['es-419', 'es-419'],
    ['zh-Hant-TW', 'zh-Hant-TW'],
    ['en_GB', 'en'],
    ['sw', 'sw'],
  ]
  for (const [locale, language] of languages) {
    test(`${locale} is ${language} at Cal.com`, () => assert.equal(languageOf(locale), language))
  }
})

describe('a request that Cal.com cannot take', () => {
  const utm = { source: 'mail', medium: null, campaign: null, content: null, term: null }
  const withPhone = eventTypeOf({
    ...{ id: 7, lengthInMinutes: 30, title: 'Intro', slug: 'intro' },
    bookingFields: [{ type: 'phone', slug: 'attendeePhoneNumber', required: true, hidden: false }],
  })
  const table: readonly [what: string, change: Partial<CheckedBooking>, problem: RegExp | null][] = [
    ['UTM words', { utm }, /^utm cannot be kept/],
    ['nobody to write to', { attendee: { name: 'Gil', timeZone: 'UTC' } }, /^attendee must have an "email"/],
    ['a form that asks for a number', { eventType: withPhone }, /^attendee\.phone must be given/],
    ['a location', { location: { kind: 'text', text: 'x' } }, /^location\.kind "text"/],
    ['too many guests', { guests: Array(1001).fill('x@guests.example') }, /^guests must be at most 1000 e-mail/],
    ['a long reference', { reference: 'x'.repeat(501) }, /^reference must have at most 500 characters/],
    ['a reference as long as can be', { reference: 'x'.repeat(500) }, null],
    ['our own mark', { metadata: { punctual_key: 'x' } }, /^metadata\["punctual_key"\] cannot be given/],
    ['two references', { metadata: { reference: 'x' } }, /^metadata\["reference"\] cannot be given: use "reference"/],
    ['a long name', { metadata: { ['n'.repeat(41)]: 'x' } }, /^metadata\["n+"\] must have a name of at most 40/],
    ['a long text', { metadata: { n: 'x'.repeat(501) } }, /^metadata\["n"\] must be a text of at most 500/],
    ['49 names beside the mark', { metadata: names(49) }, null],
    ['50 names beside the mark', { metadata: names(50) }, /^metadata must have at most 49 names/],
    [
      '49 names beside the mark and a reference',
      { metadata: names(49), reference: 'x' },
      /^metadata must have at most 48 names/,
    ],
  ]
  for (const [what, change, problem] of table) {
    test(what, () => {
      const found = bookingProblem({ ...least, ...change })
      if (problem === null) assert.equal(found, null)
      else assert.match(found ?? 'nothing is wrong', problem)
    })
  }
})
