// When an event that was not taken is handed over again: soon, then ever later, for a day. After that it is dead.

import { fraction, type Random } from '../core/clock.ts'

const [second, minute, hour] = [1000, 60_000, 3_600_000]
const day = 24 * hour
/** Ms of the longest pause. */
const longest = 8 * hour

/** Ms after each failed handing over; the last one repeats until the day is over. */
const pauses: readonly number[] = [
  ...[5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute],
  ...[hour, 2 * hour, 4 * hour, longest],
]

/** More than a day of pauses can hold: the processes that had it in hand so often have ended without a word. */
const mostAttempts = 30

export interface Failed {
  /** How often it has been handed over. */
  readonly attempts: number
  /** Ms since it was first handed over, by a clock that may have been set since: negative when it was ahead then. */
  readonly elapsed: number
  /** Ms that the receiver asks to be left alone. */
  readonly retryAfterMs: number | null
}

/**
 * Ms until the next try, a tenth more or less; `null`: the day is over. The last try is at the end of the day. A day that
 * holds too few tries was no day: the clock was set, or nothing was running.
 */
export function retryIn(random: Random, { attempts, elapsed, retryAfterMs: retryAfter }: Failed): number | null {
  if (attempts > pauses.length && !isWithinTheDay(elapsed)) return null
  const left = isWithinTheDay(elapsed) ? day - elapsed : longest
  const pause = pauses[Math.min(attempts, pauses.length) - 1] ?? second
  const jittered = pause * (0.9 + 0.2 * fraction(random))
  return Math.ceil(Math.max(second, Math.min(Math.max(jittered, retryAfter ?? 0), left)))
}

/** Whether an event has been taken so often, and for so long, that its handing over must be what ends its takers. */
export function endsItsTakers({ attempts, elapsed }: Pick<Failed, 'attempts' | 'elapsed'>): boolean {
  return attempts > mostAttempts && !isWithinTheDay(elapsed)
}

function isWithinTheDay(elapsed: number): boolean {
  return elapsed >= 0 && elapsed < day
}
