// A clock for tests: both of a machine's clocks are ahead of the real time by as much as the given one.

import { type Clock, systemClock } from '../../src/core/clock.ts'

/** A monotonic clock shows no time before the machine's start, even where the wall clock is behind the real one. */
const started = 10 * 365 * 86_400_000

export function virtualClock(now: () => number): Pick<Clock, 'now' | 'monotonic'> {
  return { now, monotonic: () => started + systemClock.monotonic() + now() - Date.now() }
}

/** Returns a clock on which every wait is twenty times shorter. */
export function hurriedClock(now: () => number): Clock {
  const began = Date.now()
  const hurried = virtualClock(() => now() + (Date.now() - began) * 19)
  return { ...hurried, sleep: (ms, signal) => systemClock.sleep(ms / 20, signal) }
}
