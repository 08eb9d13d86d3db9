// Waiting without blocking the event loop: for a lock that another process has, and for a turn of the loop itself.
// SQLite would wait inside a statement, and a statement blocks this process until it ends.

import { type Clock, systemClock } from '../../core/clock.ts'
import { codeOf } from './failure.ts'

// Another process has its lock only for a moment, unless it hangs.
export const longestWaitMs = 5000
const longestPauseMs = 10

/** A process that writes without a pause lets the others in after so long, for longer than the pause in which they wait. */
export const longestHoldMs = 250
export const letInMs: number = longestPauseMs + 2

/** The pause after one of `ms`; the first one for 0. */
export function nextPause(ms: number): number {
  return Math.min(Math.max(1, ms * 2), longestPauseMs)
}

export function isBusy(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_BUSY'
}

/** Tries again, after growing pauses, what SQLite refuses because another process has the lock. */
export async function retryWhileBusy<Result>(attempt: () => Result, sleep: Clock['sleep']): Promise<Result> {
  for (let pause = 1, waited = 0; ; pause = nextPause(pause)) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || waited >= longestWaitMs) throw error
    }
    await sleep(pause)
    waited += pause
  }
}

// How long statements and the code between them may run before timers and sockets have their turn.
export const longestStretchMs = 8
let stretchBegan: number | null = null

/** Waits for a turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A turn of the event loop to wait for, if there has been none for {@link longestStretchMs}; else `null`. */
export function turnOfOthers(): Promise<void> | null {
  const now = systemClock.now()
  if (stretchBegan !== null) return Math.abs(now - stretchBegan) >= longestStretchMs ? nextTurn() : null
  stretchBegan = now
  setImmediate(() => {
    stretchBegan = null
  })
  return null
}
