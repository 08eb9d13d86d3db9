// What a scenario is: something that can go wrong at a provider, with the fields of its own kind alone.

import type { FaultInput } from '../world/fault.ts'

/** What a scenario leaves open. `who`: a provider and perhaps an account. `person`: an account. `app`: a client. */
export type ScenarioField = 'provider' | 'who' | 'person' | 'app' | 'client' | 'endpoint' | Amount

/** A field that takes a number. */
export type Amount = 'times' | 'minutes' | 'seconds' | 'percent'

/** The values of the fields, after their check. */
export interface ScenarioValues {
  readonly provider?: 'calendly' | 'calcom' | undefined
  /** The id of an account. */
  readonly account?: string | undefined
  /** The id of a client. */
  readonly client?: string | undefined
  readonly endpoint?: 'api' | 'token' | undefined
  /** Null: each time. */
  readonly times?: number | null | undefined
  /** Null: until it is ended. */
  readonly minutes?: number | null | undefined
  readonly seconds?: number | undefined
  readonly percent?: number | undefined
}

/** One thing that can go wrong. */
export interface Scenario {
  readonly name: string
  readonly title: string
  /** What happens, and what an app should do about it. */
  readonly what: string
  readonly fields: readonly ScenarioField[]
  /** What a number is if it is not given. */
  readonly defaults?: Partial<Record<Amount, number>>
  /** The fault that makes it happen; null where the control changes something instead. */
  readonly fault: ((values: ScenarioValues) => FaultInput) | null
}
