// Deleting rows whose time is long past, once the store's clock has been seen to run for an hour without a step. An
// index has the rows in the order of that time.

import { after, type Engine } from './engine.ts'
import { isChosen, primaryKeys } from './primary-keys.ts'
import { isSteady } from './sweep-clock.ts'

type SweptTable =
  | 'subscriptions'
  | 'booking_keys'
  | 'booking_links'
  | 'connect_sessions'
  | 'api_keys'
  | 'tallies'
  | 'ended_ids'

type TimeColumn = 'removed_at' | 'created_at' | 'revoked_at' | 'expires_at' | 'at'

/**
 * `time`: the column of that time. `keepsFirst`: the row with the smallest key stays, so that a table that once had rows is
 * never empty. Returns how many rows it has deleted.
 */
export async function sweepOld(
  engine: Engine,
  table: SweptTable,
  time: TimeColumn,
  ageMs: number,
  limit: number,
  keepsFirst = false,
): Promise<number> {
  const { db, now, rowLocks } = engine
  if (!(await isSteady(engine, table))) return 0
  const key = primaryKeys[table]
  // All tables look alike here.
  const [name, id, at] = [table as 'subscriptions', key as readonly 'id'[], time as 'removed_at']
  const rows = await db
    .with(
      (name) => name('ended').materialized(),
      (query) =>
        query
          .selectFrom(name)
          .select(id)
          .where(at, '<=', after(now(), -Math.round(ageMs)))
          .$if(keepsFirst, (query) =>
            query.where('id', '>', ({ selectFrom, fn }) => selectFrom(name).select(fn.min('id').as('id'))),
          )
          .orderBy(at)
          .limit(limit)
          .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .deleteFrom(name)
    .where(isChosen(key, 'ended'))
    .returning(id)
    .execute()
  return rows.length
}
