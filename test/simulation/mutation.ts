// A planted bug: what it puts between the production code and its seams, or in place of a part. No production code is
// touched, so that the same code is judged with and without it.

import type { Client } from '../../src/core/provider.ts'
import type { GrantStore } from '../../src/core/store/grants.ts'
import type { OutboxStore } from '../../src/core/store/outbox.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { PunctualOptions } from '../../src/options.ts'
import type { Rule } from './checker.ts'
import type { SimulatedProvider } from './provider.ts'
import type { Scenario } from './scenarios.ts'
import type { StatedLifetimes } from './token-issuer.ts'

export type Options = Required<Pick<PunctualOptions, 'store' | 'fetch' | 'clock' | 'journal'>> &
  Pick<PunctualOptions, 'waitUntil'>

export interface Mutation {
  readonly name: string
  /** The rules that it may break first. */
  readonly violates: readonly Rule[]
  /** The scene in which it shows, if that is a rare one: its histories play it more often. */
  readonly frequentScenario?: Scenario
  /** Whether next to nothing happens for weeks in its histories. */
  readonly idle?: boolean
  /** Whether it can show only where the host application takes events: all its histories have such a one. */
  readonly takesEvents?: boolean
  /** Whether processes stand still and answers come late in all its histories, and often. */
  readonly manyPauses?: boolean
  /** Whether all its processes run as functions do, frozen between requests. */
  readonly serverless?: boolean
  /** Whether all its histories have rows that do not open, and files in the journal that are of no use. */
  readonly unreadableRows?: boolean
  /** What the provider says of lifetimes in all its histories. */
  readonly statedLifetimes?: StatedLifetimes
  /** Wraps what one process is given. */
  readonly wrapOptions?: ((options: Options) => Partial<Options>) | undefined
  /** Wraps the shared store itself, so that what it does stays atomic. */
  readonly wrapStore?: (store: Store) => Store
  /** Replaces a client. */
  readonly replaceClient?: (client: Client, provider: SimulatedProvider) => Client
  /** Changes what a process answers. */
  readonly changeResponse?: (answer: Response) => Response
  /** Whose clock judges leases, where it is not the store's monotonic one. */
  readonly leaseClock?: 'process' | 'wall'
  /** Whether the platform's `fetch` says nothing of a request that is about to leave. */
  readonly unannounced?: boolean
}

/** Changes operations on grants and leaves everything else. */
export function inGrants(change: (grants: GrantStore) => Partial<GrantStore>): Mutation['wrapOptions'] {
  return ({ store }) => ({ store: withGrants(store, change(store.grants)) })
}

export function withGrants(store: Store, changed: Partial<GrantStore>): Store {
  return { ...store, grants: { ...store.grants, ...changed } }
}

/** Changes operations on the outbox and leaves everything else. */
export function inOutbox(change: (outbox: OutboxStore) => Partial<OutboxStore>): Mutation['wrapOptions'] {
  return ({ store }) => ({ store: { ...store, outbox: { ...store.outbox, ...change(store.outbox) } } })
}
