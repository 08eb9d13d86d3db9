// An escrow in a Postgres database of its own, in a schema. Like the store it keeps no session between two transactions.

import { Kysely, sql } from 'kysely'
import { PunctualError } from '../../core/errors.ts'
import type { EscrowPlace } from '../../core/escrow-place.ts'
import { openedByUse } from '../../core/store/opening.ts'
import { type EscrowTables, makeEnd, makeEscrowTables, textsIn } from '../sql/escrow.ts'
import { retryConflicts } from './conflict-retry.ts'
import { dialect } from './dialect.ts'
import { codeOf, notOpen } from './failure.ts'
import { whyNotWritable } from './inspection.ts'
import { type Connections, openConnections } from './pool.ts'
import { foreignTables, makeSchema, makeWithOthers, tablesOf } from './schema.ts'
import { type PostgresOptions, parseSettings } from './settings.ts'

export interface PostgresEscrowOptions
  extends Pick<PostgresOptions, 'url' | 'connectTimeout' | 'ssl' | 'statementTimeout'> {
  /** The schema that holds the escrow's tables; created if it does not exist. Default: `punctual_escrow`. */
  readonly schema?: string
  /** Most connections of this process. Default: 2. */
  readonly connections?: number
}

/**
 * An escrow in a Postgres database (18, or a compatible one), in a schema of its own. Needs the package `pg`. Take another
 * server than the store's, or at least another database: a restore must not take it back in time.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names the option.
 */
export function postgresEscrow(options: string | PostgresEscrowOptions): EscrowPlace {
  const given = typeof options === 'string' ? { url: options } : options
  const settings = parseSettings({ schema: 'punctual_escrow', connections: 2, ...given }, 'postgresEscrow')
  const { where, schema } = settings
  let pool: Connections | null = null
  let isMade = false
  let isPrepared = false

  const bare = new Kysely<EscrowTables>({ dialect: dialect(opened, false) })
  const db = bare.withSchema(schema)

  function opened(): Connections {
    if (pool) return pool
    throw notOpen(where)
  }

  async function tables(): Promise<readonly string[]> {
    const names = await tablesOf(bare, schema)
    if (names.length > 0 && !names.includes('escrow_texts')) throw foreignTables(where, schema)
    return names
  }

  const texts = textsIn({
    db,
    write: (change) => retryConflicts(() => db.transaction().execute(change)),
    changesSeveralTables: true,
    async isThere() {
      isMade ||= (await tables()).includes('escrow_end')
      return isMade
    },
    async prepare() {
      if (isPrepared) return
      await makeWithOthers(async () => {
        const names = await tables()
        if (names.length === 0) await makeSchema(bare, schema)
        // Only where one is missing: `if not exists` asks for the right to create before it looks.
        if (!names.includes('escrow_end')) await makeEscrowTables(db)
        await makeEnd(db)
      })
      isPrepared = true
    },
  })

  const { run, close } = openedByUse(
    async () => {
      pool = await openConnections(settings)
    },
    async () => {
      const last = pool
      pool = null
      isMade = false
      isPrepared = false
      await last?.end()
    },
  )
  return Object.freeze({
    append: (added) => run(() => texts.append(added)),
    read: (since) => run(() => texts.read(since)),
    compact: (keep) => run(() => texts.compact(keep)),
    check: () =>
      run(async () => {
        await tables()
        const why = await whyNotWritable(bare, schema, where)
        if (why !== null) throw new PunctualError('store_unavailable', why)
      }),
    assertOutside: (database) =>
      run(async () => {
        for (const other of await schemasOfStores(bare))
          if ((await identityIn(bare, other)) === database)
            throw new PunctualError(
              'store_unavailable',
              `${where} is the database of the store: a backup of it that is restored would take the escrow back in time too. Give the escrow a database of its own, on another server.`,
              { reason: 'foreign_database' },
            )
      }),
    close,
    where,
  } satisfies EscrowPlace)
}

async function schemasOfStores(db: Kysely<EscrowTables>): Promise<readonly string[]> {
  const { rows } = await sql<{ schema: string }>`
    select table_schema as schema from information_schema.tables where table_name = 'database_identity'`.execute(db)
  return rows.map(({ schema }) => schema)
}

/** `null`: it is not that of a store, or this user may not read it. */
async function identityIn(db: Kysely<EscrowTables>, schema: string): Promise<string | null> {
  try {
    const { rows } = await sql<{ identity: string }>`
      select ${sql.ref('identity')} from ${sql.table(`${schema}.database_identity`)}`.execute(db)
    return rows[0]?.identity ?? null
  } catch (error) {
    if (/^42/.test(codeOf(error))) return null
    throw error
  }
}
