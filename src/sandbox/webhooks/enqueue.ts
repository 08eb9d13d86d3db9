// Puts a provider's message into the queue of webhooks; the pump sends it. Synchronous, since it belongs to the commit
// of the change that it reports. A message that a fault loses stays in the list, so that a person sees it.

import { meetWebhookFault } from '../faults/meet.ts'
import { uuid } from '../world/seal.ts'
import { type DeliveryRow, isReordered } from '../world/webhook-delivery.ts'
import type { World } from '../world/world.ts'

/** A message for one subscription. */
export type Message = Pick<
  DeliveryRow,
  'provider' | 'subscription' | 'client' | 'account' | 'event' | 'url' | 'contentType' | 'body' | 'until'
>

/** How long a reordered message waits for another one to overtake it, in milliseconds. */
const patience = 60_000

/** Queues the message; it is due at once. */
export function enqueue(world: World, message: Message): void {
  const { state } = world
  const now = world.now()
  const fault = meetWebhookFault(state, message, now)
  const lost = fault === 'webhook_lost'
  // While a fault holds all of them back, each second one overtakes the one before.
  const held = isReordered(fault) && !heldFor(state, message.subscription).length
  const row: DeliveryRow = {
    ...message,
    id: uuid(world.random(16)),
    createdAt: now,
    state: lost ? 'lost' : 'waiting',
    why: lost ? 'a fault has lost it' : null,
    dueAt: lost ? null : held ? now + patience : now,
    order: nextOrder(state),
    firstAt: null,
    signedAt: null,
    fault,
    attempts: [],
  }
  if (!lost && !held) overtake(world, row)
  state.deliveries.push(row)
  trim(state)
  world.changed()
}

/** Puts the messages that were held back after this one. */
function overtake({ state }: World, row: DeliveryRow): void {
  for (const one of heldFor(state, row.subscription)) {
    one.dueAt = row.dueAt
    one.order = nextOrder(state)
  }
}

/** The messages to that subscription that wait to be overtaken. */
function heldFor(state: World['state'], subscription: string): DeliveryRow[] {
  return state.deliveries.filter(
    (one) =>
      one.subscription === subscription && isReordered(one.fault) && one.state === 'waiting' && !one.attempts.length,
  )
}

function nextOrder(state: World['state']): number {
  state.serial += 1
  return state.serial
}

function trim(state: World['state']): void {
  if (state.deliveries.length <= 1000) return
  const over = state.deliveries.filter((one) => one.state !== 'waiting').slice(0, 500)
  state.deliveries = state.deliveries.filter((one) => !over.includes(one))
}
