// One page of the rows that several conditions select, each of which has an index of its own: the first rows of each.
// The caller sorts these few. One condition with `or` would make an engine read, or sort, everything.

import type { SelectQueryBuilder } from 'kysely'
import type { Database } from './engine.ts'
import type { Tables } from './tables.ts'

/** All rows of some queries, each of which has its own order and limit. */
export function firstOfEach<Row>(
  db: Database,
  first: SelectQueryBuilder<Tables, keyof Tables, Row>,
  ...others: readonly SelectQueryBuilder<Tables, keyof Tables, Row>[]
): SelectQueryBuilder<Tables, keyof Tables, Row> {
  // By itself, since a part of a union cannot have an order and a limit.
  const byItself = (query: SelectQueryBuilder<Tables, keyof Tables, Row>) =>
    db.selectFrom(query.as('rows')).selectAll() as unknown as SelectQueryBuilder<Tables, keyof Tables, Row>
  return others.reduce((all, query) => all.unionAll(byItself(query)), byItself(first))
}
