// What the outbox reports, for the events of the process.

import type { OutboxEvent } from '../records/outbox.ts'

export interface OutboxReport {
  dead(event: OutboxEvent, error: string): void
  /** A dispatch failed; `reason` is a word for it. `acknowledged`: the event had been acknowledged before. */
  failed(event: OutboxEvent, error: string, reason: string | null, acknowledged: boolean): void
  fault(error: unknown): void
  /** A record was set aside. */
  aside(error: unknown): void
}
