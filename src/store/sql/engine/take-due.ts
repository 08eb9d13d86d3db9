// Taking what is due: a few rows at a time, those that have been due the longest first, each by one process alone. A
// due time that lies further ahead than it ever can was written by a wrong clock, and its row is due now. Such rows are
// looked for only when nothing else is due, from the far end of their index, so the search costs next to nothing.

import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql, type UpdateQueryBuilder } from 'kysely'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { after, type Engine } from './engine.ts'
import { isChosen, listOfColumns, primaryKeys } from './primary-keys.ts'
import { noEvent, type Tables } from './tables.ts'

type TakenTable = 'grants' | 'subscriptions' | 'booking_keys'

type Rows<Table extends TakenTable> = SelectQueryBuilder<Tables, Table, object>

/**
 * Hides up to `limit` rows that `isDue` selects from other processes, for `hideForMs`. The caller says what the update
 * returns.
 */
export function hideDue<Table extends TakenTable>(
  { db, now, rowLocks }: Engine,
  table: Table,
  isDue: (rows: Rows<Table>) => Rows<Table>,
  limit: number | RawBuilder<number>,
  hideForMs: number | RawBuilder<number>,
): UpdateQueryBuilder<Tables, Table, Table, unknown> {
  const key = primaryKeys[table]
  // All tables look alike here.
  const [name, id, dueAt] = [table as 'grants', key as readonly 'id'[], tables[table].due as 'due_at']
  const select = isDue as unknown as (rows: Rows<'grants'>) => Rows<'grants'>
  return (
    db
      // By itself, so that it runs once: within the update a planner may run it again, and take more than the limit.
      .with(
        (cte) => cte('due').materialized(),
        (query) =>
          select(query.selectFrom(name).select(id))
            .orderBy(listOfColumns([dueAt, ...id]))
            .limit(limit)
            .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
      )
      .updateTable(name)
      .set({ [dueAt]: after(now(), hideForMs) })
      .where(isChosen(key, 'due')) as never
  )
}

interface TooFarAhead {
  readonly due: string
  readonly span: number
  /** As it stands in the index, which holds no other rows. */
  readonly only: RawBuilder<SqlBool>
  /** Milliseconds from now at which the row is due instead. */
  readonly dueInMs: RawBuilder<number>
}

const atOnce = sql<number>`0`

type DueTable = TakenTable | 'subjects'

const tables: Readonly<Record<DueTable, TooFarAhead>> = {
  grants: { due: 'due_at', span: longestSpans.due, only: sql`status = 'live'`, dueInMs: atOnce },
  // The queues of a store that was copied are frozen for good: they are due in 8000 years, and rightly so.
  subjects: {
    due: 'due_at',
    span: longestSpans.event,
    only: sql`(leased is null or leased != ${sql.lit(Number(noEvent))})`,
    // A living process may be dispatching one of its events.
    dueInMs: sql<number>`case when leased is null then 0 else ${sql.lit(longestSpans.dispatch)} end`,
  },
  subscriptions: {
    due: 'check_at',
    span: longestSpans.check,
    only: sql`removed_at is null`,
    dueInMs: atOnce,
  },
  booking_keys: { due: 'check_at', span: longestSpans.check, only: sql`check_at is not null`, dueInMs: atOnce },
}

/** Makes up to `limit` rows due whose due time lies too far ahead, of those that `among` selects. Returns how many. */
async function pullBack(
  { db, now, rowLocks }: Engine,
  table: DueTable,
  limit: number,
  among: RawBuilder<SqlBool> | null,
): Promise<number> {
  const { due, span, only, dueInMs } = tables[table]
  const key = primaryKeys[table]
  // All tables look alike here.
  const [name, id, dueAt] = [table as 'grants', key as readonly 'id'[], sql.ref<number>(due)]
  const rows = await db
    .with(
      (name) => name('ahead').materialized(),
      (query) =>
        query
          .selectFrom(name)
          .select(id)
          .where(only)
          .$if(among !== null, (rows) => rows.where(among as RawBuilder<SqlBool>))
          .where(dueAt, '>', after(now(), span))
          .orderBy(dueAt, 'desc')
          .limit(limit)
          .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .updateTable(name)
    .set({ [due]: sql`${now()} + ${dueInMs}` })
    .where(isChosen(key, 'ahead'))
    .returning(id)
    .execute()
  return rows.length
}

/**
 * Claims the rows that are due. If none is due, claims those whose due time is too far in the future. `among`: what `take`
 * demands of its rows, in addition to their due time.
 */
export async function takeDueOrTooFarAhead<Row>(
  engine: Engine,
  table: DueTable,
  limit: number,
  take: () => Promise<Row[]>,
  among: RawBuilder<SqlBool> | null = null,
): Promise<Row[]> {
  const rows = await take()
  return rows.length > 0 || (await pullBack(engine, table, limit, among)) === 0 ? rows : take()
}
