// What every handler may touch: the state, the meters, the clock and the source of randomness.

import type { Root } from './addresses.ts'
import type { Meter } from './meter.ts'
import type { State } from './state.ts'

/** The world of one sandbox. All of it is synchronous. */
export interface World {
  /** A reset replaces it as a whole: never keep a reference to a part of it. */
  state: State
  readonly meter: Meter
  /** Root of all addresses, without a slash at the end. */
  base(): string
  /** Whether addresses in answers are the providers' own. */
  readonly ownAddresses: boolean
  /** The beginning of a provider's addresses in answers and parameters, without a slash at the end. */
  root(of: Root): string
  /** The virtual clock, in milliseconds; handlers take `exchange.now` instead, which a fault may skew. */
  now(): number
  random(bytes: number): Uint8Array
  /** Marks the state as changed, so that it is written. */
  changed(): void
}
