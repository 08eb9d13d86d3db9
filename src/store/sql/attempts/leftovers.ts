// Attempts that are left over: those whose answer was never attached, or not revoked, and those that are over. Each kind has an index
// with exactly its rows, so that looking costs the same however many attempts there are.

import { type SqlBool, sql } from 'kysely'
import type { AttemptStore } from '../../../core/store/attempts.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { after, type Engine, isPast } from '../engine/engine.ts'
import { isSteady } from '../engine/sweep-clock.ts'
import { read } from './row.ts'

// Said in the statements themselves, as in the indexes: a parameter would not match them.
const finished = sql.lit('finished' as const)

export function leftoverStatements(engine: Engine): Pick<AttemptStore, 'stranded' | 'sweep'> {
  const { db, now } = engine
  return {
    async stranded(ageMs, limit, last) {
      const rows = await db
        .selectFrom('attempts')
        .selectAll()
        .select(now().as('read_at'))
        .where('answer', 'is not', null)
        .where(isPast('moved_at', now(), ageMs))
        .where('id', '>', last ?? '')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(read)
    },
    async sweep(ageMs, limit) {
      if (!(await isSteady(engine, 'attempts'))) return 0
      let swept = 0
      for (const kind of ['finished', 'expired', 'too far ahead'] as const)
        if (swept < limit) swept += await remove(engine, kind, ageMs, limit - swept)
      return swept
    },
  }
}

async function remove(
  { db, now, rowLocks }: Engine,
  kind: 'finished' | 'expired' | 'too far ahead',
  ageMs: number,
  limit: number,
): Promise<number> {
  const before = after(now(), -Math.round(ageMs))
  const isOver = {
    finished: sql<SqlBool>`"phase" = ${finished}`,
    expired: sql<SqlBool>`"phase" != ${finished} and "expires_at" <= ${before}`,
    // A wrong clock wrote it.
    'too far ahead': sql<SqlBool>`"phase" != ${finished} and "expires_at" > ${after(now(), longestSpans.attempt)}`,
  }
  const rows = await db
    // By itself, so that it runs once: within the deletion a planner may ask it again, and take more than the limit.
    .with(
      (name) => name('ended').materialized(),
      (query) =>
        query
          .selectFrom('attempts')
          .select('id')
          .where('answer', 'is', null)
          .where(isOver[kind])
          .where('moved_at', '<=', before)
          .orderBy(kind === 'finished' ? 'moved_at' : 'expires_at', kind === 'too far ahead' ? 'desc' : 'asc')
          .limit(limit)
          .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .deleteFrom('attempts')
    .where('id', 'in', ({ selectFrom }) => selectFrom('ended').select('ended.id'))
    .returning('id')
    .execute()
  return rows.length
}
