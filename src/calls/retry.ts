// When a call is sent again. A safe method may be; any other only if the request certainly never left, since a booking
// that is sent twice may be made twice.

import { fraction, type Random } from '../core/clock.ts'

/** How often a request is sent at most because of failures of the network and of the server. */
export const mostSends = 3

const firstPauseMs = 500

/** Whether the server may answer differently in a moment. RFC 9110, section 15.5.9, includes 408. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 500 || status === 502 || status === 503 || status === 504
}

/** Milliseconds to pause after so many sends: doubling, half of it random, never less than the provider asks for. */
export function pauseMsAfter(random: Random, sends: number, retryAfterMs: number | null): number {
  const wholeMs = firstPauseMs * 2 ** (sends - 1)
  return Math.max(Math.round(wholeMs * (0.5 + 0.5 * fraction(random))), retryAfterMs ?? 0)
}
