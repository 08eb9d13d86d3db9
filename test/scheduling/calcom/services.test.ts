// Cal.com's part of the model at the sandbox, with Eve's services: every place and question, seats, a series, and what
// webhooks say of it.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Location } from '../../../src/core/scheduling/model.ts'
import type { CheckedBooking, ProviderBooking } from '../../../src/core/scheduling/provider.ts'
import type { LocationChoice } from '../../../src/core/scheduling/requests.ts'
import { scheduling } from '../../../src/providers/calcom/scheduling.ts'
import { webhooks } from '../../../src/providers/calcom/webhooks.ts'
import { calcomScopes } from '../../../src/sandbox/world/scopes.ts'
import { setFault, startQuietHost } from '../../support/host.ts'
import { all, day, hour, refused } from '../../typed/person.ts'

interface Message {
  readonly triggerEvent: string
}

async function eve(t: TestContext) {
  const messages: Message[] = []
  const deliver = async (_: string, { body }: { readonly body: string }) => {
    messages.push(JSON.parse(body))
    return new Response(null)
  }
  const host = await startQuietHost(t, {}, { deliver })
  const connection = await host.connect('calcom', { account: 'eve', scopes: [...calcomScopes] })
  const send = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const response = await connection.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.ok(response.ok, await response.clone().text())
    return (await response.json()) as { data: { uid: string }[] }
  }
  const hook = { subscriberUrl: 'https://app.example/hooks', triggers: webhooks.bookings, active: true }
  await send('/v2/webhooks', hook)
  const eventTypes = await all(scheduling.eventTypes(connection, { active: null }))
  const service = (slug: string) => eventTypes.find((one) => one.slug === slug) ?? assert.fail(slug)
  const now = () => host.sandbox.clock.now()
  const slotsOf = (slug: string) => {
    const window = { from: now() + 26 * hour, to: now() + 14 * day }
    return scheduling.slots(connection, { eventType: service(slug), ...window, timeZone: 'UTC', durationMinutes: null })
  }
  const requestFor = (slug: string, start: string, changes: Partial<CheckedBooking> = {}): CheckedBooking => ({
    eventType: service(slug),
    start,
    attendee: { name: 'Gil', email: 'gil@guests.example', phone: '+46812345', timeZone: 'Europe/Paris' },
    guests: [],
    location: null,
    answers: [],
    reference: null,
    utm: null,
    metadata: null,
    durationMinutes: null,
    hold: null,
    mark: `mark ${start} ${changes.attendee?.name}`,
    ...changes,
  })
  async function book(slug: string, start: string, changes?: Partial<CheckedBooking>) {
    const request = requestFor(slug, start, changes)
    assert.equal(scheduling.bookingProblem(request), null)
    return scheduling.book(connection, request)
  }
  /** The messages that have come since the last call. */
  async function told(): Promise<Message[]> {
    await host.sandbox.delivered()
    return messages.splice(0)
  }
  return { host, connection, eventTypes, service, slotsOf, requestFor, book, told, send, now }
}

const person = (name: string) => ({ name, email: `${name.toLowerCase()}@guests.example`, timeZone: 'UTC' })
const names = ({ attendees }: ProviderBooking) => attendees.map(({ name }) => name)
const how = { reason: null, attendee: null, following: false }

describe('Cal.com: every place', () => {
  const video = (service: string) => ({ kind: 'video', service }) as const
  const services = ['zoom', 'google_meet', 'teams', 'webex', 'cal_video']
  const table: readonly [choice: LocationChoice, shown: Partial<Location> | null][] = [
    ...services.map((service) => [video(service), null] as [LocationChoice, null]),
    [{ kind: 'host_calls' }, { kind: 'host_calls', phone: '+46812345' }],
    [{ kind: 'attendee_calls' }, { kind: 'text', text: '+2348012345678' }],
    [{ kind: 'in_person' }, { kind: 'text', text: '12 Harbour Street, Lagos' }],
    [
      { kind: 'attendee_place', address: 'Side St 2' },
      { kind: 'text', text: 'Side St 2' },
    ],
    [
      { kind: 'attendee_decides', text: 'In the park' },
      { kind: 'text', text: 'In the park' },
    ],
    [{ kind: 'link' }, { kind: 'link', url: 'https://meet.example/eve' }],
  ]
  test('can be chosen, and is shown as far as a booking says it', async (t) => {
    const { book, slotsOf, service } = await eve(t)
    const slots = await slotsOf('where-you-like')
    assert.equal(service('where-you-like').locations.length, table.length)
    for (const [index, [location, shown]] of table.entries()) {
      const booked = await book('where-you-like', slots[index]?.start ?? '', { location })
      if (shown) assert.deepEqual(booked.location, shown)
      else assert.match(booked.joinUrl ?? '', /^https?:/)
    }
  })

  test('that only the attendee knows is sent or asked for', async (t) => {
    const { book, slotsOf, requestFor } = await eve(t)
    const [slot] = await slotsOf('phone-call')
    const called = await book('phone-call', slot?.start ?? '')
    assert.deepEqual(called.location, { kind: 'host_calls', phone: '+46812345' })
    const problem = scheduling.bookingProblem(requestFor('on-request', slot?.start ?? ''))
    assert.match(problem ?? '', /^location must be \{ kind: "attendee_decides", text \}/)
  })
})

describe('Cal.com: questions', () => {
  test('of every type are answered, and their answers come back', async (t) => {
    const { book, slotsOf, service } = await eve(t)
    const given: Record<string, CheckedBooking['answers'][number]['value']> = {
      people: 3,
      'first-time': true,
      website: 'https://x.example/',
      home: 'Side St 2',
      colleagues: ['eve@x.example'],
      'part-of-day': 'Morning',
      needs: ['Parking', 'Lift'],
      notes: 'A note',
    }
    const { questions } = service('on-request')
    assert.deepEqual(Object.keys(given).sort(), questions.map(({ key }) => key).sort())
    const answers = questions.map((question) => ({ key: question.key, value: given[question.key] ?? '', question }))
    const [slot] = await slotsOf('on-request')
    const location = { kind: 'attendee_decides', text: 'In the park' } as const
    const booked = await book('on-request', slot?.start ?? '', { answers, location })
    assert.deepEqual(Object.fromEntries(booked.answers.map(({ key, value }) => [key, value])), given)
    assert.equal(booked.status, 'tentative')
  })
})

describe('Cal.com: seats', () => {
  test('are shared, counted, given up and moved one by one', async (t) => {
    const { book, slotsOf, connection } = await eve(t)
    const [slot, later] = await slotsOf('workshop')
    const { start = '' } = slot ?? {}
    assert.equal(slot?.seatsLeft, 5)
    const ann = await book('workshop', start, { attendee: person('Ann'), reference: 'a' })
    assert.deepEqual([ann.attendees[0]?.email, ann.reference], ['ann@guests.example', 'a'])
    const both = await book('workshop', start, { attendee: person('Bob'), reference: 'b' })
    assert.deepEqual([both.id, names(both), both.reference], [ann.id, ['Ann', 'Bob'], null])
    assert.equal((await slotsOf('workshop'))[0]?.seatsLeft, 3)
    assert.equal(scheduling.limit('reschedule', { ...both, chain: 'chn_1' }, Date.now())?.yes, false)
    const [attendee = assert.fail()] = both.attendees
    const left = await scheduling.cancel(connection, both, { ...how, attendee })
    assert.deepEqual([left.status, names(left)], ['confirmed', ['Bob']])
    assert.deepEqual(await scheduling.cancel(connection, both, { ...how, attendee }), left, 'a second time')
    assert.equal(scheduling.limit('reschedule', { ...left, chain: 'chn_1' }, Date.now()), null)
    const moved = await scheduling.reschedule?.(connection, left, { start: later?.start ?? '', reason: null })
    assert.deepEqual([moved?.start, moved?.replaces, moved && names(moved)], [later?.start, ann.id, ['Bob']])
  })

  test('a lost answer is found, although the booking is older than the request', async (t) => {
    const { book, slotsOf, requestFor, connection, host } = await eve(t)
    const start = (await slotsOf('workshop'))[0]?.start ?? ''
    await book('workshop', start, { attendee: person('Ann') })
    host.sandbox.clock.advance(3600)
    const request = requestFor('workshop', start, { attendee: person('Bob') })
    assert.deepEqual(await scheduling.findBooked(connection, request), [])
    await setFault(host, { kind: 'reset_after', provider: 'calcom', endpoint: '/v2/bookings' })
    await refused(() => scheduling.book(connection, request), 'provider_unavailable', { reason: 'outcome_unknown' })
    const found = await scheduling.findBooked(connection, request)
    assert.deepEqual(
      found.map(({ booking }) => names(booking)),
      [['Ann', 'Bob']],
    )
    const another = { ...request, mark: 'another' }
    assert.deepEqual(await scheduling.findBooked(connection, another), [])
  })
})

describe('Cal.com: a series', () => {
  test('is not booked, but read, and cancelled from one booking on', async (t) => {
    const { service, send, slotsOf, connection } = await eve(t)
    const weekly = service('weekly-check-in')
    assert.deepEqual(weekly.recurrence, { frequency: 'weekly', interval: 1, occurrences: 4 })
    assert.equal(scheduling.limit('book', weekly, Date.now())?.yes, false)
    const [slot] = await slotsOf('weekly-check-in')
    const attendee = person('Gil')
    const made = await send('/v2/bookings', { eventTypeId: Number(weekly.id), start: slot?.start, attendee })
    const [first, second, third] = made.data.map(({ uid }) => uid)
    const booking = await scheduling.booking(connection, second ?? '')
    assert.equal(scheduling.limit('cancel.series', { ...booking, chain: 'chn_1' }, Date.now()), null)
    const cancelled = await scheduling.cancel(connection, booking, { ...how, following: true })
    assert.deepEqual([cancelled.id, cancelled.status], [second, 'cancelled'])
    const statusOf = async (uid = '') => (await scheduling.booking(connection, uid)).status
    assert.deepEqual([await statusOf(first), await statusOf(third)], ['confirmed', 'cancelled'])
  })
})

describe('Cal.com: what an event type rules out, the sandbox refuses', () => {
  test('guests, another length, and an answer of a host', async (t) => {
    const { book, slotsOf, service } = await eve(t)
    const talk = service('private-talk')
    assert.deepEqual([talk.hidden, talk.price], [true, { amount: 5000, currency: 'USD' }])
    const start = (await slotsOf('private-talk'))[0]?.start ?? ''
    assert.equal(scheduling.limit('book.guests', talk, Date.now())?.yes, false)
    const guests = ['eve@x.example']
    await refused(() => book('private-talk', start, { guests }), 'provider_refused', { reason: 'invalid_request' })
    assert.equal(scheduling.limit('book.chooseDuration', talk, Date.now())?.yes, false)
    assert.equal(scheduling.limit('book.chooseDuration', service('consultation'), Date.now()), null)
  })
})

describe('Cal.com: webhooks', () => {
  test('tell each change once, and the booking as the API shows it', async (t) => {
    const { book, slotsOf, connection, told, host } = await eve(t)
    const [first, second] = await slotsOf('intro-call')
    const booked = await book('intro-call', first?.start ?? '', { reference: 'order 7', metadata: { tier: '4' } })
    const changesOf = (messages: Message[]) => messages.map((one) => scheduling.change(one.triggerEvent, one))
    const [created, ...none] = await told()
    assert.ok(created)
    assert.deepEqual(none, [])
    const common = { replaces: null, version: 'gil@guests.example' }
    assert.deepEqual(changesOf([created]), [{ ...common, type: 'booking.created', booking: booked.id }])
    const { booking, isWhole } = scheduling.told(created.triggerEvent, created) ?? assert.fail()
    const thin = { createdAt: null, updatedAt: null, raw: created }
    const [host0 = assert.fail()] = booked.hosts
    const [gil = assert.fail()] = booked.attendees
    const { location, joinUrl } = booking
    const hosts = [{ ...host0, noShow: null }]
    const attendees = [{ ...gil, phone: null }]
    assert.deepEqual(booking, { ...booked, ...thin, hosts, attendees, location, joinUrl })
    assert.equal(isWhole, false)

    const moved = await scheduling.reschedule?.(connection, booked, { start: second?.start ?? '', reason: null })
    assert.ok(moved)
    const [move = assert.fail()] = await told()
    const expected = { ...common, type: 'booking.rescheduled', booking: moved.id, replaces: booked.id }
    assert.deepEqual(changesOf([move]), [expected])
    assert.equal(scheduling.told(move.triggerEvent, move)?.booking.previousStart, booked.start)

    host.sandbox.clock.advance((14 * day) / 1000)
    const [attendee = assert.fail()] = moved.attendees
    await scheduling.markNoShow(connection, moved, { attendee }, true)
    await scheduling.markNoShow(connection, moved, { attendee }, false)
    await scheduling.markNoShow(connection, moved, { host: true }, true)
    const marks = changesOf(await told())
    assert.deepEqual(
      marks.map((mark) => [mark?.type, mark?.booking]),
      [
        ['booking.no_show', moved.id],
        ['booking.no_show_cleared', moved.id],
      ],
    )

    await scheduling.cancel(connection, moved, { ...how, reason: 'Ill' })
    const [cancel = assert.fail()] = await told()
    assert.deepEqual(changesOf([cancel]), [{ ...common, type: 'booking.cancelled', booking: moved.id }])
    const { cancellation } = scheduling.told(cancel.triggerEvent, cancel)?.booking ?? {}
    assert.deepEqual([cancellation?.by, cancellation?.reason, cancellation?.toReschedule], ['host', 'Ill', false])
  })

  test('tell the people of a workshop apart', async (t) => {
    const { book, slotsOf, told } = await eve(t)
    const start = (await slotsOf('workshop'))[0]?.start ?? ''
    await book('workshop', start, { attendee: person('Ann') })
    await book('workshop', start, { attendee: person('Bob') })
    const versions = (await told()).map((one) => scheduling.change(one.triggerEvent, one)?.version)
    assert.equal(new Set(versions).size, 2)
  })
})
