// Calendly's verbs at the sandbox, through a connection.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CheckedBookingsQuery } from '../../../src/core/scheduling/provider.ts'
import { scheduling as verbsOf } from '../../../src/scheduling/index.ts'
import { setFault } from '../../support/host.ts'
import { all, day, hour, refused } from '../../typed/person.ts'
import { ada, blind, everything } from './ada.ts'

describe('Calendly: reading', () => {
  test('returns the person, event types and schedules', async (t) => {
    const { scheduling, connection, eventTypes, eventType } = await ada(t)
    assert.equal((await scheduling.me(connection)).id, connection.account.id)
    assert.deepEqual(await scheduling.eventType(connection, eventType.id), eventType)
    assert.ok(eventTypes.every(({ active }) => active))
    const inactive = await all(scheduling.eventTypes(connection, { active: false }))
    const both = await all(scheduling.eventTypes(connection, { active: null }))
    assert.deepEqual([inactive.length > 0, both.length], [true, inactive.length + eventTypes.length])
    const [schedule] = await all(scheduling.schedules(connection))
    assert.deepEqual([schedule?.isDefault, schedule?.weekly.monday], [true, [{ from: '09:00', to: '17:00' }]])
  })

  test('lists continue where they stopped', async (t) => {
    const { scheduling, connection } = await ada(t)
    const list = scheduling.eventTypes(connection, { active: null })
    const names: string[] = []
    for await (const { name } of list) if (names.push(name) === 3) break
    for await (const { name } of scheduling.eventTypes(connection, { active: null }, list.position ?? ''))
      names.push(name)
    const whole = await all(scheduling.eventTypes(connection, { active: null }))
    assert.deepEqual(
      names,
      whole.map(({ name }) => name),
    )
    const schedules = scheduling.schedules(connection)
    assert.equal(schedules.position, '0')
    await all(schedules)
    assert.equal(schedules.position, null)
    assert.deepEqual(await all(scheduling.schedules(connection, '1')), [])
    await refused(async () => scheduling.schedules(connection, 'x'), 'invalid_argument', { message: /from must be/ })
  })

  test('slots of 31 days are one request, and a past window is refused by Calendly', async (t) => {
    const { scheduling, connection, eventType, slots, at, asked } = await ada(t)
    const from = at(hour).getTime()
    const query = { eventType, timeZone: 'UTC', durationMinutes: null }
    const month = { from, to: from + (scheduling.slotWindowMs ?? 0) }
    const found = await scheduling.slots(connection, { ...query, ...month })
    assert.deepEqual([asked(), found.length > slots.length], [['GET /event_type_available_times'], true])
    const [first] = found
    assert.equal(Date.parse(first?.end ?? '') - Date.parse(first?.start ?? ''), (eventType.durations[0] ?? 0) * 60_000)
    const past = () => scheduling.slots(connection, { ...query, from: at(-hour).getTime(), to: from })
    await refused(past, 'provider_refused', { reason: 'invalid_request' })
  })
})

describe('Calendly: booking', () => {
  test('books, and reads the whole booking', async (t) => {
    const { scheduling, connection, requestAt, asked, eventType } = await ada(t)
    const request = requestAt(0, { reference: 'order-17', guests: ['eve@guests.example'] })
    const booked = await scheduling.book(connection, request)
    assert.match(
      asked().join(' '),
      /^POST \/invitees GET \/scheduled_events\/[\w-]+ GET \/scheduled_events\/[\w-]+\/invitees$/,
    )
    assert.deepEqual([booked.start, booked.eventType, booked.status], [request.start, eventType.id, 'confirmed'])
    assert.deepEqual([booked.reference, booked.guests], ['order-17', ['eve@guests.example']])
    assert.equal(booked.hosts[0]?.id, connection.account.id)
    assert.deepEqual(await scheduling.booking(connection, booked.id), booked)
  })

  test('says which booking it has made before it reads it', async (t) => {
    const { scheduling, connection, requestAt, asked } = await ada(t)
    const told: unknown[] = []
    const { id } = await scheduling.book(connection, requestAt(0), async (made) => void told.push(made, asked()))
    assert.deepEqual(told, [id, ['POST /invitees']])
    assert.ok(asked().length > 0)
  })

  test('a lost read after the booking does not look like a lost booking', async (t) => {
    const { scheduling, connection, requestAt } = await ada(t)
    const request = requestAt(0)
    const told = await scheduling.book(blind(connection), request)
    const read = await scheduling.booking(connection, told.id)
    assert.deepEqual(told.location, { kind: 'unknown', raw: null })
    const same = ({ id, start, end, eventType, attendees }: typeof told) => ({ id, start, end, eventType, attendees })
    assert.deepEqual(same(told), same(read))
  })

  test('finds what a lost request has made, and nothing else', async (t) => {
    const { scheduling, connection, host, requestAt, book, asked } = await ada(t)
    await book(1)
    const request = requestAt(0)
    assert.deepEqual(await scheduling.findBooked(connection, request), [])
    await setFault(host, { kind: 'reset_after', provider: 'calendly', endpoint: '/invitees' })
    const lost = { reason: 'outcome_unknown' }
    await refused(() => scheduling.book(connection, request), 'provider_unavailable', lost)
    asked()
    const found = await scheduling.findBooked(connection, request)
    assert.deepEqual(
      found.map(({ booking }) => booking.start),
      [request.start],
    )
    assert.equal(asked()[0], 'GET /scheduled_events', 'the event type is not read again')
    const other = requestAt(0, { attendee: { name: 'Eve', email: 'eve@guests.example', timeZone: 'UTC' } })
    assert.deepEqual(await scheduling.findBooked(connection, other), [])
  })

  test('a taken slot is refused, whichever of the two ways Calendly says it', async (t) => {
    const { book, set, scheduling, connection, requestAt } = await ada(t)
    await book(0)
    await refused(() => book(0), 'provider_refused', { reason: 'slot_taken' })
    await set({ calendlyTakenSlot: 'not_found' })
    const calendar = verbsOf(connection)
    const { eventType, start, attendee } = requestAt(0)
    const again = () => calendar.book({ eventType, start, attendee }, { key: 'again' })
    await refused(again, 'provider_refused', { reason: 'slot_taken' })
    const [inactive] = await all(scheduling.eventTypes(connection, { active: false }))
    const gone = { ...requestAt(1), ...(inactive && { eventType: inactive }) }
    await refused(() => scheduling.book(connection, gone), 'provider_refused', { reason: 'not_found' })
  })
})

describe('Calendly: lists of bookings', () => {
  test('are sorted by start, and filtered before invitees are read', async (t) => {
    const { scheduling, connection, book, asked, slots, eventTypes } = await ada(t)
    for (const index of [4, 0, 2]) await book(index)
    const starts = async (query: Partial<CheckedBookingsQuery>) =>
      (await all(scheduling.bookings(connection, { ...everything, ...query }))).map(({ start }) => start)
    const at = (index: number) => slots[index]?.start ?? ''
    const ms = (index: number) => Date.parse(at(index))
    assert.deepEqual(await starts({}), [at(0), at(2), at(4)])
    assert.deepEqual(await starts({ from: ms(2) }), [at(2), at(4)])
    assert.deepEqual(await starts({ to: ms(2) }), [at(0)])
    assert.deepEqual(await starts({ statuses: ['cancelled'] }), [])
    assert.deepEqual(await starts({ statuses: ['confirmed', 'tentative'] }), [at(0), at(2), at(4)])
    asked()
    assert.deepEqual(await starts({ eventType: eventTypes[1]?.id ?? '' }), [])
    assert.deepEqual(asked(), ['GET /scheduled_events'], 'no invitees of another event type')
    assert.deepEqual(await starts({ statuses: ['tentative'] }), [])
    assert.deepEqual(asked(), [], 'Calendly has none, so nothing is sent')
  })

  test('read invitees one event at a time, and lose none where a read fails', async (t) => {
    const { scheduling, connection, book, asked, host } = await ada(t)
    const booked = [await book(0), await book(1), await book(2)]
    asked()
    const list = scheduling.bookings(connection, everything)
    for await (const { id } of list) {
      assert.equal(id, booked[0]?.id)
      break
    }
    assert.equal(asked().length, 2)
    const { position } = list
    await setFault(host, { kind: 'status', status: 403, provider: 'calendly', endpoint: '/scheduled_events/' })
    await refused(() => list, 'provider_refused')
    assert.equal(list.position, position, 'the second was not read')
    const ids = (await all(list)).map(({ id }) => id)
    assert.deepEqual(ids, [booked[1]?.id, booked[2]?.id], 'the same list continues with it')
    const again = await all(scheduling.bookings(connection, everything, position ?? ''))
    assert.deepEqual(
      again.map(({ id }) => id),
      ids,
    )
  })
})

describe('Calendly: changing a booking', () => {
  test('cancels, a second time too, and not what is past', async (t) => {
    const { scheduling, connection, book, host } = await ada(t)
    const booked = await book(0)
    const how = { reason: 'ill', attendee: null, following: false }
    const cancelled = await scheduling.cancel(connection, booked, how)
    assert.deepEqual([cancelled.status, cancelled.cancellation?.by], ['cancelled', 'host'])
    assert.equal(cancelled.cancellation?.reason, 'ill')
    assert.deepEqual(await scheduling.cancel(connection, booked, how), cancelled)
    const next = await book(1)
    host.sandbox.clock.advance((8 * day) / 1000)
    await refused(() => scheduling.cancel(connection, next, how), 'provider_refused', { reason: 'in_the_past' })
  })

  test('cancels without the reason where Calendly refuses one', async (t) => {
    const { scheduling, connection, book, set } = await ada(t)
    await set({ calendlyCancelReasonRefused: true })
    const how = { reason: 'ill', attendee: null, following: false }
    const cancelled = await scheduling.cancel(connection, await book(0), how)
    assert.deepEqual([cancelled.status, cancelled.cancellation?.reason], ['cancelled', null])
  })

  test('a lost read after a change does not look like a lost change', async (t) => {
    const { scheduling, connection, book } = await ada(t)
    const booked = await book(0)
    const how = { reason: null, attendee: null, following: false }
    const cancelled = await scheduling.cancel(blind(connection), booked, how)
    assert.deepEqual([cancelled.status, cancelled.cancellation?.by], ['cancelled', 'host'])
    assert.equal(cancelled.attendees[0]?.status, 'cancelled')
  })

  test('marks a no-show and clears it, each of them twice', async (t) => {
    const { scheduling, connection, book } = await ada(t)
    const booked = await book(0)
    const [attendee] = booked.attendees
    assert.ok(attendee)
    for (const absent of [true, true, false, false]) {
      const marked = await scheduling.markNoShow(connection, booked, { attendee }, absent)
      assert.equal(marked.attendees[0]?.noShow, absent)
    }
  })

  test('a booking that the attendee has moved names both', async (t) => {
    const { scheduling, connection, book, host, slots } = await ada(t)
    const booked = await book(0)
    const url = booked.attendees[0]?.manage?.rescheduleUrl ?? ''
    const body = new URLSearchParams({ start_time: slots[3]?.start ?? '' })
    const page = await host.sandbox.handler(new Request(url, { method: 'POST', body }))
    assert.equal(page.status, 200)
    const [before, after] = await all(scheduling.bookings(connection, everything))
    assert.deepEqual(
      [before?.status, before?.cancellation?.by, before?.replacedBy],
      ['cancelled', 'attendee', after?.id],
    )
    assert.deepEqual([after?.start, after?.replaces], [slots[3]?.start, booked.id])
  })
})
