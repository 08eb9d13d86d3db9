// Looks at a Postgres database with statements that only read. Whether it can be written is asked of its rights and of
// its state, so nothing is written to learn it.

import { Kysely, sql } from 'kysely'
import { PunctualError } from '../../core/errors.ts'
import type { Tables } from '../sql/engine/tables.ts'
import { type Inspection, inspectionOf, readingEngine } from '../sql/inspection.ts'
import { ledger } from '../sql/migrations.ts'
import { databaseTime, dialect, runOf } from './dialect.ts'
import { openConnections } from './pool.ts'
import { parseSettings } from './settings.ts'

/**
 * Connects, to look at the database.
 *
 * @throws {PunctualError} `store_unavailable` with what to do.
 */
export async function inspectPostgres(url: string): Promise<Inspection> {
  const settings = parseSettings({ url, connections: 2, notify: false, statementTimeout: 5000, connectTimeout: 5000 })
  const { where, schema } = settings
  const connections = await openConnections(settings)
  const bare = new Kysely<Tables>({ dialect: dialect(() => connections, false) })
  const db = bare.withSchema(schema)
  try {
    await sql`select 1`.execute(bare)
  } catch (error) {
    await connections.end()
    throw error
  }
  const engine = readingEngine(
    db,
    async (compiled, values) => (await db.executeQuery(runOf(compiled, values))).rows as never,
    databaseTime,
    () => new PunctualError('store_unavailable', 'The database was opened to be looked at.', { reason: 'not_open' }),
  )
  return inspectionOf({
    engine,
    where,
    async look() {
      const { rows } = await sql<{ name: string }>`
        select table_name as name from information_schema.tables where table_schema = ${schema}`.execute(bare)
      return { tables: rows.length, isOurs: rows.some(({ name }) => name === ledger) }
    },
    whyNotWritable: () => whyNotWritable(bare, schema, where),
    async now() {
      const { rows } = await sql<{ now: number }>`select ${databaseTime} as now`.execute(bare)
      return Number(rows[0]?.now)
    },
    close: () => connections.end(),
  })
}

/** Why the tables of that schema cannot be written, or made; `null` if they can. */
export async function whyNotWritable<Known>(db: Kysely<Known>, schema: string, where: string): Promise<string | null> {
  const { rows } = await sql<{ standby: boolean; readonly: string; may_create: boolean; exists: boolean }>`
    select pg_is_in_recovery() as standby, current_setting('transaction_read_only') as readonly,
      has_database_privilege(current_database(), 'CREATE') as may_create,
      exists (select 1 from information_schema.tables where table_schema = ${schema}) as exists`.execute(db)
  const [state] = rows
  if (state?.standby || state?.readonly === 'on')
    return `${where} accepts no writes: it is a standby, or was made read-only. Connect to the primary.`
  if (state?.exists) return whyNoRights(db, schema, where)
  if (state?.may_create) return null
  return `${where} does not let this user create the schema "${schema}". Grant it CREATE on the database, or make it the owner.`
}

async function whyNoRights<Known>(db: Kysely<Known>, schema: string, where: string): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = ${schema}
      and not (has_table_privilege(quote_ident(table_schema) || '.' || quote_ident(table_name), 'SELECT')
        and has_table_privilege(quote_ident(table_schema) || '.' || quote_ident(table_name), 'INSERT')
        and has_table_privilege(quote_ident(table_schema) || '.' || quote_ident(table_name), 'UPDATE')
        and has_table_privilege(quote_ident(table_schema) || '.' || quote_ident(table_name), 'DELETE'))
    limit 1`.execute(db)
  if (rows.length === 0) return null
  return `${where} does not let this user read and write the tables of the schema "${schema}". Make it their owner.`
}
