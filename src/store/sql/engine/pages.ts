// Reading a whole table, page by page, in the order of its key (keyset paging): no page is skipped or read twice when
// rows are written meanwhile.

import { type SelectQueryBuilder, sql } from 'kysely'
import type { Tables } from './tables.ts'

/** Rows that are read, or written, by one statement. */
export const pageSize = 500

/** Yields the rows of a query in pages, in the order of `key`, which is unique and among the selected columns. */
export async function* pagesOf<Row>(
  query: SelectQueryBuilder<Tables, keyof Tables, Row>,
  key: keyof Row & string,
): AsyncGenerator<Row[]> {
  const column = sql.ref<string | number>(key)
  for (let last: unknown = null; ; ) {
    const rows = await query
      .$if(last !== null, (query) => query.where(column, '>', last as string))
      .orderBy(column)
      .limit(pageSize)
      .execute()
    if (rows.length > 0) yield rows as Row[]
    if (rows.length < pageSize) return
    last = (rows.at(-1) as Row | undefined)?.[key]
  }
}
