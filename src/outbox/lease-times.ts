// How long a process may keep an event that it has leased. Durations are those of the monotonic clock: nobody can set it,
// and it runs on while the process is stopped.

import type { Clock } from '../core/clock.ts'
import { longestSpans } from '../core/store/longest-spans.ts'

/** An event stays with the process that has leased it for this long, even if that process crashes. */
export const leaseMs: number = longestSpans.dispatch
/** How long a handler may take. */
export const handlerTimeoutMs = 30_000
/** A handler that has not begun this long after its event was requested does not begin: another process may lease it. */
export const latestStartMs: number = leaseMs - handlerTimeoutMs - 5000

/** One request for due events. */
export interface EventLease {
  /** Unique for each request: an event that is given back late must not end a later lease of it. */
  readonly owner: string
  /** By the monotonic clock. */
  readonly requestedAt: number
}

/** Whether no other process can have leased the event yet. */
export function isHeld({ requestedAt }: EventLease, clock: Clock): boolean {
  return clock.monotonic() - requestedAt < leaseMs
}
