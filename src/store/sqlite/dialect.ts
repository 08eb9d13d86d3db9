// Kysely on node:sqlite. One handle, and one transaction at a time on a file in this process: a transaction awaits
// between its statements, and a second one would find the file locked by this process. Nothing here blocks the event
// loop for longer than a statement takes.

import type { StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { type Clock, systemClock } from '../../core/clock.ts'
import { fill } from '../sql/engine/parameters.ts'
import { letOthersRun, retryWhileBusy } from './busy-retry.ts'
import { failure } from './failure.ts'
import { assertInPlace, type Handle } from './file.ts'

/** The dialect for the file at `path`; `handle` returns its open handle or throws. */
export function dialect(path: string, handle: () => Handle, sleep: Clock['sleep'] = systemClock.sleep): Dialect {
  return {
    createAdapter: () => ({
      // The driver below makes sure that there is one at a time.
      supportsMultipleConnections: true,
      supportsCreateIfNotExists: true,
      supportsTransactionalDdl: true,
      supportsReturning: true,
      supportsOutput: false,
      // Migrations run in a transaction that writes from its beginning: that is their lock.
      acquireMigrationLock: async () => {},
      releaseMigrationLock: async () => {},
    }),
    createDriver: () => driver(path, handle, sleep),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

// BEGIN IMMEDIATE takes the lock for writing at once. A deferred transaction that reads first cannot take it later when
// another process has written in between, however long it waits.
const begin = CompiledQuery.raw('begin immediate')
const commit = CompiledQuery.raw('commit')
const rollback = CompiledQuery.raw('rollback')

/** A connection that has this process's turn on the file, from its acquisition to its release. */
interface Lent extends DatabaseConnection {
  inTransaction: boolean
  leave(): void
}

function driver(path: string, handle: () => Handle, sleep: Clock['sleep']): Driver {
  return {
    init: async () => {},
    acquireConnection: () => lend(path, handle, sleep),
    async releaseConnection(connection) {
      ;(connection as Lent).leave()
    },
    async beginTransaction(connection) {
      await connection.executeQuery(begin)
      ;(connection as Lent).inTransaction = true
    },
    async commitTransaction(connection) {
      await connection.executeQuery(commit)
    },
    async rollbackTransaction(connection) {
      // SQLite has rolled back by itself where the disk was full or failed; there is nothing left to do then.
      await connection.executeQuery(rollback).catch(() => {})
    },
    destroy: async () => {},
  }
}

async function lend(path: string, handle: () => Handle, sleep: Clock['sleep']): Promise<Lent> {
  let leave = await turn(path)
  await letOthersRun()
  const lent: Lent = {
    inTransaction: false,
    leave: () => leave(),
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const attempt = () => execute<Row>(path, handle(), query)
      // While another process has the lock, other callers in this process have their turn.
      const aside = async (ms: number) => {
        leave()
        await sleep(ms)
        leave = await turn(path)
      }
      try {
        return lent.inTransaction ? attempt() : await retryWhileBusy(attempt, aside)
      } catch (error) {
        throw failure(path, error)
      }
    },
    // biome-ignore lint/correctness/useYield: nothing of ours streams.
    async *streamQuery() {
      throw new Error('the SQLite store does not stream')
    },
  }
  return lent
}

function execute<Row>(path: string, handle: Handle, { sql, parameters, query }: CompiledQuery): QueryResult<Row> {
  const reads = SelectQueryNode.is(query)
  if (!reads && sql !== rollback.sql) assertInPlace(handle, path)
  const values = fill(parameters, {}) as (string | number | null)[]
  const statement = prepare(handle, sql)
  if (reads || query.kind === 'RawNode' || 'returning' in query)
    return { rows: statement.all(...values).map(inRange) as Row[] }
  return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) }
}

function prepare({ database, statements }: Handle, sql: string): StatementSync {
  const known = statements.get(sql)
  if (known) return known
  const statement = database.prepare(sql)
  // A number that is too great for JavaScript would fail the whole result.
  statement.setReadBigInts(true)
  statements.set(sql, statement)
  return statement
}

function inRange(row: Record<string, unknown>): Record<string, unknown> {
  for (const name in row) {
    const value = row[name]
    if (typeof value === 'bigint') row[name] = Math.min(Math.max(Number(value), -greatest), greatest)
  }
  return row
}

const greatest = Number.MAX_SAFE_INTEGER

const queues = new Map<string, Promise<void>>()

/** Waits until no other caller in this process uses the file. The returned function ends the turn. */
async function turn(path: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const before = queues.get(path)
  queues.set(path, promise)
  await before
  return () => {
    if (queues.get(path) === promise) queues.delete(path)
    resolve()
  }
}
