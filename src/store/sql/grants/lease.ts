// Leases on grants: one process presents the refresh token at a time, paced and cooled down. Each operation is one
// UPDATE, which finds no row where another process was first.

import { sql, type UpdateQueryBuilder } from 'kysely'
import type { GrantStore } from '../../../core/store/grants.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { after, type Engine, isReached, latest } from '../engine/engine.ts'
import { copyingOwner, type Flag, type Tables } from '../engine/tables.ts'
import { fenced } from './fenced.ts'
import { leaseTime, read, readings } from './row.ts'
import { isPaced, paced } from './token-columns.ts'

export function leaseStatements(engine: Engine): Pick<GrantStore, 'claim' | 'extend' | 'release'> {
  const { db, now, leaseNow } = engine
  return {
    async claim(id, generation, { owner, leaseMs, intent, pace }) {
      const row = await fenced(db, id, generation)
        .set({
          lease_owner: owner,
          lease_until: after(leaseNow(), leaseMs),
          doubt: sql<Flag>`case when intent is null then doubt else 1 end`,
          intent,
          paced_at: paced(now(), pace),
        })
        .where('status', '=', 'live')
        .where(({ eb, or }) => or([eb('lease_owner', 'is', null), eb('lease_until', '<=', leaseTime(engine))]))
        .where(isReached('retry_at', now(), longestSpans.retry))
        .where(isPaced(now(), pace))
        .returningAll()
        .returning(readings(engine))
        .executeTakeFirst()
      if (row) return read(row)
      await cutLeases(engine, (grants) => grants.where('id', '=', id).where('generation', '=', generation))
      return null
    },
    async extend(id, owner, leaseMs) {
      const row = await db
        .updateTable('grants')
        .set({ lease_until: after(leaseNow(), leaseMs) })
        .where('id', '=', id)
        .where('lease_owner', '=', owner)
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },
    async release(id, generation, owner, { harmless, retryInMs, failed, refused }) {
      const retryAt = after(now(), retryInMs)
      const mine = await fenced(db, id, generation)
        .set({
          lease_owner: null,
          lease_until: 0,
          retry_at: retryAt,
          due_at: sql`case when due_at is null then null else ${latest('due_at', retryAt)} end`,
          ...(harmless && { intent: null }),
          ...(failed && { failures: sql`failures + 1` }),
          ...(refused && {
            refusals: sql`refusals + 1`,
            refused_since: sql`case when refused_since is null then ${now()} else refused_since end`,
          }),
        })
        .where('lease_owner', '=', owner)
        .returning('id')
        .executeTakeFirst()
      if (mine) return true
      const moved = await db
        .updateTable('grants')
        .set({ lease_owner: null, lease_until: 0 })
        .where('id', '=', id)
        .where('generation', '!=', generation)
        .where('lease_owner', '=', owner)
        .returning('id')
        .executeTakeFirst()
      return moved !== undefined
    },
  }
}

type Grants = UpdateQueryBuilder<Tables, 'grants', 'grants', unknown>

/** Shortens leases that would run for longer than a lease can, of the live grants that `which` selects. */
export async function cutLeases(
  { db, leaseNow }: Engine,
  which: (grants: Grants) => Grants = (grants) => grants,
): Promise<void> {
  await which(db.updateTable('grants').set({ lease_until: after(leaseNow(), longestSpans.lease) }) as unknown as Grants)
    .where('status', '=', 'live')
    .where('lease_owner', '!=', copyingOwner)
    .where('lease_until', '>', after(leaseNow(), longestSpans.lease))
    .execute()
}
