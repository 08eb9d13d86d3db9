// What the parts of one history share, and the life of one process: from its start to its crash or stop.

import type { Checker } from './checker.ts'
import type { EscrowSetting } from './escrow-scenarios.ts'
import type { Faults } from './faults.ts'
import type { Pause, Pausing } from './pausing.ts'
import type { SimulatedProvider } from './provider.ts'
import type { Random } from './random.ts'
import type { Database } from './restorable-store.ts'
import type { Scheduler } from './scheduler.ts'

/** The machine of a replica. Its monotonic clock runs since `startedAt`, and nothing sets it. */
export interface Machine {
  readonly startedAt: number
  /** Ms that its wall clock is ahead of the world's; `usual` unless something has set it. */
  ahead: number
  readonly usual: number
  /** Ms by which it has been wrong at most. */
  mostWrong: number
}

/** The clocks of the shared store's machine, as ms beside the world's. */
export interface StoreClock {
  /** Its wall clock: 0 until it is set. */
  ahead: number
  /** The largest step of its wall clock, forward or back. */
  largestStepMs: number
  /** Its monotonic clock: 0, except for a planted bug. */
  drift: number
  /** When its wall clock was last set; `null`: never. */
  steppedAt: number | null
  /** Ms that it has been set back by, all steps together. */
  setBack: number
}

/** One process of a replica. What it left pending when it ended never gets an answer. */
export interface SimulatedProcess {
  /** Such as `r2.1`: the first process of replica 2. */
  readonly name: string
  readonly replica: number
  readonly machine: Machine
  ended: 'crashed' | 'stopped' | null
  endedAt: number
  /** While it does not run. */
  pause: Pause | null
  /** How often it has been paused, for how many ms until it last ran again, and when that was. */
  pauses: number
  pausedMs: number
  resumedAt: number
  /** The number of requests that it works on. */
  requests: number
  /** Ms of injected delay over all its operations: its callers may be late by as much. */
  delayMs: number
  /** When its last call was answered 429; `null`: none was. */
  limitedAt: number | null
}

export interface World {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly faults: Faults
  readonly provider: SimulatedProvider
  readonly checker: Checker
  readonly pausing: Pausing
  readonly storeClock: StoreClock
  readonly database: Database
  /** `null` in a history without an escrow. */
  escrow: EscrowSetting | null
  /** What a process that starts gets as `keys`. */
  keys: readonly string[]
  readonly machines: readonly Machine[]
  /** Whether the host application takes events. */
  readonly takesEvents: boolean
  /** Whether it has several destinations, of which the feed is one. */
  readonly hasFeed: boolean
  /** The time of the next scenario: idle processes may sleep until then. */
  nextAction: number
  crash(process: SimulatedProcess): void
  /** Writes an event into the transcript; the text is made only when the transcript is kept. */
  note(who: string, text: () => string): void
}

/** Returns whether the process still runs after this step, at which it may crash. */
export function survives(world: World, process: SimulatedProcess): boolean {
  if (!process.ended && world.faults.crash()) world.crash(process)
  return process.ended === null
}

/** Resolves when something that was sent to the process reaches it; never, if the process has ended by then. */
export function reach(world: World, process: SimulatedProcess): Promise<void> {
  if (process.pause?.onDemand) world.pausing.resume(process)
  return new Promise((resolve) =>
    world.pausing.deliver(process, 'socket', () => {
      if (survives(world, process)) resolve()
    }),
  )
}

/** Returns the ms that the process has not run, up to this moment. */
export function pausedFor({ scheduler }: World, { pausedMs, pause }: SimulatedProcess): number {
  return pausedMs + (pause && !pause.draining ? scheduler.now() - pause.since : 0)
}
