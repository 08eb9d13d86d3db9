// What the parts of one history share, and the process of a process: from its start to its crash or its stop.

import type { Checker } from './checker.ts'
import type { Faults } from './faults.ts'
import type { Pause, Pausing } from './pausing.ts'
import type { SimulatedProvider } from './provider.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** The computer that a replica runs on. Its monotonic clock runs since `startedAt`, and nothing sets it. */
export interface Machine {
  readonly startedAt: number
  /** Ms that its wall clock is ahead of the world's, and is so unless somebody has set it. */
  ahead: number
  readonly usual: number
}

/** The clocks of the shared store's machine, as ms beside the world's. */
export interface StoreClock {
  /** Its wall clock: 0 until somebody sets it. */
  ahead: number
  /** Its monotonic clock: 0 but for a mutation. */
  drift: number
  /** When its wall clock was last set; `null`: never. */
  steppedAt: number | null
  /** Ms that it has been set back by, all steps together. */
  setBack: number
}

/** One incarnation of a replica. What it left pending when it ended is never answered. */
export interface SimulatedProcess {
  /** Such as `r2.1`: the first process of replica 2. */
  readonly name: string
  readonly replica: number
  readonly machine: Machine
  ended: 'crashed' | 'stopped' | null
  endedAt: number
  /** While it does not run. */
  pause: Pause | null
  /** How often it has stood still, for how many ms until it last ran again, and when that was. */
  pauses: number
  pausedMs: number
  resumedAt: number
  /** Requests that it is at. */
  requests: number
  /** Extra ms that were put into its way, over all its operations: what a caller may be late by. */
  delayMs: number
  /** When its last call was answered that there are too many; `null`: none was. */
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
  readonly machines: readonly Machine[]
  /** Whether the host application takes events. */
  readonly takesEvents: boolean
  /** How far idle processes may sleep on: the time of the next thing that the script does. */
  nextAction: number
  crash(process: SimulatedProcess): void
  /** Notes an event of the history; the text is made only when somebody wants to read it. */
  note(who: string, text: () => string): void
}

/** Whether the process is still there after this step, at which it may die. */
export function survives(world: World, process: SimulatedProcess): boolean {
  if (!process.ended && world.faults.crash()) world.crash(process)
  return process.ended === null
}

/** Resolves when what was sent to that process reaches it; never, if it has ended by then. */
export function reach(world: World, process: SimulatedProcess): Promise<void> {
  if (process.pause?.onDemand) world.pausing.resume(process)
  return new Promise((resolve) =>
    world.pausing.deliver(process, 'socket', () => {
      if (survives(world, process)) resolve()
    }),
  )
}

/** Ms that the process has not run, up to this moment. */
export function pausedFor({ scheduler }: World, { pausedMs, pause }: SimulatedProcess): number {
  return pausedMs + (pause && !pause.draining ? scheduler.now() - pause.since : 0)
}
