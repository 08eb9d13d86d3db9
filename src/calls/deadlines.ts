// The deadlines of all calls, kept with one alarm: nearly every call ends long before its deadline, so a timer for each
// would be made and removed for nothing.

import { createAlarm } from './alarm.ts'
import type { MonotonicClock } from './limit-clock.ts'

/** One deadline that runs. */
export interface RunningDeadline {
  /** In the time of the monotonic clock. */
  at: number
  readonly expire: () => void
}

export interface Deadlines {
  /** Calls `expire` at that time, unless the deadline is removed before. */
  add(at: number, expire: () => void): RunningDeadline
  remove(deadline: RunningDeadline): void
}

/**
 * A process that was blocked or suspended finds its alarms overdue and its sockets full, and Node may serve the alarms
 * first. So a deadline that is noticed this late leaves as long for reading what has arrived meanwhile.
 */
const graceMs = 1000

export function createDeadlines(clock: MonotonicClock): Deadlines {
  const running = new Set<RunningDeadline>()
  /** When the alarm rings: at the earliest deadline, or before it if that one has been removed. */
  let ringsAt = Number.POSITIVE_INFINITY
  const alarm = createAlarm(clock, ring)

  function ringAt(at: number): void {
    ringsAt = at
    alarm.set(at)
  }

  function ring(): void {
    const now = clock.monotonic()
    const overdue: RunningDeadline[] = []
    let next = Number.POSITIVE_INFINITY
    for (const deadline of running) {
      if (now - deadline.at > graceMs) deadline.at = now + graceMs
      if (deadline.at <= now) overdue.push(deadline)
      else next = Math.min(next, deadline.at)
    }
    for (const deadline of overdue) running.delete(deadline)
    ringAt(next)
    for (const deadline of overdue) deadline.expire()
  }

  return {
    add(at, expire) {
      const deadline = { at, expire }
      running.add(deadline)
      if (at < ringsAt) ringAt(at)
      return deadline
    },
    remove(deadline) {
      running.delete(deadline)
      // An alarm that is left would keep the process alive.
      if (running.size === 0) ringAt(Number.POSITIVE_INFINITY)
    },
  }
}
