// Waiting, without holding the event loop up: for a lock that another process holds, and for a turn of the loop itself.
// SQLite would wait inside of a statement, and its statements end before anything else of this process runs.

import { type Clock, systemClock } from '../../core/clock.ts'
import { codeOf } from './failure.ts'

// In ms. Everything that is waited for here is over in a moment, unless its process hangs.
const longestWaitMs = 5000
const longestPauseMs = 100

/** Tries again, after growing pauses, what SQLite refuses because of another's lock. */
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

// In ms: what statements and all that is done between them may take before timers and sockets have their turn.
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
