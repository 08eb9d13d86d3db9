// A clock that only the test moves.

import type { Clock } from '../../src/core/clock.ts'
import { start } from './dates.ts'

export interface ManualClock extends Clock {
  /** Moves the time forward by so many ms, and wakes what has waited for it. */
  pass(ms: number): void
  /** Sets the wall clock forward or back: no time passes. */
  step(ms: number): void
}

export function manualClock(): ManualClock {
  let time = start
  let ahead = 0
  let sleepers: { at: number; wake: () => void }[] = []
  return {
    now: () => time + ahead,
    monotonic: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        sleepers.push({ at: time + ms, wake: resolve })
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
    step(ms) {
      ahead += ms
    },
    pass(ms) {
      time += ms
      const due = sleepers.filter(({ at }) => at <= time)
      sleepers = sleepers.filter(({ at }) => at > time)
      for (const { wake } of due) wake()
    },
  }
}
