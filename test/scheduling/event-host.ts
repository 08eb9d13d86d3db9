// A host application that is subscribed to the bookings of Eve at one provider, and has her calendar.

import assert from 'node:assert/strict'
import { type BookingEventType, bookingEventTypes } from '../../src/core/scheduling/provider.ts'
import type { Connection, DeliveredEvent } from '../../src/index.ts'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { type EventType, type Scheduling, type Slot, scheduling } from '../../src/scheduling/index.ts'
import { createConsumer, settle } from '../outbox/consumer.ts'
import { all } from '../typed/person.ts'
import { type Listening, startListening } from '../webhooks/host.ts'

export type BookingEvent = Extract<DeliveredEvent, { readonly type: BookingEventType }>

export interface EventHost {
  readonly host: Listening
  readonly connection: Connection
  readonly calendar: Scheduling
  readonly eventType: EventType
  readonly slots: readonly Slot[]
  /** What the provider has sent arrives, and its events are dispatched. Returns all booking events by then. */
  events(): Promise<readonly BookingEvent[]>
}

export async function startEventHost(
  t: Parameters<typeof startListening>[0],
  client: 'calendly' | 'calcom',
  service: string,
  options: SandboxOptions = {},
  handle: (event: DeliveredEvent) => Promise<void> | void = () => {},
): Promise<EventHost> {
  const consumer = createConsumer(handle)
  const deliverTo = { handler: consumer.handler, types: [...bookingEventTypes] }
  const host = await startListening(t, { deliverTo }, options)
  host.person = 'ada'
  const scopes = client === 'calendly' ? calendlyScopes : calcomScopes
  const connection = await host.connect(client, { account: 'eve', scopes: [...scopes] })
  await host.punctual.webhooks.subscribe(connection, { bookings: true })
  host.punctual.start()
  const calendar = scheduling(connection)
  const eventType = (await all(calendar.eventTypes({}))).find(({ name }) => name === service)
  assert.ok(eventType)
  const dayMs = 86_400_000
  const span = { from: new Date(host.clock.now() + 2 * dayMs), to: new Date(host.clock.now() + 9 * dayMs) }
  return {
    host,
    connection,
    calendar,
    eventType,
    slots: await all(calendar.slots({ eventType, ...span })),
    async events() {
      await host.sandbox.delivered()
      // Longer than any event waits for another one.
      await host.clock.sleep(130_000)
      await host.sandbox.delivered()
      await settle()
      return consumer.events.filter((event) => 'complete' in event)
    },
  }
}
