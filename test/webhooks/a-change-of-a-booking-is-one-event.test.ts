// A webhook about a booking becomes two events, written together: the webhook itself, and the change in one shape for all
// providers. The change comes once, in the order of its booking's chain.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chainFrom } from '../../src/core/scheduling/chain.ts'
import type { DeliveredEvent } from '../../src/index.ts'
import { createConsumer } from '../outbox/consumer.ts'
import { type BookingHost, startBookingHost, type ToldChange } from './booking-host.ts'

type Message = readonly [name: string, change: ToldChange]

/** The types of the booking events that can be dispatched at this moment, in order. */
async function due({ store }: BookingHost): Promise<string[]> {
  const found: string[] = []
  for (;;) {
    const [row] = await store.outbox.take('a test', 1, 60_000)
    if (!row) return found.filter((type) => type !== 'webhook.received' && !type.startsWith('connection.'))
    found.push(row.type)
    await store.outbox.acknowledge(row.id)
  }
}

const created: Message = ['BOOKING_CREATED', { booking: 'b1' }]
const moved: Message = ['BOOKING_RESCHEDULED', { booking: 'b2', replaces: 'b1' }]
const cancelled: Message = ['BOOKING_CANCELLED', { booking: 'b2', replaces: 'b1' }]

describe('a change of a booking', () => {
  test('is dispatched beside the webhook that told it', async (t) => {
    const consumer = createConsumer()
    const host = await startBookingHost(t, { deliverTo: consumer.handler })
    host.bookings.start()
    const begun = consumer.events.length
    assert.equal(await host.tell(...created), 200)
    await consumer.until(begun + 3)
    const [webhook, event] = ['webhook.received', 'booking.created'].map((type) =>
      consumer.events.find((one) => one.type === type),
    )
    assert.ok(webhook?.type === 'webhook.received' && event?.type === 'booking.created')
    assert.match(event.id, /^chg_[\w-]{22}$/)
    assert.deepEqual(
      [event.connection, event.owner, event.client, event.complete, event.outOfOrder],
      [host.connection.id, 'ada', 'calcom', true, false],
    )
    assert.deepEqual(event.occurredAt, webhook.createdAt)
    assert.deepEqual([event.booking.id, event.booking.chain], ['b1', chainFrom('calcom', 'b1')])
  })

  test('comes once, however often it is told', async (t) => {
    const host = await startBookingHost(t)
    await host.tell(...created)
    await host.tell(...created)
    // Another subscription may carry another time for the same event.
    await host.tell('BOOKING_CREATED', { booking: 'b1', agoMs: 1500 })
    const { events } = await host.bookings.events.list()
    const ofType = (type: string) => events.filter((one) => one.type === type).length
    assert.deepEqual([ofType('webhook.received'), ofType('booking.created')], [2, 1])
  })

  test('is another one for each attendee who joins', async (t) => {
    const host = await startBookingHost(t)
    for (const version of ['gil', 'kim']) await host.tell('BOOKING_CREATED', { booking: 'b1', version })
    assert.deepEqual(await due(host), ['booking.created', 'booking.created'])
  })

  test('that the host application does not take is not stored', async (t) => {
    const { handler } = createConsumer()
    const host = await startBookingHost(t, { deliverTo: { handler, types: ['booking.created'] } })
    for (const message of [created, moved, cancelled]) await host.tell(...message)
    const { events } = await host.bookings.events.list()
    const types = events.map(({ type }) => type).filter((type) => type !== 'webhook.received')
    assert.deepEqual(types, ['booking.created'])
  })

  test('does not keep its webhook from being stored if the definition cannot read it', async (t) => {
    const host = await startBookingHost(
      t,
      {},
      {
        change() {
          throw new TypeError('a mistake')
        },
      },
    )
    const faults: unknown[] = []
    host.bookings.on((event) => event.type === 'fault' && faults.push([event.code, event.reason]))
    assert.equal(await host.tell(...created), 200)
    const { events } = await host.bookings.events.list()
    assert.deepEqual(events.map(({ type }) => type).slice(0, 1), ['webhook.received'])
    assert.deepEqual(faults, [['unexpected', 'TypeError']])
  })

  test('of a booking whose id no database can hold leaves only its webhook', async (t) => {
    const host = await startBookingHost(t)
    assert.equal(await host.tell('BOOKING_CREATED', { booking: 'b\0' }), 200)
    assert.deepEqual(await due(host), [])
  })

  test('is written with its webhook or not at all', async (t) => {
    const host = await startBookingHost(t)
    const { accept } = host.store.outbox
    const calls: string[][] = []
    Object.assign(host.store.outbox, {
      accept(deliveries: Parameters<typeof accept>[0]) {
        calls.push(deliveries.map(({ type }) => type))
        return accept(deliveries)
      },
    })
    await host.tell(...created)
    assert.deepEqual(calls, [['webhook.received', 'booking.created']])
  })
})

describe('the changes of one chain', () => {
  const orders: readonly (readonly Message[])[] = [
    [created, moved, cancelled],
    [created, cancelled, moved],
    [moved, created, cancelled],
    [moved, cancelled, created],
    [cancelled, created, moved],
    [cancelled, moved, created],
  ]
  for (const order of orders) {
    const names = order.map(([name]) => name.slice('BOOKING_'.length).toLowerCase())
    test(`come in the order of what happened if they arrive as ${names.join(', ')}`, async (t) => {
      const host = await startBookingHost(t)
      for (const message of order) assert.equal(await host.tell(...message), 200)
      assert.deepEqual(await due(host), ['booking.created', 'booking.rescheduled', 'booking.cancelled'])
    })
  }

  test('are recognised although a later move names only the booking before it', async (t) => {
    const consumer = createConsumer()
    const types = ['booking.created', 'booking.rescheduled', 'booking.cancelled'] as const
    const host = await startBookingHost(t, { deliverTo: { handler: consumer.handler, types } })
    host.bookings.start()
    for (const message of [created, moved]) await host.tell(...message)
    await host.tell('BOOKING_RESCHEDULED', { booking: 'b3', replaces: 'b2' })
    await host.tell('BOOKING_CANCELLED', { booking: 'b3' })
    await consumer.until(4)
    const chains = consumer.events.map((event) => 'booking' in event && event.booking.chain)
    assert.deepEqual([...new Set(chains)], [chainFrom('calcom', 'b1')])
    assert.deepEqual(consumer.types(), [types[0], types[1], types[1], types[2]])
    const links = await host.store.bookingLinks.of(host.connection.id, ['b1', 'b2', 'b3'])
    assert.deepEqual(links.map(({ booking, replaces, replacedBy }) => [booking, replaces, replacedBy]).sort(), [
      ['b1', null, 'b2'],
      ['b2', 'b1', 'b3'],
      ['b3', 'b2', null],
    ])
  })

  test('do not pretend to know what began the chain if the webhook of an earlier move was lost', async (t) => {
    const host = await startBookingHost(t)
    await host.tell('BOOKING_RESCHEDULED', { booking: 'b3', replaces: 'b2' })
    const links = await host.store.bookingLinks.of(host.connection.id, ['b2', 'b3'])
    assert.deepEqual(links.map(({ booking, chain, replaces }) => [booking, chain, replaces]).sort(), [
      ['b2', null, null],
      ['b3', null, 'b2'],
    ])
    // It comes after all.
    await host.tell(...moved)
    await host.tell('BOOKING_CANCELLED', { booking: 'b3' })
    host.sandbox.clock.advance(11)
    const rows = await host.store.outbox.list({ limit: 20 })
    const keysOf = (type: string) => rows.filter((row) => row.type === type).map(({ orderingKey }) => orderingKey)
    assert.equal(new Set(keysOf('booking.rescheduled')).size, 2)
    assert.equal(keysOf('booking.cancelled')[0], keysOf('booking.rescheduled')[0])
  })

  test('wait for the booking that was moved, even if others of the chain have come', async (t) => {
    const host = await startBookingHost(t)
    for (const message of [cancelled, moved]) await host.tell(...message)
    assert.deepEqual(await due(host), [])
    await host.tell(...created)
    assert.deepEqual(await due(host), ['booking.created', 'booking.rescheduled', 'booking.cancelled'])
  })

  test('wait ten seconds for one that never comes', async (t) => {
    const host = await startBookingHost(t)
    await host.tell(...moved)
    assert.deepEqual(await due(host), [])
    host.sandbox.clock.advance(11)
    assert.deepEqual(await due(host), ['booking.rescheduled'])
  })

  test('say which of them came too late', async (t) => {
    const consumer = createConsumer()
    const types = ['booking.created', 'booking.rescheduled'] as const
    const host = await startBookingHost(t, { deliverTo: { handler: consumer.handler, types } })
    host.bookings.start()
    await host.tell(...moved)
    host.sandbox.clock.advance(60)
    await consumer.until(1)
    await host.tell('BOOKING_CREATED', { booking: 'b1', agoMs: 120_000 })
    await consumer.until(2)
    const late = (event: DeliveredEvent) => 'outOfOrder' in event && [event.type, event.outOfOrder]
    assert.deepEqual(consumer.events.map(late), [
      ['booking.rescheduled', false],
      ['booking.created', true],
    ])
  })
})

describe('a booking that replaces none', () => {
  /** Counts the reads of rebookings that are under way. */
  function countReads({ store }: BookingHost, read: () => Promise<never[]> = async () => []): () => number {
    let reads = 0
    Object.assign(store.bookingKeys, {
      underWay() {
        reads++
        return read()
      },
    })
    return () => reads
  }

  test('is looked for among the rebookings where bookings cannot be moved, once', async (t) => {
    const host = await startBookingHost(t)
    const reads = countReads(host)
    assert.equal(await host.tell(...created), 200)
    assert.equal(reads(), 1)
    for (const message of [moved, cancelled]) assert.equal(await host.tell(...message), 200)
    assert.equal(await host.tell('BOOKING_CREATED', { booking: 'b2' }), 200)
    assert.equal(reads(), 1, 'what is linked, moved or cancelled is not looked for')
    assert.equal(await host.tell('BOOKING_CREATED', { booking: 'b7', told: null }), 200)
    assert.equal(reads(), 1, 'what the webhook does not tell cannot be compared')
  })

  test('is not looked for where bookings can be moved', async (t) => {
    const host = await startBookingHost(t, {}, { reschedule: () => Promise.reject(new Error('not used')) })
    const reads = countReads(host)
    assert.equal(await host.tell(...created), 200)
    assert.equal(reads(), 0)
  })

  test('is accepted although the rebookings cannot be read', async (t) => {
    const host = await startBookingHost(t)
    countReads(host, () => Promise.reject(new TypeError('a mistake')))
    const faults: unknown[] = []
    host.bookings.on((event) => event.type === 'fault' && faults.push([event.code, event.reason]))
    assert.equal(await host.tell(...created), 200)
    assert.deepEqual(await due(host), ['booking.created'])
    assert.equal(faults.length, 1)
  })
})

test('a move records when the two bookings start, as far as its webhook tells', async (t) => {
  const host = await startBookingHost(t)
  const [start, previousStart] = ['2030-01-08T09:00:00Z', '2030-01-07T09:00:00Z']
  await host.tell('BOOKING_RESCHEDULED', { booking: 'b2', replaces: 'b1', told: { id: 'b2', start, previousStart } })
  await host.tell('BOOKING_RESCHEDULED', { booking: 'b4', replaces: 'b3', told: { id: 'b4', start: 'soon\0' } })
  const links = await host.store.bookingLinks.of(host.connection.id, ['b1', 'b2', 'b3', 'b4'])
  assert.deepEqual(links.map(({ booking, start }) => [booking, start]).sort(), [
    ['b1', previousStart],
    ['b2', start],
    ['b3', null],
    ['b4', null],
  ])
})

test('a subscription to bookings has the events of the provider, and others that are named', async (t) => {
  const host = await startBookingHost(t)
  const { webhooks } = host.bookings
  const offered = [
    'BOOKING_CANCELLED',
    'BOOKING_CREATED',
    'BOOKING_REJECTED',
    'BOOKING_REQUESTED',
    'BOOKING_RESCHEDULED',
  ]
  const eventsOf = async (selection: Parameters<typeof webhooks.subscribe>[1]) =>
    (await webhooks.subscribe(host.connection, selection)).events
  const bookings = await eventsOf({ bookings: true })
  for (const event of offered) assert.ok(bookings.includes(event), event)
  assert.deepEqual(
    await eventsOf({ bookings: true, events: ['MEETING_ENDED', 'BOOKING_CREATED'] }),
    [...bookings, 'MEETING_ENDED'].sort(),
  )
  assert.deepEqual(await eventsOf({ events: ['MEETING_ENDED'] }), ['MEETING_ENDED'])
  assert.deepEqual(await eventsOf(['MEETING_ENDED']), ['MEETING_ENDED'])
})

test('a wrong selection is refused', async (t) => {
  const host = await startBookingHost(t)
  const wrong: readonly (readonly [selection: object, sentence: RegExp])[] = [
    [{}, /events must list at least one event, in the provider’s words, or be \{ bookings: true \}/],
    [{ bookings: false }, /events must list at least one event/],
    [{ bookings: 'yes' }, /events\.bookings must be true or false/],
    [{ bookings: true, scope: 'user' }, /events\.scope is not an option|unknown/],
    [{ bookings: true, events: 'BOOKING_CREATED' }, /events must list at least one event/],
  ]
  for (const [selection, sentence] of wrong)
    await assert.rejects(host.bookings.webhooks.subscribe(host.connection, selection), {
      code: 'invalid_argument',
      message: sentence,
    })
})
