// What the statements need from an engine: its time, its transactions, its locks. Everything else in store/sql/ is the
// same for SQLite and Postgres.

import { type CompiledQuery, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Store } from '../../../core/store/store.ts'
import type { Tables } from './tables.ts'

/** The database, or a transaction on it. */
export type Database = Kysely<Tables>

export interface Engine {
  readonly db: Database
  /** The store's clock when the statement runs: SQLite gets the time as a parameter, Postgres has a clock. */
  now(): Time
  /** The clock of the leases: a monotonic one where the engine runs in this process, else the store's. */
  leaseNow(): Time
  /** Runs a statement of `engine/statement.ts` with these values, in the transaction `trx` or by itself. */
  run<Row>(compiled: CompiledQuery<Row>, values: object, trx?: Database): Promise<Row[]>
  /** Runs a transaction that writes, all or nothing. `change` awaits only statements. */
  write<Result>(change: (trx: Database) => Promise<Result>): Promise<Result>
  /** Whether several transactions write at the same time, so that a row must be locked before it is judged. */
  readonly rowLocks: boolean
  /** Whether a statement can change two tables: a change is then one round trip, and its own transaction. */
  readonly changesSeveralTables: boolean
  /** The types of the events that changes write into the outbox. */
  readonly announced: Set<string>
  /** Overwrites what the engine keeps of deleted rows, where it has a way to. */
  readonly shred?: () => Promise<void>
  /** Lets the engine number new rows after rows were inserted with numbers of their own; SQLite does so by itself. */
  readonly continueSerial?: () => Promise<void>
}

const engines = new WeakMap<Store, Engine>()

/** Remembers the engine of a store, for copying rows from one store to another. */
export function rememberEngine(store: Store, engine: Engine): Store {
  engines.set(store, engine)
  return store
}

/** @throws {TypeError} for a store that is not in a SQL database. */
export function engineOf(store: Store): Engine {
  const engine = engines.get(store)
  if (engine) return engine
  throw new TypeError('only a store in a SQL database can be copied')
}

/** An expression for a time in whole ms. */
export type Time = RawBuilder<number>

/** `ms` after a time; `null` for `null`. */
export function after<Ms extends number | null = number>(time: Time, ms: number | RawBuilder<Ms>): RawBuilder<Ms> {
  return sql<Ms>`${time} + ${typeof ms === 'number' ? Math.round(ms) : ms}`
}

/**
 * Whether a column's time has been reached. A time further ahead than `span` counts as reached: a wrong clock wrote it.
 */
export function isReached(column: string, now: Time, span: number | Time): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.ref(column)} <= ${now} or ${sql.ref(column)} > ${after(now, span)})`
}

/** Whether a column's time of the past is at least `age` ms away. A time that is as far ahead counts too. */
export function isPast(column: string, now: Time, age: number): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.ref(column)} <= ${after(now, -age)} or ${sql.ref(column)} >= ${after(now, age)})`
}

/** The later of a column and a time. */
export function latest(column: string, time: Time): Time {
  return sql<number>`case when ${sql.ref(column)} > ${time} then ${sql.ref(column)} else ${time} end`
}

/** What `make` makes for an engine, made once: for functions that get their engine as an argument. */
export function perEngine<Made>(make: (engine: Engine) => Made): (engine: Engine) => Made {
  const known = new WeakMap<Engine, Made>()
  return (engine) => {
    const made = known.get(engine) ?? make(engine)
    known.set(engine, made)
    return made
  }
}

/** The name of the database, which a migration has drawn. */
export async function identityOf({ db }: Engine): Promise<string> {
  return (await db.selectFrom('database_identity').select('identity').executeTakeFirstOrThrow()).identity
}

/** Whether an escrow has ever had all of its grants. */
export async function hasEscrow({ db }: Engine): Promise<boolean> {
  return (await db.selectFrom('database_identity').select('has_escrow').executeTakeFirstOrThrow()).has_escrow === 1
}

export async function noteEscrow({ db }: Engine): Promise<void> {
  await db.updateTable('database_identity').set({ has_escrow: 1 }).where('id', '=', 1).execute()
}
