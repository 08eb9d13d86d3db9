// Decides when an event is dispatched again, and when it is given up. The delays grow, for a day. After that the event
// is dead until a person replays it.

import { fraction, type Random } from '../core/clock.ts'

const secondMs = 1000
const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Ms after each failed dispatch. The last one repeats until the day is over. */
const pausesMs: readonly number[] = [
  5 * secondMs,
  30 * secondMs,
  2 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  4 * hourMs,
  8 * hourMs,
]
const longestPauseMs = 8 * hourMs

/** After a dispatch that the process cut short, which says nothing about the event. */
export const retryAfterInterruptionMs = 1000

/** More than the pauses of a day allow: so many processes have crashed while they dispatched the event. */
const mostDispatches = 30

export interface FailedDispatch {
  /** How often the event has been dispatched. */
  readonly dispatches: number
  /** Since it was first dispatched, by a clock that may have been set since: negative when it was ahead then. */
  readonly elapsedMs: number
  /** For how long the receiver asks not to be called. */
  readonly retryAfterMs: number | null
}

/**
 * Returns the ms until the next dispatch, a tenth more or less; `null` when the day is over. The last dispatch is at
 * the end of the day. A day with too few dispatches does not count: the clock was set, or no process was running.
 */
export function nextDispatchInMs(
  random: Random,
  { dispatches, elapsedMs, retryAfterMs }: FailedDispatch,
): number | null {
  if (dispatches > pausesMs.length && !isWithinDay(elapsedMs)) return null
  const leftMs = isWithinDay(elapsedMs) ? dayMs - elapsedMs : longestPauseMs
  const pauseMs = pausesMs[Math.min(dispatches, pausesMs.length) - 1] ?? secondMs
  const jitteredMs = pauseMs * (0.9 + 0.2 * fraction(random))
  return Math.ceil(Math.max(secondMs, Math.min(Math.max(jitteredMs, retryAfterMs ?? 0), leftMs)))
}

/** Whether so many dispatches over so long a time mean that the event itself ends the processes that dispatch it. */
export function crashesItsProcesses({
  dispatches,
  elapsedMs,
}: Pick<FailedDispatch, 'dispatches' | 'elapsedMs'>): boolean {
  return dispatches > mostDispatches && !isWithinDay(elapsedMs)
}

function isWithinDay(elapsedMs: number): boolean {
  return elapsedMs >= 0 && elapsedMs < dayMs
}
