// A planted bug: what it puts between the production code and its seams, or in place of a part. No production code is
// touched, so that the same code is judged with and without it.

import type { Client } from '../../src/core/provider.ts'
import type { Store } from '../../src/core/store.ts'
import type { PunctualOptions } from '../../src/options.ts'
import type { Rule } from './ledger.ts'
import type { SimulatedProvider } from './provider.ts'
import type { Scene } from './script.ts'

export type Options = Required<Pick<PunctualOptions, 'store' | 'fetch' | 'clock' | 'journal'>>

export interface Mutation {
  readonly name: string
  /** The rules that it may break first. */
  readonly breaks: readonly Rule[]
  /** The scene in which it shows, if that is a rare one: its histories play it more often. */
  readonly often?: Scene
  /** Whether it can show only where the host application takes events: all its histories have such a one. */
  readonly hears?: boolean
  /** Wraps what one process is given. */
  readonly options?: ((options: Options) => Partial<Options>) | undefined
  /** Wraps the shared store itself, so that what it does stays atomic. */
  readonly shared?: (store: Store) => Store
  /** Replaces a client. */
  readonly client?: (client: Client, provider: SimulatedProvider) => Client
  /** Whether leases are judged by the clock of the process instead of the store's. */
  readonly ownClock?: boolean
}
