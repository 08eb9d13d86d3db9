// What Calendly offers, and what it does not.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { capabilities } from '../../../src/core/scheduling/capabilities.ts'
import type { Booking } from '../../../src/core/scheduling/model.ts'
import { bookingOf } from '../../../src/providers/calendly/scheduling/booking.ts'
import { schedulingAt } from '../../../src/providers/calendly/scheduling.ts'
import { scopes } from '../../../src/providers/calendly/scopes.ts'
import { api, event, eventType, invitee, requestFor } from './answers.ts'

const sandbox = 'http://localhost:4610/calendly/api'
const scheduling = schedulingAt(sandbox)
const { capabilities: facts, limit, missingScopes, idProblem } = scheduling
const booking: Booking = { ...bookingOf({ event, invitees: [invitee] }), chain: 'chn_x' }

describe('capabilities', () => {
  test('that Calendly lacks are these', () => {
    assert.deepEqual(
      capabilities.filter((name) => facts[name].how === 'none'),
      [
        'slots.public',
        'hold',
        'book.chooseDuration',
        'book.metadata',
        'reschedule',
        'cancel.attendee',
        'cancel.series',
        'noShow.host',
        'approval',
        'recurrence',
        'events.meeting',
        'events.payment',
      ],
    )
    assert.equal(facts['book.reference'].how, 'emulated')
  })

  test('name scopes of Calendly’s catalogue, and all that slots may need', () => {
    const named = capabilities.flatMap((name) => {
      const fact = facts[name]
      return fact.how === 'none' ? [] : fact.scopes
    })
    assert.deepEqual(
      named.filter((scope) => !scopes.includes(scope)),
      [],
    )
    assert.deepEqual(facts.slots.how !== 'none' && facts.slots.scopes, ['availability:read', 'event_types:read'])
  })

  const granted: readonly [readonly string[], readonly string[], readonly string[]][] = [
    [['scheduled_events:write'], ['scheduled_events:read'], []],
    [['scheduled_events:read'], ['scheduled_events:write'], ['scheduled_events:write']],
    [['default'], ['webhooks:write', 'users:read'], []],
    [['users:read'], ['users:read', 'event_types:read'], ['event_types:read']],
    [[], ['users:read'], []],
  ]
  for (const [have, need, missing] of granted) {
    test(`with ${have.join(' ') || 'untold scopes'}, ${need.join(' ')} lacks ${missing.join(' ') || 'nothing'}`, () =>
      assert.deepEqual(missingScopes(have, need), missing))
  }
})

describe('a limit', () => {
  const before = Date.parse(booking.start) - 1

  test('names the page on which the attendee moves the booking', () => {
    assert.deepEqual(limit('reschedule', booking, before), {
      yes: false,
      because: 'provider',
      note: 'Calendly’s API moves no booking. The attendee can, on a page of Calendly.',
      instead: { url: invitee.reschedule_url },
    })
    const attendees = booking.attendees.map((one) => ({ ...one, status: 'cancelled' as const }))
    assert.equal(limit('reschedule', { ...booking, attendees }, before), null, 'who has cancelled moves nothing')
    assert.equal(limit('reschedule', { ...booking, attendees: [] }, before), null)
    assert.equal(limit('cancel', booking, before), null)
  })

  test('rules out that a booking is cancelled or moved when it is over', () => {
    const end = Date.parse(booking.end)
    const over = { yes: false, because: 'booking', note: 'The meeting is over.' }
    for (const what of ['cancel', 'reschedule'] as const) assert.deepEqual(limit(what, booking, end), over)
    assert.equal(limit('cancel', booking, end - 1), null)
    assert.equal(limit('noShow', booking, end), null)
    assert.equal(
      limit('cancel', { ...booking, status: 'cancelled' }, end),
      null,
      'a second cancellation changes nothing',
    )
  })

  test('rules out an event type that is not active, and seats where there is one', () => {
    const { eventType: active } = requestFor(eventType)
    assert.equal(limit('book', active, before), null)
    const inactive = { ...active, active: false }
    const note = 'The event type is not active.'
    assert.deepEqual(limit('book', inactive, before), { yes: false, because: 'event_type', note })
    assert.equal(limit('eventTypes.read', inactive, before), null)
    assert.equal(limit('seats', active, before)?.yes, false)
    assert.equal(limit('seats', { ...active, capacity: null }, before), null)
  })
})

describe('an id', () => {
  const good = [
    ['event_type', `${sandbox}/event_types/AAAA-1`],
    ['event_type', `${api}/event_types/AAAA`],
    ['booking', `${sandbox}/scheduled_events/b2d6-x_1`],
  ] as const
  for (const [kind, id] of good) test(`${id} is one of ${kind}`, () => assert.equal(idProblem(kind, id), null))

  const bad = [
    ['booking', 'AAAA'],
    ['booking', '12345'],
    ['booking', 'hm2k9dTJ3oBcWvbsLcDfQ1'],
    ['booking', `${api}/event_types/AAAA`],
    ['booking', `${api}/scheduled_events/`],
    ['booking', `${api}/scheduled_events/AAAA/invitees/BBBB`],
    ['booking', `${api}/scheduled_events/..`],
    ['booking', 'https://elsewhere.example/scheduled_events/AAAA'],
    ['booking', `${api}.elsewhere.example/scheduled_events/AAAA`],
    ['event_type', `${api}/scheduled_events/AAAA`],
    ['event_type', '42'],
  ] as const
  for (const [kind, id] of bad) {
    test(`${id} is not one of ${kind}`, () => assert.match(idProblem(kind, id) ?? '', /^must be the whole URI of a/))
  }
})
