// Deletes what was written about a connection after it was deleted: by a request that was under way, perhaps in another
// process. What comes later than an hour does not come at all, so only the ids of the last hour are looked at.

import { lateForMs } from '../../../core/store/ended.ts'
import { after, type Engine } from '../engine/engine.ts'
import { removeTouched } from './remove.ts'

const lateTables = ['subscriptions', 'booking_keys', 'booking_links'] as const

/** Ids that one statement looks for. */
const atOnce = 200

export async function sweepLate({ db, now, write }: Engine, limit: number): Promise<number> {
  let removed = 0
  for (let last = ''; removed < limit; ) {
    const rows = await db
      .selectFrom('ended_ids')
      .select('id')
      .where('at', '>', after(now(), -lateForMs))
      .where('id', '>', last)
      .where('generation', '=', 0)
      .orderBy('id')
      .limit(atOnce)
      .execute()
    const ids = rows.map(({ id }) => id)
    if (ids.length === 0) break
    for (const table of lateTables) {
      const gone = await db.deleteFrom(table).where('connection', 'in', ids).returning('connection').execute()
      removed += gone.length
    }
    const touched = await db
      .selectFrom('error_connections')
      .select('connection')
      .where('connection', 'in', ids)
      .execute()
    for (const connection of new Set(touched.map((row) => row.connection)))
      removed += await write((trx) => removeTouched(trx, connection))
    last = ids.at(-1) ?? ''
    if (ids.length < atOnce) break
  }
  return removed
}
