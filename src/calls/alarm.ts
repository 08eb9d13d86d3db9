// Calls back at one time, or not at all. Setting another time replaces the first.

import type { MonotonicClock } from './limit-clock.ts'

export interface Alarm {
  /** `Infinity` switches it off. */
  set(at: number): void
}

const longestTimerMs = 2 ** 31 - 1

export function createAlarm(clock: MonotonicClock, ring: () => void): Alarm {
  let current: { readonly at: number; readonly off: AbortController } | null = null
  return {
    set(at) {
      if (current?.at === at) return
      // With a reason, since each abort without one makes an exception.
      current?.off.abort('moved')
      current = null
      if (at === Number.POSITIVE_INFINITY) return
      const alarm = { at, off: new AbortController() }
      current = alarm
      clock.sleep(Math.min(Math.max(1, at - clock.monotonic()), longestTimerMs), alarm.off.signal).then(
        () => {
          if (current !== alarm) return
          current = null
          ring()
        },
        () => {},
      )
    },
  }
}
