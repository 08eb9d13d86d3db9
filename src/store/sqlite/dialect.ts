// Kysely on node:sqlite. One handle, and one transaction at a time on a file in this process: a transaction awaits
// between its statements, and whoever waited for its lock meanwhile would block the thread that is to release it.

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
import { failure } from './failure.ts'
import type { Handle } from './file.ts'

/** The dialect for the file at `path`; `handle` answers its open handle or throws. */
export function dialect(path: string, handle: () => Handle): Dialect {
  return {
    createAdapter: () => ({
      // The driver below sees to it that there is one at a time.
      supportsMultipleConnections: true,
      supportsCreateIfNotExists: true,
      supportsTransactionalDdl: true,
      supportsReturning: true,
      supportsOutput: false,
      // Migrations run in a transaction that writes from its beginning: that is their lock.
      acquireMigrationLock: async () => {},
      releaseMigrationLock: async () => {},
    }),
    createDriver: () => driver(path, handle),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

// BEGIN IMMEDIATE takes the lock for writing at once. A deferred transaction that reads first cannot take it later when
// another process has written in between; SQLite then answers SQLITE_BUSY without waiting.
const begin = CompiledQuery.raw('begin immediate')
const commit = CompiledQuery.raw('commit')
const rollback = CompiledQuery.raw('rollback')

function driver(path: string, handle: () => Handle): Driver {
  const leave = new WeakMap<DatabaseConnection, () => void>()
  return {
    init: async () => {},
    async acquireConnection() {
      const left = await turn(path)
      const connection = connect(path, handle)
      leave.set(connection, left)
      return connection
    },
    async releaseConnection(connection) {
      leave.get(connection)?.()
    },
    async beginTransaction(connection) {
      await connection.executeQuery(begin)
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

function connect(path: string, handle: () => Handle): DatabaseConnection {
  return {
    async executeQuery<Row>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<Row>> {
      try {
        const { database, statements } = handle()
        const statement = statements.get(sql) ?? database.prepare(sql)
        statements.set(sql, statement)
        const values = parameters as (string | number | null)[]
        if (SelectQueryNode.is(query) || query.kind === 'RawNode' || 'returning' in query)
          return { rows: statement.all(...values) as Row[] }
        const { changes } = statement.run(...values)
        return { rows: [], numAffectedRows: BigInt(changes) }
      } catch (error) {
        throw failure(path, error)
      }
    },
    // biome-ignore lint/correctness/useYield: nothing of ours streams.
    async *streamQuery() {
      throw new Error('the SQLite store does not stream')
    },
  }
}

const queues = new Map<string, Promise<void>>()

/** Waits until nobody else in this process uses the file; the answer ends the turn. */
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
