// The activity log. Entries are numbered in the order of writing, which is nearly that of their times: so the oldest are
// at one end of an index, and no other index is needed.

import type { ActivityLogStore, LogData, LogKind } from '../../core/store/activity-log.ts'
import { deleteNumbered } from './engine/delete-numbered.ts'
import { after, type Database, type Engine, isPast } from './engine/engine.ts'
import { objectOf } from './engine/json.ts'
import { isSteady } from './engine/sweep-clock.ts'

const rowsAtOnce = 100

/** Rows of its kind that one statement steps over. A planner may choose an index in which those of other kinds lie between. */
const stepRows = 500

export function activityLog(engine: Engine): ActivityLogStore {
  const { db, now, write } = engine
  return {
    async append(entries) {
      const rows = entries.map(({ kind, client, subject = null, data, agoMs }) => {
        return { kind, client, subject, data: JSON.stringify(data), at: after(now(), -Math.round(agoMs)) }
      })
      await write(async (trx) => {
        for (let from = 0; from < rows.length; from += rowsAtOnce)
          await trx
            .insertInto('activity_log')
            .values(rows.slice(from, from + rowsAtOnce))
            .execute()
      })
    },
    async list({ kind, client, subject, before, limit }) {
      const rows = await newest(db, kind)
        .select(['client', 'data', 'at'])
        .$if(client !== undefined, (query) => query.where('client', '=', client as string))
        .$if(subject !== undefined, (query) => query.where('subject', '=', subject as string))
        .$if(before !== undefined, (query) => query.where('seq', '<', before as number))
        .limit(limit)
        .execute()
      return rows.map(({ seq, at, client, data }) => ({ seq, at, client, data: objectOf<LogData>(data) as LogData }))
    },
    async sweep(kind, ageMs, most, limit) {
      // The number is kept within its bound whatever the clock says.
      const end = await place(db, kind, most)
      const surplus = end === null ? 0 : await remove(engine, kind, limit, { upTo: end })
      if (surplus === limit || !(await isSteady(engine, 'activity_log'))) return surplus
      return surplus + (await remove(engine, kind, limit - surplus, { ageMs }))
    },
  }
}

function newest(db: Database, kind: LogKind) {
  return db.selectFrom('activity_log').select('seq').where('kind', '=', kind).orderBy('seq', 'desc')
}

/** The number of the entry before which there are `most` newer ones, found in small steps. */
async function place(db: Database, kind: LogKind, most: number): Promise<number | null> {
  let found: number | null = null
  for (let left = most + 1; left > 0; left -= stepRows) {
    const before: number | null = found
    const step = await newest(db, kind)
      .$if(before !== null, (query) => query.where('seq', '<', before as number))
      .offset(Math.min(left, stepRows) - 1)
      .limit(1)
      .executeTakeFirst()
    if (!step) return null
    found = step.seq
  }
  return found
}

/** Deletes, of the `limit` oldest, those up to that number, or of that age. */
async function remove(
  { db, now }: Engine,
  kind: LogKind,
  limit: number,
  { upTo, ageMs }: { readonly upTo?: number; readonly ageMs?: number },
): Promise<number> {
  const oldest = db
    .selectFrom('activity_log')
    .select(['seq', 'at'])
    .where('kind', '=', kind)
    .orderBy('seq')
    .limit(limit)
    .as('oldest')
  const rows = await db
    .selectFrom(oldest)
    .select('oldest.seq')
    .$if(upTo !== undefined, (query) => query.where('oldest.seq', '<=', upTo as number))
    .$if(ageMs !== undefined, (query) => query.where(isPast('oldest.at', now(), Math.round(ageMs as number))))
    .execute()
  return deleteNumbered(db, 'activity_log', rows)
}
