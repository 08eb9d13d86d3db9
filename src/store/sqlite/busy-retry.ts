// Waiting without blocking the event loop: for a lock that another process has, and for a turn of the loop itself.
// SQLite would wait inside a statement, and a statement blocks this process until it ends.

import { type Clock, systemClock } from '../../core/clock.ts'
import { codeOf } from './failure.ts'

// Another process has its lock only for a moment, unless it hangs.
const longestWaitMs = 5000
const longestPauseMs = 100

/** Tries again, after growing pauses, what SQLite refuses because another process has the lock. */
export async function retryWhileBusy<Result>(attempt: () => Result, sleep: Clock['sleep']): Promise<Result> {
  for (let pause = 1, waited = 0; ; pause = Math.min(pause * 2, longestPauseMs)) {
    try {
      return attempt()
    } catch (error) {
      if (codeOf(error) !== 'SQLITE_BUSY' || waited >= longestWaitMs) throw error
    }
    await sleep(pause)
    waited += pause
  }
}

// How long statements and the code between them may run before timers and sockets have their turn.
const longestStretchMs = 8
let stretchBegan: number | null = null

/** Waits for a turn of the event loop if there has been none for {@link longestStretchMs}. */
export async function letOthersRun(): Promise<void> {
  const now = systemClock.now()
  if (stretchBegan === null) {
    stretchBegan = now
    setImmediate(() => {
      stretchBegan = null
    })
  } else if (Math.abs(now - stretchBegan) >= longestStretchMs) await new Promise((resolve) => setImmediate(resolve))
}
