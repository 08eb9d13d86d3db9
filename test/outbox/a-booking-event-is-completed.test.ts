// What a webhook leaves out of a booking is read just before its event is dispatched, within a few seconds. An event whose
// booking cannot be read is dispatched too, and says so.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PunctualError } from '../../src/core/errors.ts'
import type { Attendee } from '../../src/core/scheduling/model.ts'
import type { ProviderScheduling } from '../../src/core/scheduling/provider.ts'
import type { DeliveredEvent } from '../../src/index.ts'
import { plainBooking } from '../support/plain-scheduling.ts'
import { type BookingHost, startBookingHost, type ToldChange } from '../webhooks/booking-host.ts'
import { createConsumer } from './consumer.ts'

const types = ['booking.created', 'booking.cancelled', 'booking.declined'] as const
const thin: ToldChange = { booking: 'b1', isWhole: false, told: { id: 'b1', start: '2027-02-01T09:00:00Z' } }

type Completed = Extract<DeliveredEvent, { readonly complete: boolean }>

/** Tells a change, and returns its event. */
async function eventOf(
  t: Parameters<typeof startBookingHost>[0],
  tell: (host: BookingHost) => Promise<unknown>,
  given: Partial<ProviderScheduling> = {},
): Promise<{ event: Completed; host: BookingHost }> {
  const consumer = createConsumer()
  const host = await startBookingHost(t, { deliverTo: { handler: consumer.handler, types } }, given)
  await tell(host)
  host.bookings.start()
  await consumer.until(1)
  const [event] = consumer.events
  assert.ok(event && 'complete' in event)
  return { event, host }
}

const guest: Attendee = {
  id: 'gil@guests.example',
  name: 'Gil Guest',
  email: 'gil@guests.example',
  phone: null,
  timeZone: null,
  locale: null,
  status: 'confirmed',
  noShow: false,
  manage: null,
}

test('a webhook that tells the whole booking needs no read', async (t) => {
  let reads = 0
  const { event } = await eventOf(t, (host) => host.tell('BOOKING_CREATED', { ...thin, isWhole: true }), {
    async booking(_, id) {
      reads++
      return plainBooking({ id })
    },
  })
  assert.deepEqual([event.complete, event.booking.start, reads], [true, '2027-02-01T09:00:00Z', 0])
})

test('what a thin webhook leaves out is read, and of the moment of the change the webhook’s word counts', async (t) => {
  const calls: unknown[] = []
  const told = {
    id: 'b1',
    start: '2027-02-01T09:00:00Z',
    end: '2027-02-01T09:30:00Z',
    attendees: [{ ...guest, noShow: true }],
  }
  const { event } = await eventOf(t, (host) => host.tell('BOOKING_CREATED', { ...thin, told }), {
    async booking(api, id) {
      const { failure } = await api.call('/v2/me')
      calls.push([id, failure])
      return plainBooking({
        id,
        status: 'cancelled',
        title: 'Review',
        start: '2027-03-01T09:00:00Z',
        cancellation: { by: 'host', reason: null, at: null, toReschedule: false },
        attendees: [{ ...guest, name: 'Gil G. Guest' }],
      })
    },
  })
  const { booking, complete } = event
  assert.deepEqual(calls, [['b1', null]])
  assert.deepEqual(
    [complete, booking.status, booking.start, booking.cancellation, booking.title],
    [true, 'confirmed', '2027-02-01T09:00:00Z', null, 'Review'],
  )
  assert.deepEqual(
    booking.attendees.map(({ name, noShow }) => [name, noShow]),
    [['Gil G. Guest', true]],
  )
})

test('a provider that does not answer delays an event by four seconds', async (t) => {
  const consumer = createConsumer(() => void handledAt.push(host.clock.now()))
  const [askedAt, handledAt]: [number[], number[]] = [[], []]
  const host: BookingHost = await startBookingHost(
    t,
    { deliverTo: { handler: consumer.handler, types } },
    {
      booking() {
        askedAt.push(host.clock.now())
        return new Promise(() => {})
      },
    },
  )
  await host.tell('BOOKING_CREATED', thin)
  host.bookings.start()
  await consumer.until(1)
  const [event] = consumer.events
  assert.ok(event && 'complete' in event)
  assert.deepEqual([event.complete, event.booking.start, event.booking.title], [false, thin.told?.start, null])
  assert.deepEqual(
    handledAt.map((at, index) => at - (askedAt[index] ?? 0)),
    [4000],
  )
})

for (const [what, failure] of [
  ['the limit is used up', new PunctualError('rate_limited', 'later', { retryAfterMs: 60_000 })],
  ['the provider is away', new PunctualError('provider_unavailable', 'away', { reason: 'network' })],
  ['the connection needs a reconnection', new PunctualError('needs_reconnect', 'again', { reason: 'refused' })],
] as const)
  test(`an event is dispatched with what its webhook tells if ${what}`, async (t) => {
    const { event } = await eventOf(t, (host) => host.tell('BOOKING_CREATED', thin), {
      booking: () => Promise.reject(failure),
    })
    assert.deepEqual([event.complete, event.booking.id, event.booking.start], [false, 'b1', thin.told?.start])
  })

test('nothing is read for a connection that has ended', async (t) => {
  let reads = 0
  const { event } = await eventOf(
    t,
    async (host) => {
      await host.tell('BOOKING_CREATED', thin)
      await (await host.bookings.connections.get(host.connection.id)).disconnect()
    },
    {
      async booking(_, id) {
        reads++
        return plainBooking({ id })
      },
    },
  )
  assert.deepEqual([event.complete, event.booking.id, reads], [false, 'b1', 0])
})

test('an event whose webhook tells nothing of the booking has what was read', async (t) => {
  const { event } = await eventOf(t, (host) => host.tell('BOOKING_CANCELLED', { booking: 'b1', told: null }), {
    booking: async (_, id) => plainBooking({ id, status: 'cancelled', title: 'Review' }),
  })
  assert.deepEqual([event.complete, event.booking.status, event.booking.title], [true, 'cancelled', 'Review'])
})

test('an event whose webhook tells nothing, of a booking that cannot be read, is dispatched with its ids', async (t) => {
  const { event } = await eventOf(t, (host) => host.tell('BOOKING_REJECTED', { booking: 'b1', told: null }), {
    booking: () => Promise.reject(new PunctualError('provider_unavailable', 'away', { reason: 'network' })),
  })
  const { id, chain, status, declined, start, end } = event.booking
  assert.equal(event.complete, false)
  assert.match(chain, /^chn_[\w-]{22}$/)
  assert.deepEqual([id, status, declined, start, end], ['b1', 'cancelled', true, '', ''])
})

test('a mistake in a definition loses no event', async (t) => {
  const { event } = await eventOf(t, (host) => host.tell('BOOKING_CREATED', thin), {
    told() {
      throw new TypeError('a mistake')
    },
    booking: () => Promise.reject(new TypeError('another one')),
  })
  assert.deepEqual([event.complete, event.booking.id, event.booking.status], [false, 'b1', 'confirmed'])
})

test('while the store is away an event is given back, and is dispatched whole later', async (t) => {
  const consumer = createConsumer()
  const host = await startBookingHost(t, { deliverTo: { handler: consumer.handler, types } })
  const { of } = host.store.bookingLinks
  let failures = 0
  await host.tell('BOOKING_CREATED', { ...thin, isWhole: true })
  Object.assign(host.store.bookingLinks, {
    of(...request: Parameters<typeof of>) {
      if (failures++ > 0) return of(...request)
      return Promise.reject(new PunctualError('store_unavailable', 'away', { retryable: true }))
    },
  })
  host.bookings.start()
  await consumer.until(1)
  const [event] = consumer.events
  assert.deepEqual([event?.dispatch, event && 'complete' in event && event.complete], [2, true])
})

test('the body of a booking event is what the provider sent, until it is acknowledged', async (t) => {
  const host = await startBookingHost(t)
  await host.tell('BOOKING_CREATED', thin)
  const { events } = await host.bookings.events.list()
  const [raw, change] = ['webhook.received', 'booking.created'].map((type) => events.find((one) => one.type === type))
  assert.ok(raw && change)
  const bodyOf = async (id: string) => (await host.bookings.events.get(id, { owner: 'ada' })).body
  assert.deepEqual(await bodyOf(change.id), await bodyOf(raw.id))
  assert.equal(change.name, 'BOOKING_CREATED')
  await assert.rejects(host.bookings.events.get(change.id, { owner: 'bob' }), { code: 'event_not_found' })
})

test('nothing is read in a process that may be frozen at any moment', async (t) => {
  const consumer = createConsumer()
  let reads = 0
  const host = await startBookingHost(
    t,
    { deliverTo: { handler: consumer.handler, types } },
    {
      async booking(_, id) {
        reads++
        return plainBooking({ id })
      },
    },
  )
  await host.tell('BOOKING_CREATED', thin)
  await consumer.until(1)
  const [event] = consumer.events
  assert.deepEqual(event && 'complete' in event && [event.complete, event.booking.start], [false, thin.told?.start])
  assert.equal(reads, 0)
})

test('a webhook about one of several attendees says nothing about the meeting, and doubles nobody', async (t) => {
  const kim = { ...guest, id: 'seat 1', name: 'Kim', email: 'kim@guests.example' }
  const told = { id: 'b1', status: 'cancelled', attendees: [{ ...guest, status: 'cancelled' }] } as const
  for (const [stays, status, others] of [
    [
      [kim],
      'confirmed',
      [
        ['seat 1', 'confirmed'],
        ['gil@guests.example', 'cancelled'],
      ],
    ],
    [
      [kim, { ...guest, id: 'seat 2', email: 'Gil@guests.example' }],
      'confirmed',
      [
        ['seat 1', 'confirmed'],
        ['seat 2', 'cancelled'],
      ],
    ],
    [[], 'cancelled', [['gil@guests.example', 'cancelled']]],
  ] as const) {
    const { event } = await eventOf(t, (host) => host.tell('BOOKING_CANCELLED', { ...thin, told }), {
      booking: async (_, id) => plainBooking({ id, attendees: stays }),
    })
    const { booking } = event
    assert.equal(booking.status, status)
    assert.deepEqual(
      booking.attendees.map((one) => [one.id, one.status]),
      others,
    )
  }
})
