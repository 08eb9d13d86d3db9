// Deleting the first events of the feed, once they are old.

import { oldUpTo } from '../../../core/store/feed.ts'
import type { Engine } from '../engine/engine.ts'
import { isSteady } from '../engine/sweep-clock.ts'

/** Returns how many it has deleted. */
export async function sweepFeed(engine: Engine, ageMs: number, limit: number): Promise<number> {
  const { db, now } = engine
  if (!(await isSteady(engine, 'feed'))) return 0
  const first = await db
    .selectFrom('feed')
    .select(['position', 'created_at as createdAt', now().as('at')])
    .orderBy('position')
    .limit(limit)
    .execute()
  const upTo = oldUpTo(first, first[0]?.at ?? 0, Math.round(ageMs))
  if (upTo === null) return 0
  const deleted = await db.deleteFrom('feed').where('position', '<=', upTo).returning('position').execute()
  return deleted.length
}
