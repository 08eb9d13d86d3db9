// When a call is made again. A safe method may be; any other only when the request certainly did not leave, since a
// booking that is sent twice may be made twice.

import { fraction, type Random } from '../core/clock.ts'

/** How often a request is sent at most for failures of the network and of the server. */
export const mostTries = 3

const first = 500

/** Whether the server may answer otherwise in a moment. RFC 9110, section 15.5.9, has it so for a 408. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 500 || status === 502 || status === 503 || status === 504
}

/** Ms before try number `tries + 1`: doubling, half of it drawn, and never less than the provider asks for. */
export function pauseAfter(random: Random, tries: number, retryAfterMs: number | null): number {
  const whole = first * 2 ** (tries - 1)
  return Math.max(Math.round(whole * (0.5 + 0.5 * fraction(random))), retryAfterMs ?? 0)
}
