// Attempts that are left over: those whose answer was never attached, and those that are over.

import type { AttemptStore } from '../../../core/store/attempts.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { after, type Engine, isPast } from '../engine/engine.ts'
import { read } from './row.ts'

export function leftoverStatements({ db, now, rowLocks }: Engine): Pick<AttemptStore, 'stranded' | 'sweep'> {
  return {
    async stranded(ageMs, limit, last) {
      const rows = await db
        .selectFrom('attempts')
        .selectAll()
        .select(now().as('read_at'))
        .where('phase', '=', 'exchanged')
        .where('answer', 'is not', null)
        .where(isPast('moved_at', now(), ageMs))
        .where('id', '>', last ?? '')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(read)
    },
    async sweep(ageMs, limit) {
      const before = after(now(), -Math.round(ageMs))
      const rows = await db
        // By itself, so that it runs once: within the deletion a planner may ask it again, and take more than the
        // limit.
        .with(
          (name) => name('ended').materialized(),
          (query) =>
            query
              .selectFrom('attempts')
              .select('id')
              .where('answer', 'is', null)
              .where('moved_at', '<=', before)
              .where(({ eb, or }) =>
                or([
                  eb('phase', '=', 'finished'),
                  eb('expires_at', '<=', before),
                  eb('expires_at', '>', after(now(), longestSpans.attempt)),
                ]),
              )
              .orderBy('moved_at')
              .limit(limit)
              .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
        )
        .deleteFrom('attempts')
        .where('id', 'in', ({ selectFrom }) => selectFrom('ended').select('ended.id'))
        .returning('id')
        .execute()
      return rows.length
    },
  }
}
