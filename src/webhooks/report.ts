// What webhooks report, for the events of the process.

import type { WebhookFailure, WebhookRefusal, WebhookRenewalReason } from '../core/events.ts'
import type { ConnectionRow } from '../core/store/connections.ts'

export interface WebhookReport {
  received(connection: ConnectionRow, name: string): void
  /** `connection`: the one to whose address the delivery came. */
  refused(client: string, connection: string | null, reason: WebhookRefusal): void
  /** The body had already been read when the request reached Punctual. */
  bodyReadBefore(client: string): void
  renewed(connection: ConnectionRow, subscription: string, reason: WebhookRenewalReason): void
  failing(connection: ConnectionRow, subscription: string, reason: WebhookFailure): void
  fault(error: unknown): void
  /** A record was set aside. */
  aside(error: unknown): void
}
