// The store in the memory of this process: for tests, simulations and trials.

import { anything, type Checks, checkOptions, optional } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import type { Store } from '../core/store/store.ts'
import { emptyTables } from './memory/engine/tables.ts'
import { storeOnTables } from './memory/on-tables.ts'

export interface MemoryOptions {
  /** The store's clock. Default: the one that the first `open` gets. */
  readonly clock?: Clock
}

/** A store without a file. It ends with the process; closing it keeps its rows, so that it can be opened again. @throws {PunctualError} `invalid_argument` */
export function memory(options: MemoryOptions = {}): Store {
  checkOptions('memory', options, { clock: optional(anything) } satisfies Checks<MemoryOptions>)
  return storeOnTables(emptyTables(), options.clock)
}
