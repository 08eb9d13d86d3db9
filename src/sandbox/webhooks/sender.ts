// What a provider decides about its webhooks: how one is signed, and what follows a success or a failure.

import type { DeliveryRow } from '../world/webhook-delivery.ts'
import type { World } from '../world/world.ts'

/** One provider's side of sending. */
export interface Sender {
  /** The headers of one attempt, signature and all; null when the subscription is gone. */
  headersOf(world: World, row: DeliveryRow, at: number): Record<string, string> | null
  /** Returns when it is sent next; null to give it up. */
  afterFailure(world: World, row: DeliveryRow, at: number): number | null
  afterSuccess(world: World, row: DeliveryRow): void
}
