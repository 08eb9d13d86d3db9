// Kysely on pg. Nothing is kept in a session: statements are unnamed and tables have their schema in their name, so
// that every transaction may run on another one. A statement outside a transaction that lost against another is tried
// again.

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
import type { Connections, Session } from './pool.ts'

/** The dialect on those connections; `connections` throws while the store is not open. */
export function dialect(connections: () => Connections): Dialect {
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
    createDriver: () => driver(connections),
    createIntrospector: introspector,
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

interface Lent extends DatabaseConnection {
  readonly session: Session
  inTransaction: boolean
}

function driver(connections: () => Connections): Driver {
  const statement = async (connection: DatabaseConnection, text: string) => {
    await (connection as Lent).session.run(text)
  }
  return {
    init: async () => {},
    acquireConnection: async () => lend(await connections().borrow()),
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

function lend(session: Session): Lent {
  const lent: Lent = {
    session,
    inTransaction: false,
    async executeQuery<Row>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const run = async () => {
        const { rows, rowCount } = await session.run(text, fill(parameters, {}))
        return { rows: rows as Row[], ...(rowCount !== null && { numAffectedRows: BigInt(rowCount) }) }
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
