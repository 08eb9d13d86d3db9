// How long one call may take: a deadline for its work, and for its waiting either a share of that or a time of its own.

import type { CallInit } from '../core/calls.ts'
import type { Clock } from '../core/clock.ts'
import { withDeadline } from '../core/http.ts'

export interface Deadline {
  /** Waits for a turn; `enter` is given the milliseconds that it may wait. */
  wait<Result>(enter: (maxWaitMs: number) => Promise<Result>): Promise<Result>
  /** Works until the deadline. */
  work<Result>(task: (signal: AbortSignal) => Promise<Result>): Promise<Result>
  /** Pauses; returns `false` at once if the deadline comes before the end of the pause. */
  pause(ms: number): Promise<boolean>
}

const longestTimerMs = 2 ** 31 - 1
/** A call that changes something needs at least this long, or its caller would never learn the outcome. */
const leastForChangeMs = 1000

export function createDeadline(
  clock: Clock,
  { deadlineMs = 30_000, maxWaitMs, signal }: Pick<CallInit, 'deadlineMs' | 'maxWaitMs' | 'signal'>,
  isSafe: boolean,
): Deadline {
  let remainingMs = Math.min(deadlineMs, longestTimerMs)
  let remainingWaitMs = maxWaitMs === undefined ? null : Math.min(maxWaitMs, longestTimerMs)
  const callerSignal = signal ?? undefined

  async function spend<Result>(budget: 'deadline' | 'wait', task: () => Promise<Result>): Promise<Result> {
    const began = clock.monotonic()
    try {
      return await task()
    } finally {
      const spent = clock.monotonic() - began
      if (budget === 'wait' && remainingWaitMs !== null) remainingWaitMs -= spent
      else remainingMs -= spent
    }
  }

  return {
    wait: (enter) =>
      spend('wait', () => enter(Math.max(0, remainingWaitMs ?? remainingMs - (isSafe ? 0 : leastForChangeMs)))),
    work: (task) => spend('deadline', () => withDeadline(clock, Math.max(0, remainingMs), callerSignal, task)),
    async pause(ms) {
      if (ms >= remainingMs) return false
      await spend('deadline', () => clock.sleep(ms, callerSignal))
      return true
    },
  }
}
