// Kysely on pg. Unless the server may keep statements, nothing is kept in a session: statements are unnamed and tables
// have their schema in their name, so that every transaction may run on another one. A statement outside a transaction
// that lost against another is tried again.

import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresQueryCompiler,
  type QueryResult,
  type RawBuilder,
  sql,
} from 'kysely'
import { fill } from '../sql/engine/parameters.ts'
import { retryConflicts } from './conflict-retry.ts'
import { codeOf } from './failure.ts'
import type { Connections, Session } from './pool.ts'
import { createStatementNames, type StatementNames } from './statement-names.ts'

/**
 * The dialect on those connections; `connections` throws while the store is not open. `keepsStatements`: whether the
 * server keeps the statements that are compiled once.
 */
export function dialect(connections: () => Connections, keepsStatements: boolean): Dialect {
  const names = keepsStatements ? createStatementNames() : null
  return {
    createAdapter: () => ({
      supportsMultipleConnections: true,
      supportsCreateIfNotExists: true,
      supportsTransactionalDdl: true,
      supportsReturning: true,
      supportsOutput: false,
      // schema.ts holds a lock around the whole migration.
      acquireMigrationLock: async () => {},
      releaseMigrationLock: async () => {},
    }),
    createDriver: () => driver(connections, names),
    createIntrospector: introspector,
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

/** One run of a statement that is compiled once, by which the server may keep it. */
interface Run<Row> extends CompiledQuery<Row> {
  readonly compiled: CompiledQuery<Row>
}

export function runOf<Row>(compiled: CompiledQuery<Row>, values: object): CompiledQuery<Row> {
  const run: Run<Row> = { ...compiled, parameters: fill(compiled.parameters, values), compiled }
  return run
}

interface Lent extends DatabaseConnection {
  readonly session: Session
  inTransaction: boolean
}

function driver(connections: () => Connections, names: StatementNames | null): Driver {
  const statement = async (connection: DatabaseConnection, text: string) => {
    await (connection as Lent).session.run(text)
  }
  return {
    init: async () => {},
    acquireConnection: async () => lend(await connections().borrow(), names),
    releaseConnection: async (connection) => (connection as Lent).session.release(),
    async beginTransaction(connection) {
      await statement(connection, 'begin')
      ;(connection as Lent).inTransaction = true
    },
    commitTransaction: (connection) => statement(connection, 'commit'),
    // Where it fails the connection is lost, and the server has rolled back or will.
    rollbackTransaction: (connection) => statement(connection, 'rollback').catch(() => {}),
    destroy: async () => {},
  }
}

function lend(session: Session, names: StatementNames | null): Lent {
  const lent: Lent = {
    session,
    inTransaction: false,
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const run = async () => {
        const name = names && 'compiled' in query ? names.of(query.compiled as CompiledQuery) : undefined
        try {
          const { rows, rowCount } = await session.run(query.sql, fill(query.parameters, {}), name)
          return { rows: rows as Row[], ...(rowCount !== null && { numAffectedRows: BigInt(rowCount) }) }
        } catch (error) {
          if (codeOf(error) === 'stale_plan') names?.renew()
          throw error
        }
      }
      return lent.inTransaction ? run() : retryConflicts(run)
    },
    // biome-ignore lint/correctness/useYield: nothing of ours streams.
    async *streamQuery() {
      throw new Error('the Postgres store does not stream')
    },
  }
  return lent
}

/** Which schemas and tables there are: all that a migration asks, from the views that every engine has. */
function introspector(db: Kysely<unknown>): DatabaseIntrospector {
  const ask = async (text: string) =>
    (await db.executeQuery<{ name: string; schema: string }>(CompiledQuery.raw(text))).rows
  return {
    getSchemas: () => ask('select schema_name as name from information_schema.schemata'),
    async getTables() {
      const rows = await ask('select table_schema as schema, table_name as name from information_schema.tables')
      return rows.map(({ schema, name }) => ({ schema, name, isView: false, isForeign: false, columns: [] }))
    },
  }
}

/** The database's clock in whole ms. Stable within a statement, so that an index on a time can be searched by it. */
export const databaseTime: RawBuilder<number> = sql<number>`cast(floor(extract(epoch from statement_timestamp()) * 1000) as bigint)`
