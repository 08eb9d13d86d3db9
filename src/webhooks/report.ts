// What webhooks report, for the events of the process.

import type { ConnectionRow } from '../core/store/connections.ts'

export interface WebhookReport {
  received(connection: ConnectionRow, name: string): void
  /** `connection`: the one to whose address the delivery came. */
  refused(client: string, connection: string | null, reason: string): void
  /** The body had already been read when the request reached Punctual. */
  bodyReadBefore(client: string): void
  renewed(connection: ConnectionRow, subscription: string, reason: ReplacementReason): void
  failing(connection: ConnectionRow, subscription: string, reason: string): void
  fault(error: unknown): void
  /** A record was set aside. */
  aside(error: unknown): void
}

/** Why a subscription was replaced by a new one. */
export type ReplacementReason = 'disabled' | 'different' | 'gone' | 'another_account'
