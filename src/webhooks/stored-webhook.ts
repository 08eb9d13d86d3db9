// A verified webhook on its way to the outbox.

import type { ConnectionRow } from '../core/store/connections.ts'
import type { NewDelivery } from '../core/store/outbox.ts'
import type { Subscription } from '../records/subscriptions.ts'

/** A verified webhook as it will be stored. */
export interface StoredWebhook {
  readonly connection: ConnectionRow
  readonly subscription: Subscription
  readonly delivery: NewDelivery
  /** The body, parsed. */
  readonly json: unknown
}
