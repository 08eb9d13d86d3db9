// Deleting subscriptions that have been removed for long enough, once the store's clock has been seen to run for an
// hour without a step.

import { after, type Engine } from '../engine/engine.ts'
import { isSteady } from '../engine/sweep-clock.ts'

export async function sweepSubscriptions(engine: Engine, ageMs: number, limit: number): Promise<number> {
  const { db, now } = engine
  if (!(await isSteady(engine, 'subscriptions'))) return 0
  const rows = await db
    .with(
      (name) => name('ended').materialized(),
      (query) =>
        query
          .selectFrom('subscriptions')
          .select('id')
          .where('removed_at', '<=', after(now(), -Math.round(ageMs)))
          .orderBy('removed_at')
          .limit(limit)
          .$if(engine.rowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .deleteFrom('subscriptions')
    .where('id', 'in', ({ selectFrom }) => selectFrom('ended').select('ended.id'))
    .returning('id')
    .execute()
  return rows.length
}
