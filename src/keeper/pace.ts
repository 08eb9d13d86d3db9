// How often a grant's refresh token is presented.

import { fraction, type Random } from '../core/clock.ts'
import type { Provider } from '../core/provider.ts'
import type { Pace } from '../core/store/grants.ts'

/**
 * Returns the pace at which one grant's refresh token is presented: a short burst, then evenly, and never more than the
 * provider bears in any minute.
 */
export function paceOf(provider: Provider): Pace {
  const perMinute = Math.max(2, provider.tokenRequestsPerMinute)
  const steady = Math.max(1, Math.floor((perMinute * 3) / 8))
  return { intervalMs: 60_000 / steady, burst: perMinute - steady }
}

/**
 * Returns the milliseconds before presentation number `failures + 1`: they double from one second to a quarter of an hour,
 * and half of them is drawn.
 */
export function backoffMs(random: Random, failures: number, retryAfterMs: number | null): number {
  const wholeMs = Math.min(1000 * 2 ** Math.min(failures, 10), 900_000)
  return Math.max(Math.round(wholeMs * (0.5 + 0.5 * fraction(random))), retryAfterMs ?? 0)
}
