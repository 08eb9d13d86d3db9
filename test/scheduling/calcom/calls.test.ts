// Cal.com's part of the model at the sandbox, through a connection.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { CheckedBooking, CheckedBookingsQuery } from '../../../src/core/scheduling/provider.ts'
import type { Connection } from '../../../src/index.ts'
import { scheduling } from '../../../src/providers/calcom/scheduling.ts'
import { setFault } from '../../support/host.ts'
import { all, calcomPerson, day, hour, refused } from '../../typed/person.ts'

const everything: CheckedBookingsQuery = { from: null, to: null, statuses: [], eventType: null, attendee: null }
const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris', locale: 'fr' }
const lost = { reason: 'outcome_unknown' }

async function ada(t: TestContext) {
  const person = await calcomPerson(t)
  const { connection, at, asked } = person
  const eventTypes = await all(scheduling.eventTypes(connection, { active: null }))
  const [eventType] = eventTypes
  assert.ok(eventType)
  const window = { from: at(hour).getTime(), to: at(6 * day).getTime() }
  const slots = await scheduling.slots(connection, { eventType, ...window, timeZone: 'UTC', durationMinutes: null })
  const requestAt = (index: number, changes: Partial<CheckedBooking> = {}): CheckedBooking => ({
    eventType,
    start: slots[index]?.start ?? '',
    attendee,
    guests: [],
    location: null,
    answers: [],
    reference: null,
    utm: null,
    metadata: null,
    durationMinutes: null,
    hold: null,
    mark: `mark-${index}`,
    ...changes,
  })
  const book = (index: number, changes?: Partial<CheckedBooking>) =>
    scheduling.book(connection, requestAt(index, changes))
  asked()
  return { ...person, eventTypes, eventType, window, slots, requestAt, book }
}

/** Makes an event type with these fields. */
async function withEventType(connection: Connection, fields: object) {
  const headers = { 'content-type': 'application/json' }
  const given = { lengthInMinutes: 30, title: 'Special', slug: 'special', ...fields }
  const response = await connection.fetch('/v2/event-types', { method: 'POST', headers, body: JSON.stringify(given) })
  const { data } = (await response.json()) as { data: { id: number } }
  return scheduling.eventType(connection, String(data.id))
}

describe('Cal.com: reading', () => {
  test('returns the person, event types and schedules', async (t) => {
    const { connection, eventTypes, eventType, host } = await ada(t)
    const me = await scheduling.me(connection)
    assert.deepEqual([me.id, me.username], [connection.account.id, 'ada'])
    assert.deepEqual(await scheduling.eventType(connection, eventType.id), eventType)
    assert.deepEqual(
      [eventType.owner.id, eventType.bookingUrl, eventType.capacity, eventType.questions.map(({ key }) => key)],
      [me.id, `${host.sandbox.calcom.hosts.app}/ada/${eventType.slug}`, 1, ['notes']],
    )
    assert.equal(eventTypes.at(-1)?.needsApproval, true)
    const [schedule] = await all(scheduling.schedules(connection))
    assert.deepEqual([schedule?.isDefault, schedule?.weekly.monday], [true, [{ from: '09:00', to: '17:00' }]])
    await refused(() => scheduling.eventType(connection, '102001'), 'provider_refused', { reason: 'not_found' })
  })

  test('lists continue where they stopped', async (t) => {
    const { connection, eventTypes } = await ada(t)
    const list = scheduling.eventTypes(connection, { active: true })
    const names: string[] = []
    for await (const { name } of list) if (names.push(name) === 2) break
    const rest = scheduling.eventTypes(connection, { active: true }, list.position ?? '')
    for await (const { name } of rest) names.push(name)
    assert.deepEqual(
      names,
      eventTypes.map(({ name }) => name),
    )
    assert.equal(rest.position, null)
  })

  test('slots of 31 days are one request, and a longer length has others', async (t) => {
    const { connection, at, asked } = await ada(t)
    const eventType = await withEventType(connection, { lengthInMinutesOptions: [30, 60] })
    const query = { eventType, from: at(hour).getTime(), to: at(31 * day).getTime(), timeZone: 'Asia/Tokyo' }
    asked()
    const short = await scheduling.slots(connection, { ...query, durationMinutes: null })
    assert.deepEqual(asked(), ['GET /v2/slots'])
    const long = await scheduling.slots(connection, { ...query, durationMinutes: 60 })
    const lengthOf = (slot?: { start: string; end: string }) =>
      Date.parse(slot?.end ?? '') - Date.parse(slot?.start ?? '')
    assert.deepEqual([lengthOf(short[0]), lengthOf(long[0])], [30 * 60_000, 60 * 60_000])
    assert.ok(short.length > long.length && long.every(({ start }) => start.endsWith('Z')))
  })
})

describe('Cal.com: booking', () => {
  test('books in one request, and reads the same booking', async (t) => {
    const { connection, requestAt, asked, eventType } = await ada(t)
    const [question] = eventType.questions
    assert.ok(question)
    const request = requestAt(0, {
      guests: ['eve@guests.example'],
      answers: [{ key: 'notes', value: 'Bring a pen', question }],
      reference: 'order 7',
      metadata: { tier: '4' },
    })
    const booked = await scheduling.book(connection, request)
    assert.deepEqual(asked(), ['POST /v2/bookings'])
    const { raw: _, ...read } = await scheduling.booking(connection, booked.id)
    const { raw: __, ...made } = booked
    assert.deepEqual(read, made)
    assert.deepEqual(
      [booked.status, booked.start, booked.eventType, booked.guests, booked.reference, booked.metadata],
      ['confirmed', request.start, eventType.id, ['eve@guests.example'], 'order 7', { tier: '4' }],
    )
    assert.deepEqual(booked.answers, [{ key: 'notes', label: null, value: 'Bring a pen' }])
    assert.deepEqual(booked.location, { kind: 'video', service: 'cal_video' })
    const [gil] = booked.attendees
    assert.deepEqual([gil?.email, gil?.locale, gil?.timeZone], [attendee.email, 'fr', 'Europe/Paris'])
    await refused(() => scheduling.book(connection, request), 'provider_refused', { reason: 'slot_taken' })
  })

  test('says which booking it has made', async (t) => {
    const { connection, requestAt } = await ada(t)
    const told: string[] = []
    const { id } = await scheduling.book(connection, requestAt(0), async (made) => void told.push(made))
    assert.deepEqual(told, [id])
  })

  test('books another length, and an attendee with a telephone alone', async (t) => {
    const { connection, requestAt, host } = await ada(t)
    const eventType = await withEventType(connection, { lengthInMinutesOptions: [30, 60] })
    const phoned = { name: 'Pia', phone: '+46812345', timeZone: 'UTC' }
    const booked = await scheduling.book(connection, requestAt(0, { eventType, durationMinutes: 60, attendee: phoned }))
    assert.equal(Date.parse(booked.end) - Date.parse(booked.start), 60 * 60_000)
    const [pia] = booked.attendees
    assert.deepEqual([pia?.email, pia?.phone, pia?.id.startsWith('46812345@')], [null, '+46812345', true])
    host.sandbox.clock.advance((7 * day) / 1000)
    const absent = await scheduling.markNoShow(connection, booked, { attendee: pia ?? assert.fail() }, true)
    assert.equal(absent.attendees[0]?.noShow, true)
  })

  test('waits for the host where the event type asks for it', async (t) => {
    const { book, eventTypes } = await ada(t)
    const waiting = eventTypes.at(-1)
    assert.ok(waiting)
    assert.equal((await book(0, { eventType: waiting })).status, 'tentative')
  })

  test('a hold keeps a slot away for as long as was asked, and its holder can book it either way', async (t) => {
    const { connection, slots, window, eventType, requestAt, set, at, asked } = await ada(t)
    const slot = { eventType: eventType.id, start: slots[0]?.start ?? '', durationMinutes: null }
    const hold = await scheduling.hold(connection, slot, 9 * 60_000 + 1)
    assert.deepEqual([hold.start, hold.end], [slots[0]?.start, slots[0]?.end])
    const left = await scheduling.slots(connection, { eventType, ...window, timeZone: 'UTC', durationMinutes: null })
    assert.equal(left.length, slots.length - 1)
    assert.ok(Date.parse(hold.expiresAt) > at(9 * 60_000).getTime())
    await set({ calcomReservationBlocksBooking: true })
    await refused(() => scheduling.book(connection, requestAt(0)), 'provider_refused', { reason: 'slot_taken' })
    asked()
    const booked = await scheduling.book(connection, requestAt(0, { hold: hold.id }))
    assert.equal(booked.start, hold.start)
    assert.deepEqual(asked(), ['POST /v2/bookings', `DELETE /v2/slots/reservations/${hold.id}`, 'POST /v2/bookings'])
    const taken = () => scheduling.book(connection, requestAt(0, { hold: hold.id }))
    await refused(taken, 'provider_refused', { reason: 'slot_taken' })
  })
})

describe('Cal.com: a lost answer', () => {
  test('finds what the request has made by its mark, and nothing else', async (t) => {
    const { connection, host, requestAt, asked } = await ada(t)
    const request = requestAt(0)
    assert.deepEqual(await scheduling.findBooked(connection, request), [])
    await setFault(host, { kind: 'reset_after', provider: 'calcom', endpoint: '/v2/bookings' })
    await refused(() => scheduling.book(connection, request), 'provider_unavailable', lost)
    asked()
    const found = await scheduling.findBooked(connection, request)
    assert.deepEqual(
      found.map(({ booking }) => booking.start),
      [request.start],
    )
    assert.deepEqual(asked(), ['GET /v2/bookings'])
    const another = { ...request, mark: 'another' }
    assert.deepEqual(await scheduling.findBooked(connection, another), [], 'it is of another key')
  })

  test('finds the booking although it has been moved or cancelled since', async (t) => {
    const { connection, book, requestAt, slots } = await ada(t)
    const booked = await book(0)
    await scheduling.reschedule?.(connection, booked, { start: slots[3]?.start ?? '', reason: null })
    const found = await scheduling.findBooked(connection, requestAt(0))
    assert.deepEqual(
      found.map(({ booking: { id, status } }) => [id, status]),
      [[booked.id, 'cancelled']],
    )
  })

  test('finds the booking in a list whose attendees have no e-mail address', async (t) => {
    const { connection, book, requestAt, set } = await ada(t)
    await set({ calcomAttendeeEmailInLists: false })
    const booked = await book(0)
    const [found] = await scheduling.findBooked(connection, requestAt(0))
    assert.equal(found?.booking.id, booked.id)
  })
})

describe('Cal.com: lists of bookings', () => {
  test('have every status, oldest start first, page after page, and end at the last start', async (t) => {
    const { connection, book, slots, asked, eventTypes } = await ada(t)
    const second = await book(1)
    await book(2, { eventType: eventTypes[1] ?? assert.fail() }).catch(() => book(2))
    const first = await book(0)
    await scheduling.cancel(connection, second, { reason: null, attendee: null, following: false })
    const starts = async (query: Partial<CheckedBookingsQuery>) =>
      (await all(scheduling.bookings(connection, { ...everything, ...query }))).map(({ start }) => start)
    const start = (index: number) => slots[index]?.start ?? ''
    const ms = (index: number) => Date.parse(start(index))
    asked()
    assert.deepEqual(await starts({}), [start(0), start(1), start(2)])
    assert.deepEqual(asked(), ['GET /v2/bookings'])
    assert.deepEqual(await starts({ from: ms(1), to: ms(2) }), [start(1)])
    assert.deepEqual(await starts({ to: ms(0) }), [])
    assert.deepEqual(await starts({ eventType: '101005' }), [])
    const list = scheduling.bookings(connection, { ...everything, to: ms(2) })
    for await (const { id } of list) {
      assert.equal(id, first.id)
      break
    }
    const rest = scheduling.bookings(connection, { ...everything, to: ms(2) }, list.position ?? '')
    assert.deepEqual(
      (await all(rest)).map(({ id, status }) => [id, status]),
      [[second.id, 'cancelled']],
    )
    assert.equal(rest.position, null)
    assert.deepEqual(await all(rest), [])
  })
})

describe('Cal.com: changing', () => {
  test('a moved booking has a new id, and both name each other', async (t) => {
    const { host, connection, book, slots, asked } = await ada(t)
    const booked = await book(0, { reference: 'order 7' })
    asked()
    const start = slots[2]?.start ?? ''
    const moved = await scheduling.reschedule?.(connection, booked, { start, reason: 'Late' })
    assert.deepEqual(asked(), [`POST /v2/bookings/${booked.id}/reschedule`])
    assert.ok(moved)
    assert.deepEqual(
      [moved.start, moved.replaces, moved.previousStart, moved.reference],
      [start, booked.id, booked.start, 'order 7'],
    )
    assert.notEqual(moved.id, booked.id)
    assert.equal((await scheduling.booking(connection, moved.id)).replaces, booked.id)
    const old = await scheduling.booking(connection, booked.id)
    assert.deepEqual([old.status, old.replacedBy, old.cancellation?.reason], ['cancelled', moved.id, 'Late'])
    const again = async () => scheduling.reschedule?.(connection, old, { start, reason: null })
    await refused(again, 'provider_refused', { reason: 'invalid_request' })
    assert.equal(scheduling.limit('reschedule', { ...old, chain: 'chn_1' }, host.sandbox.clock.now())?.yes, false)
  })

  test('a cancellation says why, by itself if need be, and succeeds twice', async (t) => {
    const { connection, book } = await ada(t)
    const [first, second] = [await book(0), await book(1)]
    const how = { reason: null, attendee: null, following: false }
    const cancelled = await scheduling.cancel(connection, first, how)
    const by = { by: 'host', at: null, toReschedule: false }
    assert.deepEqual(cancelled.cancellation, { ...by, reason: 'Cancelled by the host' })
    assert.deepEqual(await scheduling.cancel(connection, first, { ...how, reason: 'Again' }), cancelled)
    const ill = await scheduling.cancel(connection, second, { ...how, reason: 'Ill' })
    assert.deepEqual([ill.status, ill.cancellation], ['cancelled', { ...by, reason: 'Ill' }])
    await refused(() => scheduling.cancel(connection, { ...first, id: 'unknown' }, how), 'provider_refused', {
      reason: 'not_found',
    })
  })

  test('attendee and host are marked as absent, and the mark is taken away', async (t) => {
    const { connection, book, asked, host } = await ada(t)
    const booked = await book(0)
    const [gil = assert.fail()] = booked.attendees
    const mark = () => scheduling.markNoShow(connection, booked, { attendee: gil }, true)
    await refused(mark, 'provider_refused', { reason: 'invalid_request' })
    host.sandbox.clock.advance((7 * day) / 1000)
    await connection.token()
    asked()
    const shown = ({ attendees, hosts }: typeof booked) => [attendees[0]?.noShow, hosts[0]?.noShow]
    assert.deepEqual(shown(booked), [false, false])
    assert.deepEqual(shown(await mark()), [true, false])
    assert.deepEqual(shown(await scheduling.markNoShow(connection, booked, { host: true }, true)), [true, true])
    assert.deepEqual(shown(await scheduling.markNoShow(connection, booked, { attendee: gil }, false)), [false, true])
    assert.deepEqual(shown(await scheduling.markNoShow(connection, booked, { host: true }, false)), [false, false])
    assert.deepEqual(asked(), Array(4).fill(`POST /v2/bookings/${booked.id}/mark-absent`))
  })
})
