// The clock by which limits are kept. They are spans of time, so a wall clock that is set must not change them: it only
// reads the dates in a provider's headers.

import type { Clock } from '../core/clock.ts'

export type MonotonicClock = Pick<Clock, 'monotonic' | 'sleep'>

/**
 * Counts whole milliseconds from its first reading on: small whole numbers take no memory of their own, and several are
 * kept for each grant.
 */
export function limitClock(clock: Clock): Clock {
  let began: number | null = null
  return {
    now: () => clock.now(),
    monotonic() {
      const at = clock.monotonic()
      began ??= at
      return Math.floor(at - began)
    },
    sleep: (ms, signal) => clock.sleep(ms, signal),
  }
}
