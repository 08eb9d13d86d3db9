// Which keys have sealed what is stored. Each sealed column has an index of the heads of its values: from each head one
// step leads to the next one, over all the rows that were sealed with the same key.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import {
  headLength,
  keyOfSealed,
  mostHeads,
  type SealedCount,
  type SealedStore,
  type SealedTable,
  sealedColumns,
  sealedTables,
  summed,
} from '../../core/store/sealed.ts'
import type { Engine } from './engine/engine.ts'
import type { Placeholders } from './engine/parameters.ts'
import { statement } from './engine/statement.ts'

/** The head of a column's value, as its index has it. */
export function headOf(column: string): RawBuilder<string> {
  return sql<string>`substr(${sql.ref(column)}, 1, ${sql.lit(headLength)})`
}

/** Columns of which every row has a value: SQLite finds no index for one of them with a condition that it leaves out. */
const filled: ReadonlySet<string> = new Set(['feed.body', 'booking_keys.request'])

/** Which rows the index of the heads has. */
export function isSealed(table: SealedTable, column: string): RawBuilder<SqlBool> {
  return filled.has(`${table}.${column}`) ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${sql.ref(column)} is not null`
}

/** Grants with fallback token sets, which are few. */
export const hasFallbacks: RawBuilder<SqlBool> = sql<SqlBool>`spares <> '[]'`

/** So many grants with fallback token sets are looked at. */
const mostWithFallbacks = 5000

type Count = (known: readonly string[], most: number) => Promise<SealedCount[]>

export function sealed(engine: Engine): SealedStore {
  const counts = sealedTables.flatMap((table) =>
    sealedColumns[table].map((column) => (column === 'spares' ? inFallbacks(engine) : inColumn(engine, table, column))),
  )
  return {
    async count(known, most) {
      const found: SealedCount[] = []
      for (const count of counts) found.push(...(await count(known, most)))
      return summed(found)
    },
  }
}

function inColumn(engine: Engine, table: SealedTable, column: string): Count {
  const head = headOf(column)
  const next = statement(engine, (db, { after }: Placeholders<{ readonly after: string }>) =>
    db
      // All tables look alike here.
      .selectFrom(table as 'grants')
      .select(head.as('head'))
      .where(isSealed(table, column))
      .where(sql<SqlBool>`${head} > ${after}`)
      .orderBy(head)
      .limit(1),
  )
  const amount = statement(engine, (db, { is, most }: Placeholders<{ readonly is: string; readonly most: number }>) =>
    db
      .selectFrom(
        db
          .selectFrom(table as 'grants')
          .select(sql.lit(1).as('one'))
          .where(isSealed(table, column))
          .where(sql<SqlBool>`${head} = ${is}`)
          .limit(most)
          .as('found'),
      )
      .select(({ fn }) => fn.countAll<number>().as('values')),
  )
  return async (known, most) => {
    const found: SealedCount[] = []
    for (let after = ''; found.length < mostHeads; ) {
      const row = await next.first({ after })
      if (!row) break
      after = row.head
      const key = keyOfSealed(after)
      if (known.includes(key)) {
        found.push({ table, key, values: null, isWhole: false })
        continue
      }
      const values = Number((await amount.first({ is: after, most }))?.values ?? 0)
      // It may have been sealed again, or deleted, since its head was found.
      if (values > 0) found.push({ table, key, values, isWhole: values < most })
    }
    return found
  }
}

/** A grant may have several fallback sets, each sealed with another key. */
function inFallbacks(engine: Engine): Count {
  const some = statement(engine, (db) =>
    db.selectFrom('grants').select('spares').where(hasFallbacks).orderBy('id').limit(mostWithFallbacks),
  )
  return async (known) => {
    const rows = await some.all({})
    const isWhole = rows.length < mostWithFallbacks
    const keys = rows.flatMap(({ spares }) => (JSON.parse(spares) as string[]).map(keyOfSealed))
    const byKey = Map.groupBy(keys, (key) => key)
    return [...byKey].map(([key, all]) =>
      known.includes(key)
        ? { table: 'grants', key, values: null, isWhole: false }
        : { table: 'grants', key, values: all.length, isWhole },
    )
  }
}
