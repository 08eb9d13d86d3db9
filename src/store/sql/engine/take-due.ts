// Due times that lie further ahead than they ever can: they were written while the clock was wrong, and are due now. Their
// index is searched from its far end, so that looking costs next to nothing while there are none.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { after, type Engine } from './engine.ts'
import { noEvent } from './tables.ts'

interface Due {
  readonly key: string
  readonly due: string
  readonly span: number
  /** As it stands in the index, which holds no other rows. */
  readonly only: RawBuilder<SqlBool>
  /** Ms from now at which it is due instead. */
  readonly dueIn: RawBuilder<number>
}

const atOnce = sql<number>`0`

type DueTable = 'grants' | 'subjects' | 'subscriptions'

const tables: Readonly<Record<DueTable, Due>> = {
  grants: { key: 'id', due: 'due_at', span: longestSpans.due, only: sql`status = 'live'`, dueIn: atOnce },
  // What is held for good while another store has its rows is due in 8000 years, and right.
  subjects: {
    key: 'subject',
    due: 'due_at',
    span: longestSpans.event,
    only: sql`(leased is null or leased != ${sql.lit(Number(noEvent))})`,
    // One of it may be in the hands of a living process.
    dueIn: sql<number>`case when leased is null then 0 else ${sql.lit(longestSpans.dispatch)} end`,
  },
  subscriptions: { key: 'id', due: 'check_at', span: longestSpans.check, only: sql`removed_at is null`, dueIn: atOnce },
}

/** Makes up to `limit` of them due. Returns how many. */
async function pullBack({ db, now, rowLocks }: Engine, table: DueTable, limit: number): Promise<number> {
  const { key, due, span, only, dueIn } = tables[table]
  // All tables look alike here.
  const [name, id, dueAt] = [table as 'grants', sql.ref<string>(key), sql.ref<number>(due)]
  const rows = await db
    .with(
      (name) => name('ahead').materialized(),
      (query) =>
        query
          .selectFrom(name)
          .select(id.as('key'))
          .where(only)
          .where(dueAt, '>', after(now(), span))
          .orderBy(dueAt, 'desc')
          .limit(limit)
          .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .updateTable(name)
    .set({ [due]: sql`${now()} + ${dueIn}` })
    .where(id, 'in', ({ selectFrom }) => selectFrom('ahead').select('ahead.key'))
    .returning(id.as('key'))
    .execute()
  return rows.length
}

/** Takes what is due; where that is nothing, what {@link pullBack} finds. */
export async function takeWithAhead<Row>(
  engine: Engine,
  table: DueTable,
  limit: number,
  take: () => Promise<Row[]>,
): Promise<Row[]> {
  const rows = await take()
  return rows.length > 0 || (await pullBack(engine, table, limit)) === 0 ? rows : take()
}
