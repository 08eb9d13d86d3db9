// Every typed call of Cal.com, against the sandbox, which refuses a call without its resource's `cal-api-version`.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { all, calcomPerson, day, hour, refused } from './person.ts'

const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }

async function bookable(t: TestContext) {
  const ada = await calcomPerson(t)
  const types = await ada.typed.eventTypes()
  const [eventType] = types
  assert.ok(eventType)
  const slots = await ada.typed.slots({ eventTypeId: eventType.id, start: ada.at(hour), end: ada.at(6 * day) })
  return { ...ada, types, eventType, starts: Object.values(slots).flatMap((some) => some.map(({ start }) => start)) }
}

describe('Cal.com: the user, schedules and event types', () => {
  test('reads and changes the user', async (t) => {
    const { typed, connection } = await calcomPerson(t)
    assert.equal(String((await typed.me()).id), connection.account.id)
    const changed = await typed.updateMe({ name: 'Ada L.', timeFormat: 12, weekStart: 'Sunday', timeZone: 'UTC' })
    assert.deepEqual(
      [changed.name, changed.timeFormat, changed.weekStart, changed.timeZone],
      ['Ada L.', 12, 'Sunday', 'UTC'],
    )
    await refused(() => typed.updateMe({ timeZone: 'Nowhere' }), 'provider_refused', { reason: 'invalid_request' })
    assert.deepEqual((await typed.calendars()).connectedCalendars, [])
  })

  test('creates, reads, changes and deletes schedules', async (t) => {
    const { typed } = await calcomPerson(t)
    const before = await typed.defaultSchedule()
    assert.deepEqual(await typed.schedules(), [before])
    const made = await typed.createSchedule({
      ...{ name: 'Evenings', timeZone: 'Europe/Paris', isDefault: true },
      availability: [{ days: ['Monday', 'Friday'], startTime: '18:00', endTime: '21:00' }],
      overrides: [{ date: '2026-12-24', startTime: '10:00', endTime: '12:00' }],
    })
    assert.deepEqual(await typed.defaultSchedule(), made)
    assert.deepEqual(await typed.schedule(made.id), made)
    assert.equal((await typed.updateSchedule(made.id, { name: 'Late' })).name, 'Late')
    assert.equal(await typed.deleteSchedule(made.id), undefined)
    await refused(() => typed.schedule(made.id), 'provider_refused', { reason: 'not_found' })
    assert.equal(await typed.defaultSchedule(), null)
  })

  test('reads event types, of the connection’s user and of others', async (t) => {
    const { typed, types, eventType } = await bookable(t)
    assert.deepEqual(await typed.eventType(eventType.id), eventType)
    assert.deepEqual(await typed.eventTypes({ eventSlug: eventType.slug }), [eventType])
    const others = await typed.eventTypes({ username: 'ben' })
    assert.ok(others[0] && !types.some(({ id }) => id === others[0]?.id))
    await refused(() => typed.eventType(others[0]?.id ?? 0), 'provider_refused', { reason: 'not_found' })
  })
})

describe('Cal.com: slots and bookings', () => {
  test('returns slots by day, with their end if requested, and reserves one', async (t) => {
    const { typed, eventType, starts, at } = await bookable(t)
    const [start = ''] = starts
    const date = start.slice(0, 10)
    const range = await typed.slots({ eventTypeId: eventType.id, start: date, end: date, format: 'range' })
    assert.deepEqual(Object.keys(range), [date])
    const [slot] = range[date] ?? []
    assert.equal(Date.parse(slot?.end ?? '') - Date.parse(slot?.start ?? ''), eventType.lengthInMinutes * 60_000)
    const kept = await typed.reserveSlot({ eventTypeId: eventType.id, slotStart: start, reservationDuration: 10 })
    assert.equal(kept.reservationDuration, 10)
    assert.ok(Date.parse(kept.reservationUntil) > at(9 * 60_000).getTime())
    const left = await typed.slots({ eventTypeId: eventType.id, start: at(hour), end: at(6 * day) })
    assert.equal(Object.values(left).flat().length, starts.length - 1)
    assert.equal(await typed.releaseSlot(kept.reservationUid), undefined)
    await refused(() => typed.releaseSlot(kept.reservationUid), 'provider_refused', { reason: 'not_found' })
  })

  test('books, lists, reschedules and cancels', async (t) => {
    const { typed, eventType, starts, at, asked } = await bookable(t)
    const [first = '', second = ''] = starts
    asked()
    const booked = await typed.book({
      ...{ eventTypeId: eventType.id, start: new Date(first), attendee, guests: ['x@guests.example'] },
      ...{ metadata: { order: '7' }, location: { type: 'integration', integration: 'cal-video' } },
    })
    assert.deepEqual(asked(), ['POST /v2/bookings'])
    assert.deepEqual(
      [booked.status, booked.metadata, booked.guests],
      ['accepted', { order: '7' }, ['x@guests.example']],
    )
    const { isPlatformManagedUserBooking: _, ...kept } = booked as typeof booked & Record<string, unknown>
    assert.deepEqual(await typed.booking(booked.uid), kept)
    const found = await all(
      typed.bookings({
        ...{ status: ['upcoming', 'unconfirmed'], eventTypeIds: [eventType.id], attendeeEmail: attendee.email },
        ...{ afterStart: at(0), afterCreatedAt: at(-hour), sortStart: 'asc', take: 1 },
      }),
    )
    assert.deepEqual(found, [kept])
    const moved = await typed.reschedule(booked.uid, { start: second, reschedulingReason: 'late' })
    assert.deepEqual([moved.rescheduledFromUid, moved.reschedulingReason], [booked.uid, 'late'])
    const ended = await typed.cancel(moved.uid, { cancellationReason: 'ill' })
    assert.deepEqual([ended.status, ended.cancellationReason], ['cancelled', 'ill'])
    const all2 = typed.bookings({ take: 1 })
    assert.equal((await all(all2)).length, 2)
    assert.equal(all2.position, null)
    await refused(() => typed.cancel(moved.uid), 'provider_refused')
  })

  test('books by slug, and reports a slot that is not free', async (t) => {
    const { typed, eventType, starts } = await bookable(t)
    const { username } = await typed.me()
    const desired = { eventTypeSlug: eventType.slug, username, start: starts[0] ?? '', attendee }
    assert.equal((await typed.book(desired)).eventType?.id, eventType.id)
    await refused(() => typed.book(desired), 'provider_refused', { reason: 'slot_taken' })
    await refused(() => typed.book({ ...desired, start: '2020-01-01T09:00:00Z' }), 'provider_refused', {
      reason: 'in_the_past',
    })
  })

  test('confirms and declines a booking that waits', async (t) => {
    const { typed, types, starts } = await bookable(t)
    const waiting = types.at(-1)
    const [slot = ''] = starts
    const slots = await typed.slots({
      eventTypeId: waiting?.id,
      start: slot,
      end: new Date(Date.parse(slot) + 4 * day),
    })
    const [one = '', two = ''] = Object.values(slots).flatMap((some) => some.map(({ start }) => start))
    const first = await typed.book({ eventTypeId: waiting?.id, start: one, attendee })
    const second = await typed.book({ eventTypeId: waiting?.id, start: two, attendee })
    assert.equal(first.status, 'pending')
    assert.equal((await typed.confirm(first.uid)).status, 'accepted')
    assert.equal((await typed.decline(second.uid)).status, 'rejected')
    await refused(() => typed.confirm(first.uid), 'provider_refused', { reason: 'invalid_request' })
  })
})

describe('Cal.com: webhooks', () => {
  test('creates, lists, changes and deletes those of the user', async (t) => {
    const { typed, connection } = await calcomPerson(t)
    const desired = {
      subscriberUrl: 'https://app.example.com/hooks',
      triggers: ['BOOKING_CREATED'],
      secret: 'a secret',
    }
    const made = await typed.createWebhook(desired)
    assert.deepEqual([made.active, String(made.userId)], [true, connection.account.id])
    await refused(() => typed.createWebhook(desired), 'provider_refused', { reason: 'already_exists' })
    await typed.createWebhook({ ...desired, subscriberUrl: `${desired.subscriberUrl}/2` })
    assert.equal((await all(typed.webhooks({ take: 1 }))).length, 2)
    assert.deepEqual(await typed.webhook(made.id), made)
    assert.equal((await typed.updateWebhook(made.id, { active: false })).active, false)
    assert.equal((await typed.deleteWebhook(made.id)).id, made.id)
    await refused(() => typed.webhook(made.id), 'provider_refused', { reason: 'not_found' })
  })

  test('keeps those of an event type separate', async (t) => {
    const { typed, eventType } = await bookable(t)
    const ofType = typed.ofEventType(eventType.id)
    const desired = { subscriberUrl: 'https://app.example.com/hooks', triggers: ['BOOKING_CANCELLED'] }
    const made = await ofType.createWebhook(desired)
    assert.equal(made.eventTypeId, eventType.id)
    assert.deepEqual(await all(ofType.webhooks()), [made])
    assert.deepEqual(await all(typed.webhooks()), [])
    await ofType.updateWebhook(made.id, { triggers: ['BOOKING_CREATED'] })
    assert.deepEqual((await ofType.webhook(made.id)).triggers, ['BOOKING_CREATED'])
    await ofType.deleteWebhook(made.id)
    await refused(() => typed.ofEventType(999_999_999).webhooks(), 'provider_refused', { reason: 'not_found' })
  })
})
