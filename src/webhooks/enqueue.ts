// Turns a verified delivery into an event of the outbox, together with the booking event that it tells. Its key is the same
// when the provider sends the delivery again, which is then dropped. Its ordering key puts it in order with the others
// about the same thing.

import type { Clock } from '../core/clock.ts'
import type { Client } from '../core/provider.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { NewDelivery } from '../core/store/outbox.ts'
import type { WebhookMessage } from '../core/webhooks.ts'
import type { OutboxRecords } from '../records/outbox.ts'
import type { Subscription } from '../records/subscriptions.ts'
import type { BookingEventOf } from './booking-change.ts'
import { digest } from './digest.ts'
import type { ParsedJson } from './json.ts'

/** How long to wait for an earlier message that is known to be on its way, and for one that may be. */
const maxWaitMs = { known: 60_000, possible: 10_000 }
/**
 * How far the time of a message may lie ahead of the clocks of this machine and of the store: one of them may be wrong. A message
 * that claims more is ordered by its arrival.
 */
const clockSkewMs = 300_000

/** Which of the two it has written: `false` where it was there already, or where there is no booking event. */
export interface Enqueued {
  readonly webhook: boolean
  readonly bookingEvent: boolean
}

/** Writes it to the outbox. */
export type Enqueue = (
  connection: ConnectionRow,
  subscription: Subscription,
  message: WebhookMessage,
  body: ParsedJson,
) => Promise<Enqueued>

export function createEnqueue(
  outbox: Pick<OutboxRecords, 'accept' | 'hasAccepted'>,
  bookingEventOf: BookingEventOf,
  clients: ReadonlyMap<string, Client>,
  clock: Clock,
): Enqueue {
  /** Waits only where an earlier message is subscribed to, has not come, and still can. */
  async function waitFor(subscription: Subscription, message: WebhookMessage, orderingKey: string): Promise<number> {
    const { presupposes, beganAt } = message
    const covered = presupposes.filter((name) => subscription.events.includes(name))
    if (message.orderingKey === null || covered.length === 0) return 0
    if (beganAt !== null && !mayCome(subscription, message.createdAt, beganAt)) return 0
    if (await outbox.hasAccepted(orderingKey, covered)) return 0
    return beganAt === null ? maxWaitMs.possible : maxWaitMs.known
  }

  /** The thing began while the subscription stood, and its first message cannot have been dispatched and deleted yet. */
  function mayCome({ client, createdAt: subscribedAt }: Subscription, createdAt: number, beganAt: number): boolean {
    const toleranceMs = clients.get(client)?.provider.webhooks?.toleranceMs ?? 0
    return beganAt >= subscribedAt && createdAt - beganAt <= toleranceMs
  }

  return async (connection, subscription, message, body) => {
    // The subscription is not part of it: two that stand side by side for a time send the same messages.
    const key = digest([connection.id, message.identity ?? body.text])
    const orderingKey = digest([connection.id, message.orderingKey ?? key])
    const arrivedAt = Math.max(clock.now(), subscription.readAt)
    const delivery: NewDelivery = {
      type: 'webhook.received',
      orderingKey,
      // At the same moment, what presupposes another comes after it.
      orderAt: Math.min(message.createdAt, arrivedAt + clockSkewMs) + (message.presupposes.length === 0 ? 0 : 1),
      connection: connection.id,
      owner: connection.owner,
      client: connection.client,
      data: { name: message.name, createdAt: message.createdAt },
      key,
      body: body.text,
      maxWaitMs: await waitFor(subscription, message, orderingKey),
    }
    const bookingEvent = await bookingEventOf({ connection, subscription, delivery, json: body.value })
    const written = await outbox.accept(bookingEvent ? [delivery, bookingEvent] : [delivery])
    return { webhook: written[0] === true, bookingEvent: written[1] === true }
  }
}
