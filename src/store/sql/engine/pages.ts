// Reading a whole table, page by page, in the order of its key (keyset paging): no page is skipped or read twice when
// rows are written meanwhile.

import { type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { listOfColumns } from './primary-keys.ts'
import type { Tables } from './tables.ts'

/** Rows that are read, or written, by one statement. */
export const pageSize = 500

/** Yields the rows of a query in pages, in the order of `key`: columns that are unique together, and selected. */
export async function* pagesOf<Row>(
  query: SelectQueryBuilder<Tables, keyof Tables, Row>,
  ...key: readonly (keyof Row & string)[]
): AsyncGenerator<Row[]> {
  for (let last: Row | null = null; ; ) {
    const after: readonly unknown[] = last === null ? [] : key.map((column) => (last as Row)[column])
    const rows = await query
      .$if(last !== null, (query) => query.where(sql<SqlBool>`(${listOfColumns(key)}) > (${sql.join(after)})`))
      .orderBy(listOfColumns(key))
      .limit(pageSize)
      .execute()
    if (rows.length > 0) yield rows as Row[]
    if (rows.length < pageSize) return
    last = rows.at(-1) as Row
  }
}
