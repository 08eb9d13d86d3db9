// The store in a SQLite file: the embedded default. What it has acknowledged is on the disk (WAL, synchronous=FULL),
// several processes may share the file, and only its owner may read it.

import { dirname, resolve } from 'node:path'
import { anything, type Checks, checkOptions, checkValue, optional } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { createOpening } from '../core/store/opening.ts'
import type { Store } from '../core/store/store.ts'
import { type Engine, rememberEngine } from './sql/engine/engine.ts'
import { clockReading } from './sql/engine/parameters.ts'
import type { Tables } from './sql/engine/tables.ts'
import { migrate } from './sql/migrations.ts'
import { storeOn } from './sql/store.ts'
import { sqliteDatabase } from './sqlite/database.ts'
import { cannotOpen } from './sqlite/failure.ts'
import { applicationId, assertInPlace, claimFile, closeFile, emptyLog, type OpenFile, openFile } from './sqlite/file.ts'
import { turnOnFile } from './sqlite/turn.ts'

export type { EscrowPlace } from '../core/escrow-place.ts'
export { sqliteEscrow } from './sqlite/escrow.ts'

export interface SqliteOptions {
  /** The store's clock. Default: the one that the first `open` gets. */
  readonly clock?: Clock
}

/**
 * A store in the file at `path`, which is created, with its folder, if it does not exist.
 *
 * @throws {PunctualError} `invalid_argument` for a path that names no file, or an unknown option.
 */
export function sqlite(path: string, options: SqliteOptions = {}): Store {
  checkValue('sqlite', 'path', path, isFile)
  checkOptions('sqlite', options, { clock: optional(anything) } satisfies Checks<SqliteOptions>)
  const file = resolve(path)
  let clock = options.clock
  let handles: OpenFile | null = null

  const now = clockReading(() => clock?.now() ?? 0)
  const leaseNow = clockReading(() => clock?.monotonic() ?? 0)
  const { db, run, write, settle } = sqliteDatabase<Tables>(file, opened)
  const engine: Engine = {
    db,
    now: () => now,
    leaseNow: () => leaseNow,
    run,
    write,
    rowLocks: false,
    changesSeveralTables: false,
    announced: new Set(),
    shred: () => write(async () => {}).then(() => emptyLog(opened())),
  }
  const tables = storeOn(engine, file)

  function opened(): OpenFile {
    if (handles) return handles
    throw new PunctualError('store_unavailable', `The database ${file} is not open; call open(clock) first.`, {
      reason: 'not_open',
      retryable: true,
    })
  }

  async function begin(): Promise<void> {
    try {
      handles = await openFile(file)
      await write(async (trx) => {
        await claimFile(trx, file, applicationId)
        await migrate(trx, { serial: 'integer' }, file)
      })
      await tables.ping()
    } catch (error) {
      await shut()
      throw cannotOpen(file, error)
    }
  }

  async function shut(): Promise<void> {
    await settle()
    const leave = await turnOnFile(file)
    if (handles) closeFile(handles)
    handles = null
    leave()
  }

  const { open, close } = createOpening(begin, shut)
  const store: Store = {
    ...tables,
    async check() {
      // What is read of a file that was moved is what stood in it then.
      assertInPlace(opened(), file)
      await tables.check()
    },
    open(given: Clock) {
      clock ??= given
      return open()
    },
    close,
    folder: dirname(file),
  }
  return Object.freeze(rememberEngine(store, engine))
}

function isFile(path: unknown): string | null {
  if (path === ':memory:')
    return "must be the path of a file. For a store without one use memory() of 'punctual/store/memory'"
  if (typeof path === 'string' && /^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    return "must be the path of a file, not an address. For Postgres use postgres(url) of 'punctual/store/postgres'"
  return typeof path === 'string' && path !== '' ? null : 'must be the path of a file, such as .punctual/punctual.db'
}
