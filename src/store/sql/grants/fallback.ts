// Fallback token sets: kept beside the current one, and put in its place when the provider refuses it.

import { sql } from 'kysely'
import type { GrantStatus } from '../../../core/grant.ts'
import { type GrantStore, withFallback } from '../../../core/store/grants.ts'
import { appendEvents } from '../changes/append-events.ts'
import { markChanged } from '../changes/mark-changed.ts'
import { isRecorded, recordHistory } from '../changes/record-history.ts'
import type { Database, Engine } from '../engine/engine.ts'
import { listOf } from '../engine/json.ts'
import { fenced } from './fenced.ts'

export function fallbackStatements(engine: Engine): Pick<GrantStore, 'keepFallback' | 'useFallback'> {
  const { write } = engine
  const fallbacksOf = (trx: Database, id: string) =>
    trx
      .selectFrom('grants')
      .select(['spares', 'status', 'tokens'])
      .where('id', '=', id)
      .$if(engine.rowLocks, (query) => query.forUpdate())
  return {
    async keepFallback(id, generation, spent, sealed, entries) {
      return write(async (trx) => {
        const row = await fallbacksOf(trx, id)
          .where('generation', '>', generation)
          .where('status', '!=', 'closed')
          .executeTakeFirst()
        if (!row) return null
        if (entries?.kept) {
          if (await isRecorded(trx, id, entries.kept)) return 'known'
          await recordHistory(engine, trx, id, null, entries.kept)
        }
        const fallbacks = withFallback(listOf(row.spares), spent, sealed)
        const revived = row.status === 'over' && fallbacks.length > 0
        const isSpent = row.status === 'live' && row.tokens === spent && sealed !== null
        if (revived || isSpent) {
          await useFirst(engine, trx, id, fallbacks, row.status)
          if (entries) await recordHistory(engine, trx, id, null, entries.used)
        } else
          await trx
            .updateTable('grants')
            .set({ spares: JSON.stringify(fallbacks) })
            .where('id', '=', id)
            .execute()
        return revived ? 'revived' : 'kept'
      })
    },
    async useFallback(id, generation, entry) {
      return write(async (trx) => {
        const row = await fallbacksOf(trx, id)
          .where('generation', '=', generation)
          .where('status', 'in', ['live', 'over'])
          .where('spares', '!=', '[]')
          .executeTakeFirst()
        if (!row) return false
        const fallbacks = listOf(row.spares)
        if (fallbacks.length > 0) {
          await useFirst(engine, trx, id, fallbacks, row.status)
          if (entry) await recordHistory(engine, trx, id, null, entry)
        }
        // None of them can be read: the grant has none, and may end.
        else await fenced(trx, id, generation).set({ spares: '[]' }).execute()
        return fallbacks.length > 0
      })
    },
  }
}

/** Makes the first of the fallback sets the current set of a grant whose row is locked. */
async function useFirst(
  engine: Engine,
  trx: Database,
  id: string,
  [tokens = '', ...fallbacks]: readonly string[],
  before: GrantStatus,
): Promise<void> {
  await trx
    .updateTable('grants')
    .set({ tokens, spares: JSON.stringify(fallbacks), generation: sql`generation + 1`, intent: null, doubt: 1 })
    .set({
      lease_owner: null,
      lease_until: 0,
      status: 'live',
      reason: null,
      expires_at: engine.now(),
      lifetime: 0,
      due_at: engine.now(),
      refusals: 0,
      refused_since: null,
    })
    .where('id', '=', id)
    .execute()
  await markChanged(engine, trx, id, 0)
  if (before === 'over') await appendEvents(engine, trx, 'connection.recovered', { grant: id }, {})
}
