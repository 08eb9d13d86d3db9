// Turns a verified message into a delivery for the outbox: named for good, so that its second coming is dropped, and put
// in order with the others about the same thing as far as the messages tell.

import { createHash } from 'node:crypto'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { NewDelivery } from '../core/store/outbox.ts'
import type { WebhookMessage } from '../core/webhooks.ts'
import type { Subscription } from '../records/subscriptions.ts'
import type { WebhookParts } from './parts.ts'

/** Ms to wait for an earlier message that is known to be on its way, and for one that may be. */
const patience = { known: 60_000, possible: 10_000 }
/** Ms that a message's moment may lie ahead of our clock. One that claims more has its place by when it came. */
const ahead = 300_000

/** Takes it in. `false`: it was taken in before. */
export async function enqueue(
  parts: WebhookParts,
  connection: ConnectionRow,
  subscription: Subscription,
  message: WebhookMessage,
  body: string,
): Promise<boolean> {
  // By the message's own names, not by the subscription: two that stand side by side for a time tell the same.
  const key = digest([connection.id, message.identity ?? body])
  const subject = digest([connection.id, message.orderingKey ?? key])
  const delivery: NewDelivery = {
    type: 'webhook.received',
    orderingKey: subject,
    // At the same moment, what presupposes another comes after it.
    orderAt: Math.min(message.createdAt, parts.clock.now() + ahead) + (message.presupposes.length === 0 ? 0 : 1),
    connection: connection.id,
    owner: connection.owner,
    client: connection.client,
    data: { name: message.name, createdAt: message.createdAt },
    key,
    body,
    maxWaitMs: await patienceFor(parts, subscription, message, subject),
  }
  return parts.outbox.accept(delivery)
}

/** There is waiting only where the message that belongs before this one is subscribed to, has not come, and still can. */
async function patienceFor(
  { outbox, clients }: WebhookParts,
  subscription: Subscription,
  { presupposes, beganAt, createdAt, orderingKey: about }: WebhookMessage,
  subject: string,
): Promise<number> {
  const covered = presupposes.filter((name) => subscription.events.includes(name))
  if (about === null || covered.length === 0) return 0
  if (beganAt !== null && !mayCome()) return 0
  if (await outbox.hasAccepted(subject, covered)) return 0
  return beganAt === null ? patience.possible : patience.known

  /** The thing began while the subscription stood, and not so long ago that its message has been handed over and forgotten. */
  function mayCome(): boolean {
    const tolerance = clients.get(subscription.client)?.provider.webhooks?.toleranceMs ?? 0
    return (beganAt ?? 0) >= subscription.createdAt && createdAt - (beganAt ?? 0) <= tolerance
  }
}

/** SHA-256 over the parts, told apart by a line break each. */
function digest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url')
}
