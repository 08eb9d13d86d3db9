// What the parts of one history share, and the life of a process: from its start to its crash or its stop.

import type { Chance } from './chance.ts'
import type { Faults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { SimulatedProvider } from './provider.ts'
import type { Scheduler } from './scheduler.ts'

/** One incarnation of a replica. What it left pending when it ended is never answered. */
export interface Life {
  /** Such as `r2.1`: the first life of replica 2. */
  readonly name: string
  readonly replica: number
  /** Ms that this replica's clock is ahead of the store's. */
  readonly skew: number
  ended: 'crashed' | 'stopped' | null
  /** Extra ms that were put into its way, over all its operations: what a caller may be late by. */
  hindered: number
  /** When its last call was answered that there are too many; `null`: none was. */
  limitedAt: number | null
}

export interface World {
  readonly scheduler: Scheduler
  readonly chance: Chance
  readonly faults: Faults
  readonly provider: SimulatedProvider
  readonly ledger: Ledger
  /** The store's clock, as ms beside the scheduler's: 0 but for a mutation. */
  readonly storeClock: { ahead: number }
  /** Whether the host application takes events. */
  readonly hears: boolean
  /** How far idle processes may sleep on: the time of the next thing that the script does. */
  nextAction: number
  crash(life: Life): void
  /** Notes an event of the history; the text is made only when somebody wants to read it. */
  note(who: string, text: () => string): void
}

/** Whether the process is still there after this step, at which it may die. */
export function survives(world: World, life: Life): boolean {
  if (!life.ended && world.faults.crash()) world.crash(life)
  return life.ended === null
}
