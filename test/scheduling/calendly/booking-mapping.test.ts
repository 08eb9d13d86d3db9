// A scheduled event and its invitees as one booking, and what webhooks say about it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bookingAsSent, bookingOf } from '../../../src/providers/calendly/scheduling/booking.ts'
import { changeOf, toldBy } from '../../../src/providers/calendly/scheduling/changes.ts'
import { api, event, eventType, eventUri, invitee, inviteeUri, requestFor } from './answers.ts'

const oldEvent = `${api}/scheduled_events/OLD`
const group = { total: 3, active: 2, limit: 5 }
const second = {
  ...invitee,
  uri: `${eventUri}/invitees/SECOND`,
  email: 'eve@guests.example',
  questions_and_answers: [],
}

describe('a booking', () => {
  test('has every field of the model', () => {
    const { answers, attendees, ...rest } = bookingOf({ event, invitees: [invitee] })
    assert.deepEqual(rest, {
      id: eventUri,
      status: 'confirmed',
      declined: false,
      start: '2026-11-27T09:00:00Z',
      end: '2026-11-27T09:30:00Z',
      previousStart: null,
      replaces: null,
      replacedBy: null,
      eventType: eventType.uri,
      title: 'A talk',
      hosts: [{ id: `${api}/users/ADA`, name: 'Ada', email: 'ada@example.com', timeZone: null, noShow: null }],
      guests: ['guest@example.com'],
      location: { kind: 'video', service: 'zoom' },
      joinUrl: 'https://zoom.example/j/1',
      reference: 'order-17',
      utm: { source: 'news', medium: null, campaign: null, content: 'order-17', term: null },
      metadata: null,
      cancellation: null,
      capacity: { total: 1, taken: 1 },
      createdAt: '2026-11-20T08:00:00Z',
      updatedAt: '2026-11-21T08:00:00Z',
      icalUid: null,
      provider: 'calendly',
      raw: { event, invitees: [invitee] },
    })
    assert.deepEqual(
      answers.map(({ label, value }) => [label, value]),
      [
        ['Why?', 'Because'],
        ['Extras', 'Tea\nCake, warm'],
      ],
    )
    const { cancel_url: cancelUrl, reschedule_url: rescheduleUrl } = invitee
    assert.deepEqual(attendees, [
      {
        id: inviteeUri,
        name: 'Gil Guest',
        email: 'Gil@Guests.example',
        phone: '+46 8 123',
        timeZone: 'Europe/Paris',
        locale: null,
        status: 'confirmed',
        noShow: false,
        manage: { cancelUrl, rescheduleUrl },
      },
    ])
  })

  const ofAttendee = [
    [{ name: '' }, { name: 'Gil Guest' }],
    [{ name: '', first_name: null, last_name: null }, { name: null }],
    [
      { text_reminder_number: null, timezone: null },
      { phone: null, timeZone: null },
    ],
    [{ status: 'canceled' }, { status: 'cancelled' }],
    [{ status: 'strange' }, { status: 'confirmed' }],
    [{ no_show: { uri: `${api}/invitee_no_shows/N` } }, { noShow: true }],
    [{ cancel_url: null, reschedule_url: null }, { manage: null }],
    [{ cancel_url: null }, { manage: { cancelUrl: null, rescheduleUrl: invitee.reschedule_url } }],
  ] as const
  for (const [given, expected] of ofAttendee) {
    test(`whose invitee has ${JSON.stringify(given)} has an attendee with ${JSON.stringify(expected)}`, () => {
      const [found] = bookingOf({ event, invitees: [{ ...invitee, ...given }] }).attendees
      assert.deepEqual({ ...found, ...expected }, found)
    })
  }

  test('that moved here names the one that it replaces', () => {
    const moved = { ...invitee, old_invitee: `${oldEvent}/invitees/X` }
    assert.equal(bookingOf({ event, invitees: [moved] }).replaces, oldEvent)
    assert.equal(bookingOf({ event, invitees: [{ ...invitee, old_invitee: 'strange' }] }).replaces, null)
  })

  test('that moved away is cancelled by the attendee, and names its successor', () => {
    const cancellation = {
      canceled_by: 'Gil',
      canceler_type: 'invitee',
      reason: null,
      created_at: '2026-11-22T08:00:00.5Z',
    }
    const moved = { ...invitee, status: 'canceled', rescheduled: true, new_invitee: inviteeUri, cancellation }
    const found = bookingOf({ event: { ...event, status: 'canceled' }, invitees: [moved] })
    assert.deepEqual([found.status, found.replacedBy, found.attendees[0]?.status], ['cancelled', eventUri, 'cancelled'])
    const at = '2026-11-22T08:00:00Z'
    assert.deepEqual(found.cancellation, { by: 'attendee', reason: null, at, toReschedule: false })
  })

  test('says who cancelled it and why', () => {
    const cases = [
      [{ canceled_by: 'Ada', canceler_type: 'host', reason: 'ill' }, 'host', 'ill'],
      [{ canceled_by: 'X', canceler_type: 'robot' }, null, null],
      [null, null, null],
    ] as const
    for (const [cancellation, by, reason] of cases) {
      const canceled = { ...event, status: 'canceled', cancellation }
      const found = bookingOf({ event: canceled, invitees: [invitee] }).cancellation
      assert.deepEqual(found, { by, reason, at: null, toReschedule: false })
    }
  })

  test('of a group stays where it is when one attendee moves or cancels', () => {
    const left = {
      ...invitee,
      status: 'canceled',
      new_invitee: `${oldEvent}/invitees/X`,
      old_invitee: `${oldEvent}/invitees/Y`,
    }
    const invitees = [left, second]
    const found = bookingOf({ event: { ...event, invitees_counter: group }, invitees })
    assert.deepEqual(
      [found.status, found.replaces, found.replacedBy, found.cancellation],
      ['confirmed', null, null, null],
    )
    assert.deepEqual(found.capacity, { total: 5, taken: 2 })
    assert.deepEqual(
      found.attendees.map(({ status }) => status),
      ['cancelled', 'confirmed'],
    )
    assert.deepEqual(found.answers, [], 'those of the first who has not cancelled')
    assert.equal(bookingOf({ event, invitees, about: inviteeUri }).answers.length, 2, 'those of the one it is about')
    const alone = bookingOf({ event: { ...event, invitees_counter: { ...group, total: 1 } }, invitees: [left] })
    assert.deepEqual([alone.replaces, alone.replacedBy], [null, null], 'also where no other has booked yet')
  })

  test('that cannot be read after it was made is told from the request', () => {
    const request = requestFor(eventType, { guests: ['guest@example.com'] })
    const found = bookingAsSent(invitee, request)
    const { id, start, end, status, guests, title, location, hosts, reference } = found
    assert.deepEqual([id, start, end, status], [eventUri, request.start, '2026-11-27T09:30:00Z', 'confirmed'])
    assert.deepEqual([guests, title, hosts, reference], [['guest@example.com'], 'A talk', [], 'order-17'])
    assert.deepEqual(location, { kind: 'unknown', raw: null })
    assert.equal(found.attendees[0]?.id, inviteeUri)
  })
})

describe('a webhook', () => {
  const createdAt = '2026-11-20T08:00:01.000000Z'
  const old_invitee = `${oldEvent}/invitees/X`
  const bodyOf = (changes: object = {}, eventChanges: object = {}) => ({
    created_at: createdAt,
    created_by: `${api}/users/ADA`,
    payload: { ...invitee, ...changes, scheduled_event: { ...event, ...eventChanges } },
  })
  const asked = { booking: eventUri, replaces: null, version: inviteeUri }
  const marked = { ...asked, version: `${inviteeUri} ${Date.parse(createdAt)}` }
  const mark = { created_at: createdAt, payload: { uri: `${api}/invitee_no_shows/N`, invitee: inviteeUri } }
  const noShow = (is: boolean) =>
    ({
      type: is ? 'booking.no_show' : 'booking.no_show_cleared',
      noShows: [{ id: inviteeUri, noShow: is }],
    }) as const

  const cases = [
    ['invitee.created', bodyOf(), { ...asked, type: 'booking.created' }],
    ['invitee.created', bodyOf({ old_invitee }), { ...asked, type: 'booking.rescheduled', replaces: oldEvent }],
    [
      'invitee.created',
      bodyOf({ old_invitee }, { invitees_counter: group }),
      { ...asked, type: 'booking.rescheduled' },
    ],
    [
      'invitee.created',
      { ...bodyOf(), payload: { ...invitee, old_invitee } },
      { ...asked, type: 'booking.rescheduled', replaces: oldEvent },
    ],
    ['invitee.canceled', bodyOf({ status: 'canceled' }), { ...asked, type: 'booking.cancelled' }],
    [
      'invitee.canceled',
      bodyOf({ status: 'canceled', old_invitee }),
      { ...asked, type: 'booking.cancelled', replaces: oldEvent },
    ],
    ['invitee.canceled', bodyOf({ status: 'canceled', rescheduled: true }), null],
    [
      'invitee.canceled',
      bodyOf({ status: 'canceled', rescheduled: true }, { invitees_counter: group }),
      { ...asked, type: 'booking.cancelled' },
    ],
    ['invitee_no_show.created', bodyOf(), { ...marked, ...noShow(true) }],
    ['invitee_no_show.deleted', bodyOf(), { ...marked, ...noShow(false) }],
    ['invitee_no_show.created', mark, { ...marked, ...noShow(true) }],
    ['contact.created', bodyOf(), null],
    ['routing_form_submission.created', { payload: { uri: `${api}/routing_form_submissions/F` } }, null],
    ['invitee.created', { payload: null }, null],
    ['invitee.created', null, null],
  ] as const
  for (const [name, body, expected] of cases) {
    test(`${name} is ${expected?.type ?? 'nothing'}`, () => assert.deepEqual(changeOf(name, body), expected))
  }

  test('is the same change in whatever way the moment of a mark is written', () => {
    const again = changeOf('invitee_no_show.created', { ...mark, created_at: '2026-11-20T09:00:01+01:00' })
    assert.deepEqual(again, changeOf('invitee_no_show.created', mark))
    const later = changeOf('invitee_no_show.created', { ...mark, created_at: '2026-11-20T08:00:02Z' })
    assert.notEqual(later?.version, again?.version)
  })

  test('tells the whole booking, unless others may be in it or it replaces one', () => {
    const { raw: _, ...told } = toldBy('invitee.created', bodyOf())?.booking ?? {}
    const { raw: __, ...read } = bookingOf({ event, invitees: [invitee] })
    assert.deepEqual(told, read)
    const isWhole = (...changes: Parameters<typeof bodyOf>) => toldBy('invitee.created', bodyOf(...changes))?.isWhole
    assert.deepEqual(
      [
        isWhole(),
        isWhole({ old_invitee }),
        isWhole({}, { invitees_counter: group }),
        isWhole({}, { invitees_counter: null }),
      ],
      [true, false, false, false],
    )
  })

  test('about a mark tells the attendee as it says, whatever stands in its invitee', () => {
    const no_show = { uri: `${api}/invitee_no_shows/N` }
    for (const body of [bodyOf(), bodyOf({ no_show })]) {
      assert.equal(toldBy('invitee_no_show.created', body)?.booking.attendees[0]?.noShow, true)
      assert.equal(toldBy('invitee_no_show.deleted', body)?.booking.attendees[0]?.noShow, false)
    }
  })

  test('is too thin without the scheduled event', () => {
    const thin = [mark, { ...bodyOf(), payload: invitee }, {}, null]
    for (const body of thin) assert.equal(toldBy('invitee_no_show.created', body), null)
  })
})
