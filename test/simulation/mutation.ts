// A planted bug: it wraps what the production code is given, or changes what surrounds it. The production code itself stays
// as it is, so that the same code is checked with and without the bug.

import type { Client } from '../../src/core/provider.ts'
import type { BookingKeyStore } from '../../src/core/store/booking-keys.ts'
import type { GrantStore } from '../../src/core/store/grants.ts'
import type { OutboxStore } from '../../src/core/store/outbox.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { PunctualOptions } from '../../src/options.ts'
import type { Rule } from './checker.ts'
import type { SimulatedProvider } from './provider.ts'
import type { Scenario } from './scenarios.ts'
import type { StatedLifetimes } from './token-issuer.ts'

export type Options = Required<Pick<PunctualOptions, 'store' | 'fetch' | 'clock' | 'journal'>> &
  Pick<PunctualOptions, 'waitUntil' | 'tokenMemoryMs' | 'escrow'>

export interface Mutation {
  readonly name: string
  /** The rules that it may violate first. */
  readonly violates: readonly Rule[]
  /** The scenario in which it shows, if that is a rare one: its histories play it more often. */
  readonly frequentScenario?: Scenario
  /** Whether almost nothing happens for weeks in its histories. */
  readonly idle?: boolean
  /** Whether it can show only where the host application takes events: in all its histories it does. */
  readonly takesEvents?: boolean
  /** Whether the host application has several destinations in all its histories. Otherwise it never has. */
  readonly severalDestinations?: boolean
  /** Whether all its histories have bookings. */
  readonly bookings?: boolean
  /** Whether all its histories have an escrow. */
  readonly escrow?: boolean
  /** Whether a rotation of the keys writes what it has read before, whatever is there by then. */
  readonly blindRotation?: boolean
  /** What a compaction sees of the texts. */
  readonly escrowCompaction?: (texts: readonly string[]) => readonly string[]
  /** Whether processes are paused and answers come late in all its histories, and often. */
  readonly manyPauses?: boolean
  /** Whether all its processes run on a serverless platform, frozen between requests. */
  readonly serverless?: boolean
  /** Whether all its histories have rows that do not open, and foreign files in the journal. */
  readonly unreadableRows?: boolean
  /** The lifetimes that the provider states in all its histories. */
  readonly statedLifetimes?: StatedLifetimes
  /** Wraps the options of one process. */
  readonly wrapOptions?: ((options: Options) => Partial<Options>) | undefined
  /** Wraps the shared store itself, so that its operations stay atomic. */
  readonly wrapStore?: (store: Store) => Store
  /** Replaces a client. */
  readonly replaceClient?: (client: Client, provider: SimulatedProvider) => Client
  /** Changes the responses of a process. */
  readonly changeResponse?: (answer: Response) => Response
  /** The clock that judges leases, where it is not the store's monotonic one. */
  readonly leaseClock?: 'process' | 'wall'
  /** Whether the platform's `fetch` announces no request that is about to leave, or none of a booking. */
  readonly unannounced?: boolean | 'bookings' | undefined
}

/** Changes some operations on grants and leaves the others. */
export function inGrants(change: (grants: GrantStore) => Partial<GrantStore>): Mutation['wrapOptions'] {
  return ({ store }) => ({ store: withGrants(store, change(store.grants)) })
}

export function withGrants(store: Store, changed: Partial<GrantStore>): Store {
  return { ...store, grants: { ...store.grants, ...changed } }
}

/** Changes some operations on the outbox and leaves the others. */
export function inOutbox(change: (outbox: OutboxStore) => Partial<OutboxStore>): Mutation['wrapOptions'] {
  return ({ store }) => ({ store: { ...store, outbox: { ...store.outbox, ...change(store.outbox) } } })
}

/** Changes some operations on booking keys and leaves the others. */
export function inBookingKeys(change: (keys: BookingKeyStore) => Partial<BookingKeyStore>): Mutation['wrapOptions'] {
  return ({ store }) => ({ store: { ...store, bookingKeys: { ...store.bookingKeys, ...change(store.bookingKeys) } } })
}
