// The store in Postgres: for any number of replicas on one database. Times are the database's, no session is kept
// between two transactions, and only statements are used that CockroachDB and YugabyteDB know too.

import { type CompiledQuery, Kysely, sql } from 'kysely'
import { argumentError } from '../core/check.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { createOpening } from '../core/store/opening.ts'
import type { Store } from '../core/store/store.ts'
import { retryConflicts } from './postgres/conflict-retry.ts'
import { databaseTime, dialect, runOf } from './postgres/dialect.ts'
import { notOpen } from './postgres/failure.ts'
import { createHints } from './postgres/hints.ts'
import { type Connections, openConnections } from './postgres/pool.ts'
import { prepare } from './postgres/schema.ts'
import { type PostgresOptions, parseSettings } from './postgres/settings.ts'
import { type Engine, rememberEngine, type Time } from './sql/engine/engine.ts'
import { clockReading } from './sql/engine/parameters.ts'
import type { Tables } from './sql/engine/tables.ts'
import { storeOn } from './sql/store.ts'

export type { EscrowPlace } from '../core/escrow-place.ts'
export { type PostgresEscrowOptions, postgresEscrow } from './postgres/escrow.ts'
export type { PostgresOptions } from './postgres/settings.ts'

/**
 * A store in a Postgres database (18, or a compatible one), in a schema of its own. Needs the package `pg`.
 *
 * The time is the database's, not that of the replicas' clocks. A clock that `open` gets and that differs from this
 * machine's by a second or more is a virtual one: the database's time is then moved by that difference.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names the option.
 */
export function postgres(options: string | PostgresOptions, ...more: readonly never[]): Store {
  if (more.length > 0)
    throw argumentError('postgres', 'there is no second argument. Give one object: postgres({ url, schema, … })')
  const settings = parseSettings(options)
  const { where, schema } = settings
  let clock: Clock | undefined
  let pool: Connections | null = null

  const given = settings.clock
  const now: Time = given
    ? sql`cast(${clockReading(given.now)} as bigint)`
    : sql`(${databaseTime} + ${clockReading(ahead)})`

  /** How far a virtual clock is ahead of the machine's, in ms. */
  function ahead(): number {
    const ms = clock ? clock.now() - systemClock.now() : 0
    return Math.abs(ms) < 1000 ? 0 : Math.round(ms)
  }

  const bare = new Kysely<Tables>({ dialect: dialect(opened, settings.preparedStatements) })
  const db = bare.withSchema(schema)
  const engine: Engine = {
    db,
    now: () => now,
    leaseNow: () => now,
    async run<Row>(compiled: CompiledQuery<Row>, values: object, trx = db) {
      return (await trx.executeQuery<Row>(runOf(compiled, values))).rows
    },
    write: (change) => retryConflicts(() => db.transaction().execute(change)),
    rowLocks: true,
    changesSeveralTables: true,
    announced: new Set(),
    continueSerial: () => continueSerial(bare, schema),
  }
  const hints = settings.notify ? createHints(schema, bare, () => opened().connect()) : null

  function opened(): Connections {
    if (pool) return pool
    throw notOpen(where)
  }

  async function begin(): Promise<void> {
    try {
      pool = await openConnections(settings)
      await prepare(bare, schema, where)
    } catch (error) {
      await end()
      throw error
    }
  }

  async function end(): Promise<void> {
    const last = pool
    pool = null
    await hints?.close()
    await last?.end()
  }

  const { open, close } = createOpening(begin, end)
  const tables = storeOn(engine, where)
  const store: Store = {
    ...tables,
    open(given: Clock) {
      clock ??= given
      return open()
    },
    close,
    folder: null,
    grants: hints ? hints.withHints(tables.grants) : tables.grants,
  }
  return Object.freeze(rememberEngine(store, engine))
}

/** Lets the engine number its next rows after those that a copy has brought with their numbers. */
async function continueSerial(db: Kysely<Tables>, schema: string): Promise<void> {
  for (const name of [`${schema}.history`, `${schema}.outbox`, `${schema}.activity_log`])
    await sql`select setval(pg_get_serial_sequence(${name}, 'seq'), (select coalesce(max(seq), 0) + 1 from ${sql.table(name)}), false)`.execute(
      db,
    )
}
