// What the flow reports: the root turns it into events of the host application.

import type { AttemptEnd } from '../core/events.ts'
import type { ConnectionRow } from '../core/store/connections.ts'

export interface FlowReport {
  /** `revived`: the other connections on its grant can be used again, too. */
  connected(connection: ConnectionRow, created: boolean, revived: boolean): void
  disconnected(connection: ConnectionRow, revoked: boolean): void
  /** An attempt ended without a connection. */
  refused(attempt: { readonly client: string; readonly owner: string }, reason: AttemptEnd): void
  /** An answer is in the journal; `durable` says whether it is on disk. */
  journaled(client: string, durable: boolean): void
  /** A function of the host application or of a provider definition failed. */
  fault(error: unknown): void
}
