// The store in a SQLite file: the embedded default. What it has acknowledged is on the disk (WAL, synchronous=FULL),
// several processes may share the file, and only its owner may read it.

import { dirname, resolve } from 'node:path'
import { Kysely } from 'kysely'
import { anything, type Checks, checkOptions, checkValue, optional } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Store } from '../core/store/store.ts'
import { type Engine, rememberEngine } from './sql/engine/engine.ts'
import { clockReading, filled } from './sql/engine/parameters.ts'
import type { Tables } from './sql/engine/tables.ts'
import { migrate } from './sql/migrations.ts'
import { storeOn } from './sql/store.ts'
import { dialect } from './sqlite/dialect.ts'
import { cannotOpen } from './sqlite/failure.ts'
import { claimFile, type Handle, openFile } from './sqlite/file.ts'

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
  let handle: Handle | null = null
  let opening: Promise<void> | null = null

  const now = clockReading(() => clock?.now() ?? 0)
  const leaseNow = clockReading(() => clock?.monotonic() ?? 0)
  const db = new Kysely<Tables>({ dialect: dialect(file, opened) })
  const engine: Engine = {
    db,
    now: () => now,
    leaseNow: () => leaseNow,
    run: async (compiled, values, trx = db) => (await trx.executeQuery(filled(compiled, values))).rows,
    write: (change) => db.transaction().execute(change),
    rowLocks: false,
    announced: new Set(),
  }
  const tables = storeOn(engine, file)

  function opened(): Handle {
    if (handle) return handle
    throw new PunctualError('store_unavailable', `The database ${file} is not open; call open(clock) first.`, {
      reason: 'not_open',
      retryable: true,
    })
  }

  async function begin(): Promise<void> {
    try {
      handle = await openFile(file)
      await db.transaction().execute(async (trx) => {
        await claimFile(trx, file)
        await migrate(trx, { serial: 'integer' }, file)
      })
      await tables.ping()
    } catch (error) {
      await shut()
      throw cannotOpen(file, error)
    }
  }

  /** Waits for the transaction that is running, if one is. */
  async function shut(): Promise<void> {
    await db.connection().execute(async () => {
      handle?.database.close()
      handle = null
      opening = null
    })
  }

  async function close(): Promise<void> {
    await opening?.catch(() => {})
    await shut()
  }

  const store: Store = {
    ...tables,
    open(given: Clock) {
      clock ??= given
      opening ??= begin()
      return opening
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
