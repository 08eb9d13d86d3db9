// The limits of a connection, as far as one process knows them.

import type { Capability } from './scheduling/capabilities.ts'

/** What a process knows of the calls that an account has left, from the answers to its own calls. */
export interface KnownBudget {
  /** Calls in a window; `null`: the provider has not said so lately. */
  readonly limit: number | null
  /** Of these, how many are left; `null`: it is not known. */
  readonly remaining: number | null
  /** When the window ends. */
  readonly resetsAt: Date | null
  /** Until when no call is made, since the provider has refused one too many. */
  readonly blockedUntil: Date | null
}

/** What a refusal has shown: that the plan of the account, or its role, is in the way. It is believed for an hour. */
export interface KnownObstacle {
  readonly what: Capability
  readonly because: 'plan' | 'role'
  readonly until: Date
}

/** The limits of a connection, as far as this process knows them. */
export interface ConnectionLimits {
  /** `null`: this process has made no call lately. */
  readonly budget: KnownBudget | null
  readonly obstacles: readonly KnownObstacle[]
}
