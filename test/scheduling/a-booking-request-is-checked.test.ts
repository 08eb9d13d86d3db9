// A booking request is checked by its form, its event type and its provider, before anything is sent.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiCaller } from '../../src/core/calls.ts'
import type { EventType } from '../../src/core/scheduling/model.ts'
import type { CheckedBooking } from '../../src/core/scheduling/provider.ts'
import { checkBooking, checkBookingForm } from '../../src/scheduling/booking-request.ts'
import type { BookingRequest } from '../../src/scheduling/index.ts'
import { createLearnt } from '../../src/scheduling/learnt.ts'
import { createTarget, type Target } from '../../src/scheduling/target.ts'
import { refused } from '../typed/person.ts'
import { factsWith, smallEventType, smallScheduling } from './small-provider.ts'

const eventType = smallEventType({
  durations: [30, 60],
  locations: [
    { kind: 'video', service: 'zoom' },
    { kind: 'in_person', address: '1 High Street' },
  ],
  questions: [{ key: 'topic', label: 'Topic?', type: 'text', required: false, options: null, allowsOther: false }],
})

const request: BookingRequest = {
  eventType,
  start: '2030-01-07T10:00:00+01:00',
  attendee: { name: 'Gil', email: 'gil@guests.example', timeZone: 'asia/calcutta' },
}

function targetWith(capabilities = factsWith()): Target {
  const provider = { name: 'scripted', title: 'Small', scheduling: { ...smallScheduling, capabilities } }
  const never = { account: { id: 'eve' }, call: () => assert.fail('something was sent') } as unknown as ApiCaller
  const positions = { seal: () => assert.fail('no list'), open: () => assert.fail('no list') }
  const learnt = createLearnt({ monotonic: () => 0 })
  return createTarget({ id: 'c1', scopes: [] }, provider, never, { learnt, positions, clock: { now: () => 0 } })
}

function check(changes: object, of: EventType = eventType, target: Target = targetWith()): CheckedBooking {
  const changed = { ...request, ...changes }
  checkBookingForm('book', target, changed)
  return checkBooking('book', target, changed, { eventType: of, mark: 'mark' })
}

test('a right request has every field in one form', () => {
  const checked = check({
    guests: ['ann@guests.example'],
    location: { kind: 'video' },
    answers: { topic: 'Tea' },
    reference: 'order-7',
    utm: { source: 'mail' },
    metadata: { plan: 'gold' },
    durationMinutes: 60,
    hold: { id: 'hold1', eventType: 'et1', start: '2030-01-07T09:00:00Z' },
  })
  assert.deepEqual(checked, {
    eventType,
    start: '2030-01-07T09:00:00Z',
    attendee: { name: 'Gil', email: 'gil@guests.example', timeZone: 'Asia/Kolkata' },
    guests: ['ann@guests.example'],
    location: { kind: 'video' },
    answers: [{ key: 'topic', value: 'Tea', question: eventType.questions[0] }],
    reference: 'order-7',
    utm: { source: 'mail', medium: null, campaign: null, content: null, term: null },
    metadata: { plan: 'gold' },
    durationMinutes: 60,
    hold: 'hold1',
    mark: 'mark',
  })
})

test('what is not given is null or empty, and so is the default length', () => {
  const { guests, location, answers, reference, utm, metadata, durationMinutes, hold } = check({ durationMinutes: 30 })
  assert.deepEqual([guests, answers], [[], []])
  assert.deepEqual([location, reference, utm, metadata, durationMinutes, hold], Array(6).fill(null))
})

const attendee = request.attendee

function circular(): object {
  const value: { self?: object } = {}
  value.self = value
  return value
}

const wrong: [sentence: RegExp, changes: object][] = [
  [/^book: start has no offset from UTC/, { start: '2030-01-07T10:00:00' }],
  [/^book: attendee must be an object with name, email/, { attendee: 'Gil' }],
  [/^book: attendee\.name must be a text that is not empty/, { attendee: { ...attendee, name: '' } }],
  [/^book: attendee\.email must be an e-mail address/, { attendee: { ...attendee, email: 'gil' } }],
  [/^book: attendee\.timeZone must be the IANA name/, { attendee: { ...attendee, timeZone: 'CEST' } }],
  [/^book: attendee\.locale must be a language/, { attendee: { ...attendee, locale: 'de_DE_x' } }],
  [/^book: attendee\.mail is not an option/, { attendee: { ...attendee, mail: 'x' } }],
  [/^book: attendee\.email is missing\. Give it\.$/, { attendee: { ...attendee, email: undefined } }],
  [/^book: guests\[1\] must be an e-mail address/, { guests: ['a@guests.example', 'b'] }],
  [/^book: location\.kind must be "in_person", /, { location: { kind: 'moon' } }],
  [/^book: location\.address is undefined/, { location: { kind: 'attendee_place' } }],
  [/^book: location\.url is not an option\. The options are kind\.$/, { location: { kind: 'link', url: 'x' } }],
  [
    /^book: location must be one of the event type's locations: video \(zoom\), in_person\.$/,
    { location: { kind: 'video', service: 'teams' } },
  ],
  [/^book: answers must be an object/, { answers: ['x'] }],
  [/^book: answers must be an object/, { answers: new Map([['topic', 'Tea']]) }],
  [/^book: answers must be an object/, { answers: new Date() }],
  [/^book: answers\.topic must be a text, a number, true or false, or a list of texts/, { answers: { topic: 10n } }],
  [/^book: answers\.topic must be a text, a number/, { answers: { topic: circular() } }],
  [/^book: answers\.topic must be a text, a number/, { answers: { topic: [1] } }],
  [/^book: utm must be a plain object/, { utm: new Map([['source', 'mail']]) }],
  [/^book: metadata must be an object of texts/, { metadata: new Map([['a', 'b']]) }],
  [/^book: answers\.colour is not a question of the event type/, { answers: { colour: 'red' } }],
  [/^book: utm\.word is not an option/, { utm: { word: 'x' } }],
  [/^book: metadata must be an object of texts/, { metadata: { count: 3 } }],
  [/^book: durationMinutes must be one of the event type's durations: 30, 60/, { durationMinutes: 45 }],
  [/^book: hold must be a hold, as "hold" returns it, or its id/, { hold: {} }],
  [/^book: eventType is of "other"/, { eventType: { ...eventType, provider: 'other' } }],
]

for (const [message, changes] of wrong) {
  test(`a wrong request is refused: ${message}`, async () => {
    await refused(async () => check(changes), 'invalid_argument', { message })
  })
}

test('a location is left out where the event type has none to choose', async () => {
  const message = /^book: location must be left out: the event type has no location to choose\.$/
  const plain = smallEventType()
  await refused(async () => check({ location: { kind: 'video' } }, plain), 'invalid_argument', { message })
  const unknown = smallEventType({ locations: [{ kind: 'unknown', raw: 'new' }] })
  assert.deepEqual(check({ location: { kind: 'video' } }, unknown).location, { kind: 'video' })
})

test('what the provider does not offer is refused by its own cause', async () => {
  const parts = {
    'book.guests': { guests: ['a@guests.example'] },
    'book.reference': { reference: 'x' },
    'book.metadata': { metadata: { a: 'b' } },
    'book.chooseDuration': { durationMinutes: 60 },
    hold: { hold: 'hold1' },
    book: {},
  } as const
  for (const [what, changes] of Object.entries(parts)) {
    const target = targetWith(factsWith({ [what]: { how: 'none', note: `No ${what}.` } }))
    const message = new RegExp(`^book: Small does not offer this\\. No ${what}\\.$`)
    await refused(async () => check(changes, eventType, target), 'not_supported', { reason: 'provider', message })
  }
})
