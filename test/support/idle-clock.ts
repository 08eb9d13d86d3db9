// A clock for journeys that take minutes: it stops while the process works, and jumps to the next sleeper as soon as the
// process is idle. Only for code that waits on nothing outside of this process but files.

import type { Clock } from '../../src/core/clock.ts'

interface Sleeper {
  readonly at: number
  /** It does not keep the clock going. */
  readonly isIdle: boolean
  readonly wake: () => void
}

/** Turns of the event loop without a change after which the process counts as idle. */
const quietTurns = 25

function waitsForFile(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))
}

export interface IdleClock extends Clock {
  /** Ms that have passed since the clock was made. */
  elapsed(): number
}

/** `advance` moves the time that `now` returns, in seconds. */
export function idleClock(time: { now(): number; advance(seconds: number): void }): IdleClock {
  const began = time.now()
  let sleepers: Sleeper[] = []
  let changes = 0
  let pumping = false

  async function pump(): Promise<void> {
    pumping = true
    for (let quiet = 0, seen = changes; sleepers.some(({ isIdle }) => !isIdle); ) {
      await new Promise((resolve) => setImmediate(resolve))
      quiet = seen === changes ? quiet + 1 : 0
      seen = changes
      // On a busy machine a file takes more turns than that.
      if (quiet < quietTurns || waitsForFile()) continue
      const next = sleepers.reduce((a, b) => (b.at < a.at ? b : a), sleepers[0] as Sleeper)
      if (next.at > time.now()) time.advance((next.at - time.now()) / 1000)
      sleepers = sleepers.filter((one) => one !== next)
      changes++
      next.wake()
    }
    pumping = false
  }

  return {
    now: () => time.now(),
    monotonic: () => time.now(),
    elapsed: () => time.now() - began,
    sleep(ms, signal, { isIdle = false } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      if (signal?.aborted) return Promise.reject(signal.reason)
      const sleeper = { at: time.now() + ms, isIdle, wake: resolve }
      sleepers.push(sleeper)
      changes++
      signal?.addEventListener(
        'abort',
        () => {
          sleepers = sleepers.filter((one) => one !== sleeper)
          changes++
          reject(signal.reason)
        },
        { once: true },
      )
      if (!pumping) void pump()
      return promise
    },
  }
}
