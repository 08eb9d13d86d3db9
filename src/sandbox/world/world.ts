// What every handler may touch: the state, the meters, the clock and the source of randomness.

import type { Root } from './addresses.ts'
import type { Meter } from './meter.ts'
import type { State } from './state.ts'

/** The world of one sandbox. Nothing in it waits. */
export interface World {
  /** Replaced as a whole by a reset; never keep a reference to a part of it. */
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
  /** Says that the state has changed and is to be kept. */
  changed(): void
}
