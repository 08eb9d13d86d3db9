// How long one call may take: a deadline for what it does, and for its waiting either a share of that or a time of its own.

import type { CallInit } from '../core/calls.ts'
import type { Clock } from '../core/clock.ts'
import { withDeadline } from '../core/http.ts'

export interface Deadline {
  /** Waits for a turn, for as long as it is given. */
  wait<Result>(enter: (ms: number) => Promise<Result>): Promise<Result>
  /** Works until the deadline. */
  work<Result>(task: (signal: AbortSignal) => Promise<Result>): Promise<Result>
  /** Pauses, unless the deadline comes before: then answers `false` at once. */
  pause(ms: number): Promise<boolean>
}

const longestTimer = 2 ** 31 - 1
/** Ms that have to be left for a call which changes something: with less, nobody would hear what became of it. */
const leastForChange = 1000

export function createDeadline(
  clock: Clock,
  { deadlineMs: deadline, maxWaitMs: maxWait, signal }: CallInit,
  safe: boolean,
): Deadline {
  let left = Math.min(deadline ?? 30_000, longestTimer)
  let waitLeft = maxWait === undefined ? null : Math.min(maxWait, longestTimer)
  const outer = signal ?? undefined

  async function spend<Result>(share: 'deadline' | 'wait', task: () => Promise<Result>): Promise<Result> {
    const began = clock.monotonic()
    try {
      return await task()
    } finally {
      const spent = clock.monotonic() - began
      if (share === 'wait' && waitLeft !== null) waitLeft -= spent
      else left -= spent
    }
  }

  return {
    wait: (enter) => spend('wait', () => enter(Math.max(0, waitLeft ?? left - (safe ? 0 : leastForChange)))),
    work: (task) => spend('deadline', () => withDeadline(clock, Math.max(0, left), outer, task)),
    async pause(ms) {
      if (ms >= left) return false
      await spend('deadline', () => clock.sleep(ms, outer))
      return true
    },
  }
}
