// Seals again what was sealed with an older key, while other processes use the database: a value is replaced only if it is
// still the one that was read. A value that does not open stays as it is. A run that is stopped has done a part: the next one
// finds the rest.

import { type SqlBool, sql } from 'kysely'
import { keyOfSealed, type SealedTable, sealedTables } from '../../core/store/sealed.ts'
import type { Store } from '../../core/store/store.ts'
import { type Engine, engineOf } from './engine/engine.ts'
import { pagesOf } from './engine/pages.ts'
import { primaryKeys } from './engine/primary-keys.ts'
import { leaseTime } from './grants/row.ts'
import { hasFallbacks, headOf, isSealed } from './sealed.ts'

/** `waiting`: it is to be sealed again, but a refresh may have it in its hands. `changed`: another process was first. */
export type Resealed = 'resealed' | 'current' | 'waiting' | 'changed' | 'unreadable'

export interface ResealRequest {
  /** The id of the key that seals. */
  readonly key: string
  /** Opens a value that another key has sealed, and seals it again. `row`: the name of its row for the seal. */
  readonly reseal: (table: SealedTable, column: string, row: string, sealed: string) => string
  /** Called when a value does not open. */
  readonly unreadable: (table: SealedTable, row: string, error: unknown) => void
  /** Called after each page. */
  readonly progress: (table: SealedTable, looked: number) => void
  readonly isDryRun: boolean
}

export interface ResealResult {
  readonly resealed: Readonly<Record<SealedTable, number>>
  /** By the id of the key that had sealed it. */
  readonly byKey: Readonly<Record<string, number>>
  /** Grants with a value of an older key that a refresh may present or put back: their next refresh seals it. */
  readonly waiting: number
}

type Row = Readonly<Record<string, unknown>>

interface Resealing {
  readonly table: SealedTable
  readonly column: string
  /** The columns that name the row for the seal, with a space between them. */
  readonly name: readonly string[]
  /** Whether the value may be replaced now. */
  readonly isFree?: (engine: Engine) => ReturnType<typeof sql<SqlBool>>
}

/** Every sealed column but `grants.spares`: the sets in it are recognised by their text, so they wait. */
const columns: readonly Resealing[] = [
  {
    table: 'grants',
    column: 'tokens',
    name: ['id'],
    // A late answer names the set that it replaces by the sealed text: such a set must stay recognisable, or it would be
    // presented again.
    isFree: (engine) =>
      sql<SqlBool>`intent is null and doubt = 0 and spares = '[]' and (lease_owner is null or lease_until <= ${leaseTime(engine)})`,
  },
  { table: 'attempts', column: 'verifier', name: ['id'] },
  { table: 'attempts', column: 'code', name: ['id'] },
  { table: 'attempts', column: 'answer', name: ['id'] },
  { table: 'outbox', column: 'body', name: ['key'] },
  { table: 'feed', column: 'body', name: ['event'] },
  { table: 'subscriptions', column: 'secrets', name: ['id'] },
  { table: 'booking_keys', column: 'request', name: ['connection', 'key'] },
]

/** The columns that a rotation visits, as `table.column`. */
export const visitedColumns: readonly string[] = [
  ...columns.map(({ table, column }) => `${table}.${column}`),
  'grants.spares',
]

/** Written at the same time: SQLite commits them together, and Postgres on several connections. */
const atOnce = 50

/** The store is open. Can be stopped at any moment, and run again. */
export async function reseal(store: Store, request: ResealRequest): Promise<ResealResult> {
  const engine = engineOf(store)
  const resealed = Object.fromEntries(sealedTables.map((table) => [table, 0])) as Record<SealedTable, number>
  const byKey: Record<string, number> = {}
  const waiting = new Set<unknown>()
  for (const resealing of columns) {
    const { table, column } = resealing
    let looked = 0
    for await (const rows of oldRowsOf(engine, resealing, request.key)) {
      for (let from = 0; from < rows.length; from += atOnce) {
        const some = rows.slice(from, from + atOnce)
        const outcomes = await Promise.all(some.map((row) => resealRow(engine, resealing, row, request)))
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome === 'waiting') waiting.add(some[index]?.id)
          if (outcome !== 'resealed') continue
          const key = keyOfSealed(String(some[index]?.[column]))
          resealed[table]++
          byKey[key] = (byKey[key] ?? 0) + 1
        }
      }
      looked += rows.length
      request.progress(table, looked)
    }
  }
  for await (const rows of pagesOf(engine.db.selectFrom('grants').select(['id', 'spares']).where(hasFallbacks), 'id'))
    for (const { id, spares } of rows) if (hasOldFallback(spares, request.key)) waiting.add(id)
  return { resealed, byKey, waiting: waiting.size }
}

/** The rows with a value that another key has sealed. */
function oldRowsOf({ db }: Engine, { table, column, name }: Resealing, key: string): AsyncGenerator<Row[]> {
  const selected = [...new Set([...primaryKeys[table], ...name, column])] as 'id'[]
  // All tables look alike here.
  const query = db
    .selectFrom(table as 'grants')
    .select(selected)
    .where(isSealed(table, column))
    .where(sql<SqlBool>`${headOf(column)} <> ${headWith(key)}`)
  return pagesOf(query, ...(primaryKeys[table] as readonly 'id'[])) as AsyncGenerator<Row[]>
}

async function resealRow(
  engine: Engine,
  { table, column, name, isFree }: Resealing,
  row: Row,
  { key, reseal, unreadable, isDryRun }: ResealRequest,
): Promise<Resealed> {
  const rowName = name.map((one) => String(row[one])).join(' ')
  const sealed = row[column]
  if (typeof sealed !== 'string' || sealed.startsWith(headWith(key))) return 'current'
  let again: string
  try {
    again = reseal(table, column, rowName, sealed)
  } catch (error) {
    unreadable(table, rowName, error)
    return 'unreadable'
  }
  const isSame = sql<SqlBool>`${sql.ref(column)} = ${sealed}`
  const places = primaryKeys[table].map((part) => sql<SqlBool>`${sql.ref(part)} = ${row[part]}`)
  const isRow = sql<SqlBool>`${sql.join(places, sql` and `)}`
  const isMine = sql<SqlBool>`${isRow} and ${isSame} and ${isFree?.(engine) ?? sql<SqlBool>`1 = 1`}`
  const [found] = isDryRun
    ? await engine.db
        .selectFrom(table as 'grants')
        .select(sql.lit(1).as('one'))
        .where(isMine)
        .execute()
    : await engine.write((trx) =>
        trx
          .updateTable(table as 'grants')
          .set({ [column]: again })
          .where(isMine)
          .returning(sql.lit(1).as('one'))
          .execute(),
      )
  if (found) return 'resealed'
  return isFree === undefined ? 'changed' : 'waiting'
}

function hasOldFallback(spares: string, key: string): boolean {
  return (JSON.parse(spares) as string[]).some((one) => !one.startsWith(headWith(key)))
}

function headWith(key: string): string {
  return `p1.${key}.`
}
