// The clocks of one process: a wall clock that is ahead or behind and may be set at any moment, a monotonic clock, and
// timers, which ring late while the process does not run. A process that only waits for its next round may sleep longer
// than it asked for, so that idle days take few steps.

import type { Clock } from '../../src/core/clock.ts'
import { type SimulatedProcess, survives, type World } from './world.ts'

/** The wait of the keeper and of the dispatcher between rounds. Nothing else may sleep for exactly as long. */
const rounds = 15_000
/** No process sleeps longer than this, so that what is due in days is done in days. */
const longest = 3 * 86_400_000
/** Nor for longer than this into the next scenario: the last one is the end, in which the background has its hours. */
const longestInto = 3_600_000
/** The waits of code that polls for a result (src/keeper, src/flow). */
const polls = new Set([150, 200])

export function faultyClock(world: World, process: SimulatedProcess): Clock {
  const { scheduler, random } = world
  return {
    now: () => scheduler.now() + process.machine.ahead,
    monotonic: () => scheduler.now() - process.machine.startedAt,
    sleep: (ms, signal, { isIdle = false } = {}) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        // What only counts waits for the next round: so a history has no steps for it.
        if (isIdle) return signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
        const longer = stretch(ms)
        if (ms !== rounds) process.delayMs += longer
        const callOff = scheduler.after(ms + longer, () => world.pausing.deliver(process, 'timer', ring))
        signal?.addEventListener('abort', aborted, { once: true })
        function ring() {
          signal?.removeEventListener('abort', aborted)
          if (survives(world, process)) resolve()
        }
        function aborted() {
          callOff()
          reject(signal?.reason)
        }
      }),
  }

  function stretch(ms: number): number {
    if (ms === rounds) {
      const left = Math.max(0, world.nextAction - scheduler.now())
      return Math.min(left * (0.3 + random.next()), left + longestInto, longest)
    }
    if (polls.has(ms)) return random.between(0, 3000)
    return random.between(0, 20)
  }
}
