// When the keeper looks at a grant: taking those that are due, and setting the next due time.

import { sql } from 'kysely'
import type { GrantStore } from '../../../core/store/grants.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { after, type Engine, isReached } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { hideDue, takeDueOrTooFarAhead } from '../engine/take-due.ts'
import { type Fence, fenced } from './fenced.ts'

export function dueStatements(engine: Engine): Pick<GrantStore, 'takeDue' | 'postpone' | 'touch'> {
  const { now } = engine
  const takeDue = statement(engine, (_, { limit, hideForMs }: Placeholders<{ limit: number; hideForMs: number }>) =>
    hideDue(
      engine,
      'grants',
      (grants) =>
        grants
          // As it stands in the index, which holds no other rows: a parameter would not match it.
          .where('status', '=', sql.lit('live'))
          .where('due_at', '<=', now())
          .where(isReached('retry_at', now(), longestSpans.retry)),
      limit,
      hideForMs,
    ).returning('id'),
  )
  const postpone = statement(
    engine,
    (db, { id, generation, dueInMs }: Placeholders<Fence & { dueInMs: number | null }>) =>
      fenced(db, id, generation)
        .set({ due_at: after(now(), dueInMs) })
        .returning('id'),
  )
  const touch = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
    db
      .updateTable('grants')
      .set({
        used_at: now(),
        due_at: sql`case when status = 'live' and renew_at is not null and (due_at is null or due_at > renew_at)
          then renew_at else due_at end`,
      })
      .where('id', '=', id),
  )
  return {
    takeDue: (limit, hideForMs) =>
      takeDueOrTooFarAhead(engine, 'grants', limit, async () => {
        const rows = await takeDue.all({ limit, hideForMs })
        return rows.map(({ id }) => id)
      }),
    async postpone(id, generation, dueInMs) {
      return (await postpone.first({ id, generation, dueInMs })) !== undefined
    },
    async touch(id) {
      await touch.all({ id })
    },
  }
}
