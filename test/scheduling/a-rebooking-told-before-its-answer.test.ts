// The webhook about the new booking of a rebooking may be faster than the answer to the request that made it, may come
// after the process that asked has died, and may be slower than the one about the old booking. Its event is of the old
// booking's chain all the same.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bookingEventTypes } from '../../src/core/scheduling/provider.ts'
import type { DeliveredEvent } from '../../src/index.ts'
import { calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { scheduling } from '../../src/scheduling/index.ts'
import { createConsumer, settle } from '../outbox/consumer.ts'
import { setFault } from '../support/host.ts'
import { all } from '../typed/person.ts'
import { type Listening, startListening } from '../webhooks/host.ts'

type BookingEvent = Extract<DeliveredEvent, { readonly complete: boolean }>
type Answer = (host: Listening) => Promise<void>

const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
const dayMs = 86_400_000

/** Eve's booking, and a process that moves it. `beforeAnswer` happens between a request that books and its answer. */
async function start(t: Parameters<typeof startListening>[0], beforeAnswer: Answer) {
  const consumer = createConsumer()
  const host = await startListening(t, { deliverTo: { handler: consumer.handler, types: [...bookingEventTypes] } })
  host.person = 'ada'
  const connection = await host.connect('calendly', { account: 'eve', scopes: [...calendlyScopes] })
  await host.punctual.webhooks.subscribe(connection, { bookings: true })
  host.punctual.start()
  const calendar = scheduling(connection)
  const eventType = (await all(calendar.eventTypes({}))).find(({ name }) => name === 'Intro call')
  assert.ok(eventType)
  const span = { from: new Date(host.clock.now() + 2 * dayMs), to: new Date(host.clock.now() + 9 * dayMs) }
  const slots = await all(calendar.slots({ eventType, ...span }))
  const [one, other] = [slots[0]?.start ?? '', slots[3]?.start ?? '']
  const booked = await calendar.book({ eventType, start: one, attendee }, { key: 'one' })
  await host.sandbox.delivered()
  const asking = host.another({
    async fetch(input, init) {
      const request = new Request(input, init)
      const isBooking = request.method === 'POST' && request.url.endsWith('/invitees')
      const response = await host.sandbox.handler(request)
      if (isBooking) await beforeAnswer(host)
      return response
    },
  })
  const ofAsking = scheduling(await asking.connections.get(connection.id))
  return {
    host,
    booked,
    previousStart: one,
    move: () => ofAsking.reschedule(booked.id, { start: other }, { allow: 'rebook', key: 'move' }),
    async events(): Promise<readonly BookingEvent[]> {
      await host.sandbox.delivered()
      // Longer than a claim lasts, and than any event waits for another one.
      for (let round = 0; round < 4; round++) await host.clock.sleep(60_000)
      await host.sandbox.delivered()
      await settle()
      return consumer.events.filter((event) => 'complete' in event)
    },
  }
}

type Started = Awaited<ReturnType<typeof start>>

async function checkEvents({ booked, previousStart, events }: Started): Promise<void> {
  const told = await events()
  const [, made, cancelled] = told
  assert.deepEqual(
    told.map(({ type, outOfOrder, booking }) => [type, outOfOrder, booking.chain]),
    ['booking.created', 'booking.created', 'booking.cancelled'].map((type) => [type, false, booked.chain]),
  )
  assert.deepEqual([made?.booking.replaces, made?.booking.previousStart], [booked.id, previousStart])
  assert.deepEqual([cancelled?.booking.id, cancelled?.booking.replacedBy], [booked.id, made?.booking.id])
}

test('a rebooking whose webhook comes before the answer', async (t) => {
  const started = await start(t, ({ sandbox }) => sandbox.delivered())
  const moved = await started.move()
  assert.equal(moved.outcome, 'rebooked')
  await checkEvents(started)
})

test('a rebooking whose process dies before the answer comes', async (t) => {
  const reached = Promise.withResolvers<void>()
  const started = await start(t, async ({ sandbox }) => {
    await sandbox.delivered()
    reached.resolve()
    await new Promise(() => {})
  })
  void started.move().catch(() => {})
  await reached.promise
  await checkEvents(started)
})

test('a rebooking whose webhook comes after that of the cancelled booking', async (t) => {
  const { host, booked, previousStart, move, events } = await start(t, async () => {})
  await setFault(host, { kind: 'webhook_reordered', event: 'invitee.created' })
  assert.equal((await move()).outcome, 'rebooked')
  await host.sandbox.delivered()
  assert.deepEqual(host.received().slice(-2), ['invitee.canceled', 'invitee.created'])
  const told = await events()
  assert.deepEqual(
    told.map(({ booking }) => booking.chain),
    Array(3).fill(booked.chain),
  )
  const made = told.find(({ type, booking }) => type === 'booking.created' && booking.id !== booked.id)
  assert.deepEqual([made?.booking.replaces, made?.booking.previousStart], [booked.id, previousStart])
})
