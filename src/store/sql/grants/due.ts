// When the keeper looks at a grant: taking those that are due, and setting the next due time.

import { type SqlBool, sql } from 'kysely'
import type { GrantStore } from '../../../core/store/grants.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { afterOrNull, type Engine, isReached } from '../engine/engine.ts'
import { hideDue, takeDueOrTooFarAhead } from '../engine/take-due.ts'
import { fenced } from './fenced.ts'

export function dueStatements(engine: Engine): Pick<GrantStore, 'takeDue' | 'postpone' | 'touch'> {
  const { db, now } = engine
  return {
    takeDue(client, limit, hideForMs) {
      const take = async () => {
        const rows = await hideDue(
          engine,
          'grants',
          (grants) =>
            grants
              // As it stands in the index, which holds no other rows: a parameter would not match it.
              .where('status', '=', sql.lit('live'))
              .where('client', '=', client)
              .where('due_at', '<=', now())
              .where(isReached('retry_at', now(), longestSpans.retry)),
          limit,
          hideForMs,
        )
          .returning('id')
          .execute()
        return rows.map(({ id }) => id)
      }
      return takeDueOrTooFarAhead(engine, 'grants', limit, take, sql<SqlBool>`${sql.ref('client')} = ${client}`)
    },
    async postpone(id, generation, dueInMs) {
      const row = await fenced(db, id, generation)
        .set({ due_at: afterOrNull(now(), dueInMs) })
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },
    async touch(id) {
      await db
        .updateTable('grants')
        .set({
          used_at: now(),
          due_at: sql`case when status = 'live' and renew_at is not null and (due_at is null or due_at > renew_at)
            then renew_at else due_at end`,
        })
        .where('id', '=', id)
        .execute()
    },
  }
}
