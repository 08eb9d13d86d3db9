// Calendly's ten kinds of location and the model's, in both directions.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Location } from '../../../src/core/scheduling/model.ts'
import type { LocationChoice } from '../../../src/core/scheduling/requests.ts'
import { bookingProblem, bookingRequestOf } from '../../../src/providers/calendly/scheduling/booking-request.ts'
import { locationOf } from '../../../src/providers/calendly/scheduling/location.ts'
import { eventType, requestFor } from './answers.ts'

const phone = '+46 8 123'
const street = { kind: 'physical', location: 'Main Street 1' }
const zoom = { kind: 'zoom_conference' }
const meet = { kind: 'google_conference' }

/** What an event type offers, the model's word for it, what a booking of it chooses, and what is sent. */
const kinds: readonly {
  readonly offered: Record<string, unknown>
  readonly location: Location
  readonly choice?: LocationChoice
  readonly sent: object
}[] = [
  { offered: street, location: { kind: 'in_person', address: 'Main Street 1' }, sent: street },
  {
    offered: { kind: 'physical' },
    location: { kind: 'in_person', address: null },
    choice: { kind: 'in_person', address: 'Side Street 2' },
    sent: { kind: 'physical', location: 'Side Street 2' },
  },
  {
    offered: { kind: 'inbound_call', phone_number: phone, additional_info: 'Room 1' },
    location: { kind: 'attendee_calls', phone },
    sent: { kind: 'inbound_call' },
  },
  {
    offered: { kind: 'outbound_call' },
    location: { kind: 'host_calls', phone: null },
    sent: { kind: 'outbound_call', location: '+33 1 23' },
  },
  {
    offered: { kind: 'outbound_call' },
    location: { kind: 'host_calls', phone: null },
    choice: { kind: 'host_calls', phone },
    sent: { kind: 'outbound_call', location: phone },
  },
  { offered: zoom, location: { kind: 'video', service: 'zoom' }, sent: zoom },
  { offered: meet, location: { kind: 'video', service: 'google_meet' }, sent: meet },
  {
    offered: { kind: 'gotomeeting_conference' },
    location: { kind: 'video', service: 'gotomeeting' },
    sent: { kind: 'gotomeeting_conference' },
  },
  {
    offered: { kind: 'microsoft_teams_conference' },
    location: { kind: 'video', service: 'teams' },
    sent: { kind: 'microsoft_teams_conference' },
  },
  {
    offered: { kind: 'webex_conference' },
    location: { kind: 'video', service: 'webex' },
    sent: { kind: 'webex_conference' },
  },
  {
    offered: { kind: 'ask_invitee' },
    location: { kind: 'attendee_decides', text: null },
    choice: { kind: 'attendee_decides', text: 'At the lake' },
    sent: { kind: 'ask_invitee', location: 'At the lake' },
  },
  {
    offered: { kind: 'custom', location: 'Under the oak' },
    location: { kind: 'text', text: 'Under the oak' },
    sent: { kind: 'custom', location: 'Under the oak' },
  },
  {
    offered: { kind: 'custom', location: 'https://meet.example/ada' },
    location: { kind: 'link', url: 'https://meet.example/ada' },
    sent: { kind: 'custom', location: 'https://meet.example/ada' },
  },
]

const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris', phone: '+33 1 23' }

function requestAt(locations: readonly Record<string, unknown>[] | null, location: LocationChoice | null) {
  return requestFor({ ...eventType, locations }, { location, attendee })
}

describe('a location', () => {
  for (const { offered, location, choice, sent } of kinds) {
    test(`${JSON.stringify(offered)} is ${location.kind}, and is sent as ${JSON.stringify(sent)}`, () => {
      const request = requestAt([offered], choice ?? null)
      assert.deepEqual(request.eventType.locations, [location])
      assert.equal(bookingProblem(request), null)
      assert.deepEqual(bookingRequestOf(request).location, sent)
      const chosen = choice ?? ({ kind: location.kind } as LocationChoice)
      assert.deepEqual(bookingRequestOf(requestAt([{ kind: 'future_kind' }, offered], chosen)).location, sent)
    })
  }

  const ofEvents: readonly [unknown, Location][] = [
    [
      { type: 'physical', location: 'Main Street 1' },
      { kind: 'in_person', address: 'Main Street 1' },
    ],
    [
      { type: 'outbound_call', location: phone },
      { kind: 'host_calls', phone },
    ],
    [
      { type: 'inbound_call', location: phone },
      { kind: 'attendee_calls', phone },
    ],
    [
      { type: 'ask_invitee', location: 'At the lake' },
      { kind: 'attendee_decides', text: 'At the lake' },
    ],
    [
      { type: 'zoom', join_url: 'https://x' },
      { kind: 'video', service: 'zoom' },
    ],
    [{ type: 'gotomeeting' }, { kind: 'video', service: 'gotomeeting' }],
    [
      { type: 'custom', location: null },
      { kind: 'unknown', raw: { type: 'custom', location: null } },
    ],
    [{ type: 'hologram' }, { kind: 'unknown', raw: { type: 'hologram' } }],
    [null, { kind: 'unknown', raw: null }],
    [undefined, { kind: 'unknown', raw: null }],
  ]
  for (const [given, expected] of ofEvents) {
    test(`of a scheduled event, ${JSON.stringify(given)}, is ${expected.kind}`, () =>
      assert.deepEqual(locationOf(given), expected))
  }
})

describe('nothing is sent', () => {
  const cases = [
    ['where the event type has no location', []],
    ['where it does not tell any', null],
    ['where this version knows none of them', [{ kind: 'future_kind' }]],
  ] as const
  for (const [what, locations] of cases) {
    test(what, () => assert.equal(bookingRequestOf(requestAt(locations, null)).location, undefined))
  }

  test('for round robin', () => {
    const request = requestFor({ ...eventType, pooling_type: 'round_robin', locations: [zoom, street] })
    assert.equal(bookingProblem(request), null)
    assert.equal('location' in bookingRequestOf(request), false)
  })
})

describe('a choice is refused', () => {
  const other = { kind: 'physical', location: 'Side Street 2' }
  const several = /^location must be one of the event type's: video \(zoom\), in_person \(Main Street 1\)$/
  const refused: readonly [string, readonly Record<string, unknown>[], LocationChoice | null, RegExp][] = [
    [
      'that has no twin',
      [zoom],
      { kind: 'attendee_place', address: 'Home' },
      /^location\.kind "attendee_place" has no twin/,
    ],
    [
      'of a video that has no twin',
      [zoom],
      { kind: 'video', service: 'cal_video' },
      /^location\.service "cal_video" has no/,
    ],
    ['that the event type does not offer', [zoom, street], { kind: 'attendee_calls' }, several],
    ['of another service', [zoom, street], { kind: 'video', service: 'teams' }, several],
    ['of another address', [zoom, street], { kind: 'in_person', address: 'Elsewhere' }, several],
    ['that is missing', [zoom, street], null, several],
    [
      'that does not say which',
      [street, other],
      { kind: 'in_person' },
      /in_person \(Main Street 1\), in_person \(Side/,
    ],
    [
      'where the event type has no location',
      [],
      { kind: 'video' },
      /^location must be left out: the event type has none/,
    ],
    ['without the place', [{ kind: 'physical' }], null, /^location\.address must be given/],
    [
      'without the attendee’s words',
      [{ kind: 'ask_invitee' }],
      null,
      /^location must be \{ kind: "attendee_decides", text \}/,
    ],
  ]
  for (const [what, locations, choice, message] of refused) {
    test(what, () => assert.match(bookingProblem(requestAt(locations, choice)) ?? '', message))
  }

  test('without a telephone number, where the host calls', () => {
    const request = requestFor({ ...eventType, locations: [{ kind: 'outbound_call' }] })
    assert.match(bookingProblem(request) ?? '', /^attendee\.phone must be given/)
  })

  test('for round robin', () => {
    const raw = { ...eventType, pooling_type: 'round_robin', locations: [zoom] }
    const request = requestFor(raw, { location: { kind: 'video' } })
    assert.match(bookingProblem(request) ?? '', /^location must be left out: Calendly takes none for a round-robin/)
  })
})
