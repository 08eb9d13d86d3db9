// A clock that never goes back and never stands still while somebody sleeps by it: limits are spans of time, and a wall
// clock that is set must not hold up calls.

import type { Clock } from '../core/clock.ts'

export function createSteadyClock(clock: Clock): Clock {
  let ahead = 0
  let last = Number.NEGATIVE_INFINITY

  function now(): number {
    const shown = clock.now() + ahead
    if (shown < last) ahead += last - shown
    last = Math.max(last, shown)
    return last
  }

  return {
    now,
    async sleep(ms, signal) {
      const due = now() + ms
      await clock.sleep(ms, signal)
      const behind = due - now()
      if (behind > 0) ahead += behind
    },
  }
}
