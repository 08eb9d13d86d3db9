// What people do with a booking at either provider reaches the host application as the same events.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bookingEventTypes } from '../../src/core/scheduling/provider.ts'
import type { Connection, DeliveredEvent } from '../../src/index.ts'
import { scheduling } from '../../src/scheduling/index.ts'
import { type Consumer, createConsumer, settle } from '../outbox/consumer.ts'
import { setFault } from '../support/host.ts'
import { type Case, cases, clearFaults, type Listening, monday, startListening } from '../webhooks/host.ts'

type BookingEvent = Extract<DeliveredEvent, { readonly complete: boolean }>

/** What the people do beyond booking and cancelling, at one provider. */
interface People {
  /** The guest moves the booking. Returns what cancels the new one. */
  move(host: Listening, connection: Connection, booking: string, start: string): Promise<string>
  markNoShow(connection: Connection, booking: string): Promise<void>
  readonly scopes: readonly string[]
}

// biome-ignore lint/suspicious/noExplicitAny: the tests read the provider's answers member by member.
async function ask(connection: Connection, path: string, body?: object): Promise<any> {
  const response = await connection.fetch(path, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', 'cal-api-version': '2026-02-25' },
  })
  const text = await response.text()
  assert.ok(response.ok, `${path}: ${response.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}

async function invitee(connection: Connection, event: string): Promise<{ uri: string; reschedule_url: string }> {
  const { collection } = await ask(connection, `${event}/invitees`)
  return collection.at(-1)
}

const people: Readonly<Record<Case['client'], People>> = {
  calendly: {
    scopes: ['scheduled_events:read'],
    async move(host, connection, booking, start) {
      const { reschedule_url } = await invitee(connection, booking)
      const body = new URLSearchParams({ start_time: start })
      const response = await host.sandbox.handler(new Request(reschedule_url, { method: 'POST', body }))
      assert.ok(response.ok, await response.text())
      const path = `/scheduled_events?user=${encodeURIComponent(connection.account.id)}&status=active`
      const { collection } = await ask(connection, path)
      return new URL(collection[0].uri).pathname.replace(/^.*(?=\/scheduled_events)/, '')
    },
    async markNoShow(connection, booking) {
      await ask(connection, '/invitee_no_shows', { invitee: (await invitee(connection, booking)).uri })
    },
  },
  calcom: {
    scopes: [],
    async move(_, connection, booking, start) {
      return (await ask(connection, `/v2/bookings/${booking}/reschedule`, { start })).data.uid
    },
    async markNoShow(connection, booking) {
      const attendees = [{ email: 'gil@guests.example', absent: true }]
      await ask(connection, `/v2/bookings/${booking}/mark-absent`, { attendees })
    },
  },
}

async function subscribed(
  t: Parameters<typeof startListening>[0],
  of: Case,
): Promise<{ host: Listening; connection: Connection; consumer: Consumer; events: () => BookingEvent[] }> {
  const consumer = createConsumer()
  const host = await startListening(t, { deliverTo: { handler: consumer.handler, types: [...bookingEventTypes] } })
  const connection = await host.join({ ...of, scopes: [...of.scopes, ...people[of.client].scopes] })
  await host.punctual.webhooks.subscribe(connection, { bookings: true })
  host.punctual.start()
  const events = () => consumer.events.filter((event) => 'complete' in event)
  return { host, connection, consumer, events }
}

for (const of of cases) {
  const { move, markNoShow } = people[of.client]

  describe(`at ${of.client}`, () => {
    test('a booking, its move and its cancellation are one event each, of one chain', async (t) => {
      const { host, connection, consumer, events } = await subscribed(t, of)
      const booking = await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      await consumer.until(1)
      const moved = await move(host, connection, booking, `${monday}T13:00:00Z`)
      await host.sandbox.delivered()
      await consumer.until(2)
      await of.cancel(connection, moved)
      await host.sandbox.delivered()
      await host.resend()
      await consumer.until(3)
      await settle()
      assert.deepEqual(consumer.types(), ['booking.created', 'booking.rescheduled', 'booking.cancelled'])
      const shown = events().map(({ complete, outOfOrder, booking: { status, start, previousStart } }) => [
        complete,
        outOfOrder,
        status,
        start,
        previousStart,
      ])
      const [ten, one] = [`${monday}T10:00:00Z`, `${monday}T13:00:00Z`]
      assert.deepEqual(shown.slice(0, 2), [
        [true, false, 'confirmed', ten, null],
        [true, false, 'confirmed', one, ten],
      ])
      assert.deepEqual(shown[2]?.slice(0, 4), [true, false, 'cancelled', one])
      const [first, second, third] = events()
      assert.ok(first && second && third)
      assert.equal(new Set(events().map((event) => event.booking.chain)).size, 1)
      assert.deepEqual([second.booking.replaces, third.booking.id], [first.booking.id, second.booking.id])
      assert.deepEqual(
        events().map((event) => event.booking.attendees.map(({ email }) => email)),
        Array(3).fill(['gil@guests.example']),
      )
    })

    test('a chain stays the same although the webhook of a move was lost', async (t) => {
      const { host, connection, consumer, events } = await subscribed(t, of)
      const calendar = scheduling(connection)
      const booked = await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      await consumer.until(1)
      const [first] = events()
      assert.ok(first)
      const names = { calendly: ['invitee.created', 'invitee.canceled'], calcom: ['BOOKING_RESCHEDULED'] }[of.client]
      for (const event of names) await setFault(host, { kind: 'webhook_lost', provider: of.client, event, count: 1 })
      const lost = await move(host, connection, booked, `${monday}T13:00:00Z`)
      await host.sandbox.delivered()
      await clearFaults(host)
      const moved = await move(host, connection, lost, `${monday}T15:00:00Z`)
      await host.sandbox.delivered()
      host.sandbox.clock.advance(60)
      await consumer.until(2)
      await of.cancel(connection, moved)
      await host.sandbox.delivered()
      await consumer.until(3)
      assert.deepEqual(consumer.types(), ['booking.created', 'booking.rescheduled', 'booking.cancelled'])
      const last = events()[2]?.booking.id ?? ''
      const shown = [
        ...events().map(({ booking }) => booking),
        await calendar.booking(last),
        await calendar.booking(first.booking.id),
      ]
      assert.deepEqual(
        shown.map(({ chain }) => chain),
        Array(5).fill(first.booking.chain),
      )
    })

    test('an attendee who did not come is one event', async (t) => {
      const { host, connection, consumer, events } = await subscribed(t, of)
      const booking = await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      await consumer.until(1)
      host.sandbox.clock.advance((Date.parse(`${monday}T11:00:00Z`) - host.sandbox.clock.now()) / 1000)
      await markNoShow(connection, booking)
      await host.sandbox.delivered()
      await host.resend()
      await consumer.until(2)
      await settle()
      assert.deepEqual(consumer.types(), ['booking.created', 'booking.no_show'])
      assert.deepEqual(
        events().map((event) => event.booking.attendees.map(({ noShow }) => noShow)),
        [[false], [true]],
      )
    })
  })
}

const [calendly] = cases

for (const held of ['invitee.created', 'invitee.canceled'])
  test(`Calendly’s two messages for a move are one event if ${held} comes last`, async (t) => {
    assert.ok(calendly)
    const { host, connection, consumer } = await subscribed(t, calendly)
    const booking = await calendly.book(connection, `${monday}T10:00:00Z`)
    await host.sandbox.delivered()
    await consumer.until(1)
    await setFault(host, { kind: 'webhook_reordered', event: held })
    await people.calendly.move(host, connection, booking, `${monday}T13:00:00Z`)
    await host.sandbox.delivered()
    host.sandbox.clock.advance(60)
    await host.sandbox.delivered()
    assert.equal(JSON.parse(host.sent.at(-1)?.body ?? '').event, held)
    await host.resend()
    await consumer.until(2)
    await settle()
    assert.deepEqual(consumer.types(), ['booking.created', 'booking.rescheduled'])
  })
