// Closing a grant on which no connection rests any more: its tokens are deleted once the provider has revoked them.

import type { GrantStore } from '../../../core/store/grants.ts'
import { type Engine, isPast } from '../engine/engine.ts'
import { fenced } from './fenced.ts'
import { read, readings } from './row.ts'

export function closeStatements(engine: Engine): Pick<GrantStore, 'close' | 'closing'> {
  const { db, now } = engine
  return {
    async close(id, generation) {
      const row = await fenced(db, id, generation)
        .set({ status: 'closed', tokens: null, spares: '[]', closing_at: null, closed_at: now() })
        .where('status', '=', 'closing')
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },
    async closing(ageMs, limit, last) {
      const rows = await db
        // By itself, in the order of its index: in the order of the ids all grants would be read.
        .with(
          (name) => name('old').materialized(),
          (query) =>
            query
              .selectFrom('grants')
              .select('id')
              .where('closing_at', 'is not', null)
              .where(isPast('closing_at', now(), ageMs)),
        )
        .selectFrom('grants')
        .selectAll()
        .select(readings(engine))
        .where('id', 'in', ({ selectFrom }) =>
          selectFrom('old')
            .select('old.id')
            .where('old.id', '>', last ?? '')
            .orderBy('old.id')
            .limit(limit),
        )
        .where('status', '=', 'closing')
        .orderBy('id')
        .execute()
      return rows.map(read)
    },
  }
}
