// Seals again what was sealed with an older key, while other processes use the database: a value is replaced only if it is
// still the one that was read. A value that does not open stays as it is.

import { type SqlBool, sql } from 'kysely'
import type { Store } from '../../core/store/store.ts'
import type { SealedTable } from './copy.ts'
import { type Engine, engineOf } from './engine/engine.ts'
import { pagesOf } from './engine/pages.ts'
import { primaryKeys } from './engine/primary-keys.ts'
import { leaseTime } from './grants/row.ts'

/** A table whose values stay for longer than an authorization attempt takes. */
export type ResealedTable = Exclude<SealedTable, 'attempts'>

/** `waiting`: it is to be sealed again, but a refresh may have it in its hands. */
export type Resealed = 'resealed' | 'current' | 'waiting' | 'changed'

export interface ResealRequest {
  /** The id of the key that seals. */
  readonly key: string
  /** Opens a value that another key has sealed, and seals it again. `row`: the name of its row for the seal. */
  readonly reseal: (table: ResealedTable, row: string, sealed: string) => string
  /** Called when a value does not open. */
  readonly unreadable: (table: ResealedTable, row: string, error: unknown) => void
  /** Called after each page. */
  readonly progress: (table: ResealedTable, looked: number) => void
  readonly isDryRun: boolean
}

export interface ResealResult {
  readonly resealed: Readonly<Record<ResealedTable, number>>
  /** Grants with a value of an older key that a refresh may present or put back: their next refresh seals it. */
  readonly waiting: number
}

type Row = Readonly<Record<string, unknown>>

interface Resealing {
  readonly column: string
  /** The columns that name the row for the seal, with a space between them. */
  readonly name: readonly string[]
  /** What else is read. */
  readonly also?: readonly string[]
  /** Whether the value may be replaced now. */
  readonly isFree?: (engine: Engine) => ReturnType<typeof sql<SqlBool>>
}

const tables: Readonly<Record<ResealedTable, Resealing>> = {
  grants: {
    column: 'tokens',
    name: ['id'],
    also: ['spares'],
    // A late answer names the set that it replaces by the sealed text: such a set must stay recognisable, or it would be
    // presented again.
    isFree: (engine) =>
      sql<SqlBool>`intent is null and doubt = 0 and spares = '[]' and (lease_owner is null or lease_until <= ${leaseTime(engine)})`,
  },
  outbox: { column: 'body', name: ['key'] },
  feed: { column: 'body', name: ['event'] },
  subscriptions: { column: 'secrets', name: ['id'] },
  booking_keys: { column: 'request', name: ['connection', 'key'] },
}

/** The store is open. Can be stopped at any moment, and run again. */
export async function reseal(store: Store, request: ResealRequest): Promise<ResealResult> {
  const engine = engineOf(store)
  const resealed = { grants: 0, outbox: 0, feed: 0, subscriptions: 0, booking_keys: 0 }
  let waiting = 0
  for (const table of Object.keys(tables) as ResealedTable[]) {
    let looked = 0
    for await (const rows of oldRowsOf(engine, table, request.key)) {
      for (const row of rows) {
        const outcome = await resealRow(engine, table, row, request)
        if (outcome === 'resealed') resealed[table]++
        if (outcome === 'waiting') waiting++
      }
      looked += rows.length
      request.progress(table, looked)
    }
  }
  return { resealed, waiting }
}

/** The rows with a value that another key has sealed. */
function oldRowsOf({ db }: Engine, table: ResealedTable, key: string): AsyncGenerator<Row[]> {
  const { column, name, also = [] } = tables[table]
  const head = `p1.${key}.`
  const isOld = sql<SqlBool>`${sql.ref(column)} is not null and substr(${sql.ref(column)}, 1, ${head.length}) <> ${head}`
  // All tables look alike here.
  const isWanted = also.includes('spares') ? sql<SqlBool>`(${isOld}) or spares <> '[]'` : isOld
  const columns = [...new Set([...primaryKeys[table], ...name, ...also, column])] as 'id'[]
  const query = db
    .selectFrom(table as 'grants')
    .select(columns)
    .where(isWanted)
  return pagesOf(query, ...(primaryKeys[table] as readonly 'id'[])) as AsyncGenerator<Row[]>
}

async function resealRow(
  engine: Engine,
  table: ResealedTable,
  row: Row,
  { key, reseal, unreadable, isDryRun }: ResealRequest,
): Promise<Resealed> {
  const { column, name, isFree } = tables[table]
  const rowName = name.map((one) => String(row[one])).join(' ')
  const sealed = row[column]
  if (hasOldFallback(row.spares, key)) return 'waiting'
  if (typeof sealed !== 'string' || sealed.startsWith(`p1.${key}.`)) return 'current'
  let again: string
  try {
    again = reseal(table, rowName, sealed)
  } catch (error) {
    unreadable(table, rowName, error)
    return 'current'
  }
  const isSame = sql<SqlBool>`${sql.ref(column)} = ${sealed}`
  const places = primaryKeys[table].map((part) => sql<SqlBool>`${sql.ref(part)} = ${row[part]}`)
  const isRow = sql<SqlBool>`${sql.join(places, sql` and `)}`
  if (isDryRun) return 'resealed'
  const changed = await engine.write((trx) =>
    trx
      .updateTable(table as 'grants')
      .set({ [column]: again })
      .where(isRow)
      .where(isSame)
      .$if(isFree !== undefined, (query) => query.where(isFree?.(engine) ?? sql<SqlBool>`true`))
      .executeTakeFirst(),
  )
  if (Number(changed.numUpdatedRows) > 0) return 'resealed'
  return isFree === undefined ? 'changed' : 'waiting'
}

function hasOldFallback(spares: unknown, key: string): boolean {
  if (typeof spares !== 'string') return false
  return (JSON.parse(spares) as string[]).some((one) => !one.startsWith(`p1.${key}.`))
}
