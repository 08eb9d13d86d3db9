// The background work of the process: promises that must be awaited, and jobs that run again and again. `stop` waits
// for all of it, it is announced to a platform that suspends the process after an answer, and its faults are reported.

import type { BackgroundWork } from './core/background-work.ts'
import type { Clock } from './core/clock.ts'

export interface Background extends BackgroundWork {
  /** Registers a job that runs every 15 seconds between `start` and `stop`, never twice at once. */
  every(name: string, job: () => Promise<unknown>): void
  start(): void
  /** Starts no more jobs. */
  stop(): void
  /** Resolves when all work has ended, including work that began in the meantime. After `stop`. */
  drain(): Promise<void>
  isBusy(): boolean
  /** Allows work again after `stop`. */
  reopen(): void
}

const everyMs = 15_000

export interface BackgroundDependencies {
  readonly clock: Pick<Clock, 'sleep'>
  readonly fault: (error: unknown) => void
  /** Tells a serverless platform about work that continues after a response; `null` on any other platform. */
  readonly waitUntil: ((work: Promise<unknown>) => void) | null
}

export function createBackground({ clock, fault, waitUntil }: BackgroundDependencies): Background {
  const underWay = new Set<Promise<void>>()
  const jobs = new Map<string, () => Promise<unknown>>()
  const running = new Set<string>()
  let stopping = new AbortController()
  let loop: Promise<void> | null = null

  function see(work: Promise<unknown>): Promise<void> {
    const seen = work.then(
      () => void underWay.delete(seen),
      () => void underWay.delete(seen),
    )
    underWay.add(seen)
    return seen
  }

  function track(work: Promise<unknown>): void {
    const seen = see(work.catch(fault))
    // The platform's fault must not end what has just been tracked, nor the process.
    if (waitUntil) new Promise((resolve) => resolve(waitUntil(seen))).catch(fault)
  }

  function run(name: string, job: () => Promise<unknown>): void {
    if (running.has(name)) return
    running.add(name)
    track(job().finally(() => running.delete(name)))
  }

  return {
    track,
    follow(work) {
      see(work)
      return work
    },
    every: (name, job) => void jobs.set(name, job),
    goesOn: () => loop !== null || waitUntil !== null,
    stopping: () => stopping.signal,
    start() {
      const { signal } = stopping
      loop ??= (async () => {
        while (!signal.aborted) {
          for (const [name, job] of jobs) run(name, job)
          await clock.sleep(everyMs, signal).catch(() => {})
        }
      })()
    },
    stop: () => stopping.abort('stopped'),
    async drain() {
      await loop
      while (underWay.size > 0) await Promise.all(underWay)
    },
    isBusy: () => underWay.size > 0,
    reopen() {
      loop = null
      stopping = new AbortController()
    },
  }
}
