// Cal.com's locations in the words of the model, and back.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EventType, Location } from '../../../src/core/scheduling/model.ts'
import type { LocationChoice } from '../../../src/core/scheduling/requests.ts'
import { eventTypeOf } from '../../../src/providers/calcom/scheduling/event-type.ts'
import { locationOf, locationToSend, placeOf } from '../../../src/providers/calcom/scheduling/location.ts'

const attendee = { name: 'Gil', timeZone: 'UTC', phone: '+46 8 123 45' }

function eventTypeAt(...locations: Record<string, unknown>[]): EventType {
  return eventTypeOf({ id: 1, lengthInMinutes: 30, title: 'A', slug: 'a', locations })
}

describe('a location of an event type, and what a booking that chooses it sends', () => {
  const table: readonly (readonly [
    given: Record<string, unknown>,
    model: Location,
    choice: LocationChoice,
    sent: object,
  ])[] = [
    [
      { type: 'address', address: '1 Main St', public: true },
      { kind: 'in_person', address: '1 Main St' },
      { kind: 'in_person' },
      { type: 'address' },
    ],
    [
      { type: 'address', address: '1 Main St' },
      { kind: 'in_person', address: '1 Main St' },
      { kind: 'in_person', address: '1 Main St' },
      { type: 'address' },
    ],
    [
      { type: 'attendeeAddress' },
      { kind: 'attendee_place', address: null },
      { kind: 'attendee_place', address: '2 Side St' },
      { type: 'attendeeAddress', address: '2 Side St' },
    ],
    [
      { type: 'attendeeDefined' },
      { kind: 'attendee_decides', text: null },
      { kind: 'attendee_decides', text: 'In the park' },
      { type: 'attendeeDefined', location: 'In the park' },
    ],
    [
      { type: 'attendeePhone' },
      { kind: 'host_calls', phone: null },
      { kind: 'host_calls' },
      { type: 'attendeePhone', phone: attendee.phone },
    ],
    [
      { type: 'attendeePhone' },
      { kind: 'host_calls', phone: null },
      { kind: 'host_calls', phone: '+4912345' },
      { type: 'attendeePhone', phone: '+4912345' },
    ],
    [
      { type: 'phone', phone: '+33123456' },
      { kind: 'attendee_calls', phone: '+33123456' },
      { kind: 'attendee_calls' },
      { type: 'phone' },
    ],
    [
      { type: 'link', link: 'https://meet.example/a' },
      { kind: 'link', url: 'https://meet.example/a' },
      { kind: 'link' },
      { type: 'link' },
    ],
    ...(
      [
        ['cal-video', 'cal_video'],
        ['google-meet', 'google_meet'],
        ['zoom', 'zoom'],
        ['office365-video', 'teams'],
        ['webex-video', 'webex'],
        ['jitsi', 'jitsi'],
      ] as const
    ).map(
      ([integration, service]) =>
        [
          { type: 'integration', integration },
          { kind: 'video', service },
          { kind: 'video', service },
          { type: 'integration', integration },
        ] as const,
    ),
    [
      { type: 'organizersDefaultApp' },
      { kind: 'video', service: 'organizersDefaultApp' },
      { kind: 'video' },
      { type: 'organizersDefaultApp' },
    ],
  ]
  for (const [given, model, choice, sent] of table) {
    test(`${JSON.stringify(given)} by ${JSON.stringify(choice)}`, () => {
      assert.deepEqual(locationOf(given), model)
      assert.deepEqual(locationToSend({ eventType: eventTypeAt(given), location: choice, attendee }), {
        location: sent,
      })
    })
  }

  test('a kind that is not known here is shown as it is, and Cal.com decides about a choice', () => {
    const strange = { type: 'unknown', location: '{"type":"boat"}' }
    assert.deepEqual(locationOf(strange), { kind: 'unknown', raw: strange })
    assert.deepEqual(locationOf(null), { kind: 'unknown', raw: null })
    assert.deepEqual(locationOf({ type: 'integration' }), { kind: 'unknown', raw: { type: 'integration' } })
    const eventType = eventTypeAt(strange)
    const location = { kind: 'attendee_place', address: 'x' } as const
    assert.deepEqual(locationToSend({ eventType, location, attendee }), {
      location: { type: 'attendeeAddress', address: 'x' },
    })
  })
})

describe('a choice that Cal.com cannot take is refused by name', () => {
  const zoom = { type: 'integration', integration: 'zoom' }
  const here = { type: 'address', address: '1 Main St' }
  const there = { type: 'address', address: '2 Side St' }
  const table: readonly [offers: Record<string, unknown>[], choice: LocationChoice, problem: RegExp][] = [
    [[zoom], { kind: 'text', text: 'x' }, /^location\.kind "text" has no twin at Cal\.com/],
    [[zoom], { kind: 'in_person' }, /^location must be one of the event type's: video \(zoom\)/],
    [[zoom], { kind: 'video', service: 'gotomeeting' }, /^location must be one of the event type's: video \(zoom\)/],
    [[here], { kind: 'in_person', address: 'x' }, /^location must be one of the event type's: in_person \(1 Main St\)/],
    [[here, there], { kind: 'in_person', address: '2 Side St' }, /^location\.address cannot be chosen/],
    [[], { kind: 'link' }, /^location must be left out/],
    [[{ type: 'unknown' }], { kind: 'video' }, /^location\.service must be given/],
  ]
  for (const [offers, choice, problem] of table) {
    test(JSON.stringify(choice), () => {
      const sent = locationToSend({ eventType: eventTypeAt(...offers), location: choice, attendee })
      assert.match('problem' in sent ? sent.problem : 'nothing is wrong', problem)
    })
  }

  const without: readonly [offers: Record<string, unknown>[], expected: object | RegExp][] = [
    [[zoom], { location: null }],
    [[], { location: null }],
    [[{ type: 'attendeePhone' }], { location: { type: 'attendeePhone', phone: attendee.phone } }],
    [[{ type: 'attendeePhone' }, zoom], { location: null }],
    [[{ type: 'attendeeAddress' }], /^location must be \{ kind: "attendee_place", address \}/],
    [[{ type: 'attendeeDefined' }], /^location must be \{ kind: "attendee_decides", text \}/],
  ]
  for (const [offers, expected] of without) {
    test(`without a choice, of ${JSON.stringify(offers)}`, () => {
      const sent = locationToSend({ eventType: eventTypeAt(...offers), location: null, attendee })
      if (expected instanceof RegExp) assert.match('problem' in sent ? sent.problem : '', expected)
      else assert.deepEqual(sent, expected)
    })
  }

  test('a host cannot call an attendee without a number', () => {
    const eventType = eventTypeAt({ type: 'attendeePhone' })
    const sent = locationToSend({
      eventType,
      location: { kind: 'host_calls' },
      attendee: { name: 'Gil', timeZone: 'UTC' },
    })
    assert.match('problem' in sent ? sent.problem : '', /^attendee\.phone must be given/)
  })
})

describe('the location of a booking', () => {
  const table: readonly [location: unknown, meetingUrl: unknown, model: Location, joinUrl: string | null][] = [
    ['https://app.cal.com/video/old', null, { kind: 'video', service: 'cal_video' }, 'https://app.cal.com/video/old'],
    [
      'http://localhost:3/app/video/abc',
      null,
      { kind: 'video', service: 'cal_video' },
      'http://localhost:3/app/video/abc',
    ],
    ['https://us02web.zoom.us/j/1', null, { kind: 'video', service: 'zoom' }, 'https://us02web.zoom.us/j/1'],
    ['https://meet.google.com/a-b', null, { kind: 'video', service: 'google_meet' }, 'https://meet.google.com/a-b'],
    ['https://teams.microsoft.com/l/1', null, { kind: 'video', service: 'teams' }, 'https://teams.microsoft.com/l/1'],
    ['https://acme.webex.com/m/1', null, { kind: 'video', service: 'webex' }, 'https://acme.webex.com/m/1'],
    ['https://notzoom.us/j/1', null, { kind: 'link', url: 'https://notzoom.us/j/1' }, 'https://notzoom.us/j/1'],
    ['integrations:daily', 'https://x.example/v', { kind: 'video', service: 'cal_video' }, 'https://x.example/v'],
    ['integrations:google:meet', null, { kind: 'video', service: 'google_meet' }, null],
    ['integrations:office365_video', '', { kind: 'video', service: 'teams' }, null],
    ['integrations:jitsi', null, { kind: 'video', service: 'jitsi' }, null],
    ['+46 812345', null, { kind: 'host_calls', phone: '+46 812345' }, null],
    ['+4912345678', null, { kind: 'text', text: '+4912345678' }, null],
    ['1 Main St', '1 Main St', { kind: 'text', text: '1 Main St' }, null],
    ['', null, { kind: 'unknown', raw: '' }, null],
    [undefined, 'https://x.example/v', { kind: 'unknown', raw: null }, 'https://x.example/v'],
    [{ type: 'x' }, null, { kind: 'unknown', raw: { type: 'x' } }, null],
  ]
  for (const [location, meetingUrl, model, joinUrl] of table) {
    test(JSON.stringify(location ?? 'none'), () => {
      const attendees = [{ phone: null }, { phone: attendee.phone }]
      assert.deepEqual(placeOf({ uid: 'abc', location, meetingUrl }, attendees), { location: model, joinUrl })
    })
  }
})
