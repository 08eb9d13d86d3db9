// The schema, brought up to date by the first replica: replicas that start together wait for one row, which is locked
// for one transaction. So it works through a transaction-mode pooler, and the lock ends with the replica that has it.

import { type Kysely, sql } from 'kysely'
import { systemClock } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import type { Tables } from '../sql/engine/tables.ts'
import { migrate } from '../sql/migrations.ts'
import { codeOf } from './failure.ts'

/** `db` without a schema of its own. */
export async function prepare(db: Kysely<Tables>, schema: string, where: string): Promise<void> {
  await makeLock(db, schema, where)
  for (let waitedMs = 0; !(await migrateAlone(db, schema, where)); waitedMs += pauseMs) {
    if (waitedMs >= longestWaitMs)
      throw new PunctualError(
        'store_unavailable',
        `Another process has been changing the schema of ${where} for ${longestWaitMs / 1000} s. Start this one once it is done.`,
        { reason: 'upgrading', retryable: true },
      )
    await systemClock.sleep(pauseMs)
  }
}

/** A migration of a large database takes longer than any other statement. */
const longestWaitMs = 120_000
const pauseMs = 250

/** Returns `false` while another process migrates. No statement waits for it: that one would be ended by its deadline. */
function migrateAlone(db: Kysely<Tables>, schema: string, where: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const held = sql`select id from ${lock(schema)} where id = 'migration_lock' for update skip locked`
    if ((await held.execute(trx)).rows.length === 0) return false
    await migrate(trx, { serial: 'bigserial', schema }, where)
    return true
  })
}

function makeLock(db: Kysely<Tables>, schema: string, where: string): Promise<void> {
  return makeWithOthers(async () => {
    const names = await tablesOf(db, schema)
    const isOurs = names.includes('punctual_migrations_lock')
    if (!isOurs && names.length > 0) throw foreignTables(where, schema)
    const row = sql`select id from ${lock(schema)} where id = 'migration_lock'`
    if (isOurs && (await row.execute(db)).rows.length > 0) return
    // Only where it is missing: `if not exists` asks for the right to create before it looks.
    if (names.length === 0) await makeSchema(db, schema)
    await sql`create table if not exists ${lock(schema)}
      (id varchar(255) not null primary key, is_locked integer default 0 not null)`.execute(db)
    await sql`insert into ${lock(schema)} (id, is_locked) values ('migration_lock', 0) on conflict (id) do nothing`.execute(
      db,
    )
  })
}

// When two replicas create the same thing at once, the later one fails with one of these, even with `if not exists`.
const madeMeanwhile = /^(23505|42710|42P06|42P07|XX000|40001)$/

/** Makes what is missing, again after another process has made the same meanwhile. */
export async function makeWithOthers(make: () => Promise<void>): Promise<void> {
  for (let left = 20; ; left--) {
    try {
      await make()
      return
    } catch (error) {
      if (left === 0 || !madeMeanwhile.test(codeOf(error))) throw error
    }
  }
}

export async function tablesOf<Known>(db: Kysely<Known>, schema: string): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = ${schema}`.execute(db)
  return rows.map(({ name }) => name)
}

export function foreignTables(where: string, schema: string): PunctualError {
  return new PunctualError(
    'store_unavailable',
    `${where} has another program's tables in the schema "${schema}"; name another one by the option "schema".`,
    { reason: 'foreign_database' },
  )
}

export async function makeSchema<Known>(db: Kysely<Known>, schema: string): Promise<void> {
  const { rows } = await sql`
    select schema_name from information_schema.schemata where schema_name = ${schema}`.execute(db)
  if (rows.length === 0) await db.schema.createSchema(schema).ifNotExists().execute()
}

function lock(schema: string) {
  return sql.table(`${schema}.punctual_migrations_lock`)
}
