// Bringing a grant to what it was before the store went back in time.

import { sql } from 'kysely'
import type { GrantStatus } from '../../../core/grant.ts'
import type { GrantStore, HealedGrant } from '../../../core/store/grants.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { appendEvents } from '../changes/append-events.ts'
import { markChanged } from '../changes/mark-changed.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { Flag } from '../engine/column-types.ts'
import { after, type Database, type Engine, type Time } from '../engine/engine.ts'
import { fenced } from './fenced.ts'
import { leaseTime } from './row.ts'

export function healStatements(engine: Engine): Pick<GrantStore, 'positions' | 'heal'> {
  const { db, write } = engine
  return {
    async positions(last, limit) {
      const left = sql<number>`case when lease_owner is null then 0 else lease_until - ${leaseTime(engine)} end`
      const rows = await db
        .selectFrom('grants')
        .select(['id', 'generation', 'status', left.as('lease_left')])
        .where('id', '>', last ?? '')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ lease_left: leaseLeft, ...row }) => ({
        ...row,
        leaseLeftMs: Math.min(Math.max(leaseLeft, 0), longestSpans.lease),
      }))
    },
    async heal(id, generation, healed, entry) {
      return write(async (trx) => {
        const row = await trx
          .selectFrom('grants')
          .select('status')
          .where('id', '=', id)
          .where('generation', '=', generation)
          .$if(engine.rowLocks, (query) => query.forUpdate())
          .executeTakeFirst()
        if (!row) return false
        const status = statusAfter(row.status, healed)
        await update(engine, trx, { id, generation }, healed, status)
        await recordHistory(engine, trx, id, null, entry)
        if (status === row.status) return true
        await markChanged(engine, trx, id, status === 'over' ? 1 : 0)
        const { reason } = healed
        if (status === 'over') await appendEvents(engine, trx, 'connection.needs_reconnect', { grant: id }, { reason })
        if (status === 'live') await appendEvents(engine, trx, 'connection.recovered', { grant: id }, {})
        return true
      })
    },
  }
}

/** What is closing is not used again: the set that it gets is there to be revoked. */
function statusAfter(before: GrantStatus, { status, set }: HealedGrant): GrantStatus {
  if (status === 'closed' || before === 'live' || before === 'over') return status
  return set === null ? before : 'closing'
}

async function update(
  engine: Engine,
  trx: Database,
  row: { readonly id: string; readonly generation: number },
  { generation, set, reason }: HealedGrant,
  status: GrantStatus,
): Promise<void> {
  const now = engine.now()
  // One object: Postgres refuses a column that is set twice.
  await fenced(trx, row.id, row.generation)
    .set({
      generation,
      status,
      lease_owner: null,
      lease_until: 0,
      intent: null,
      closed_at: status === 'closed' ? sql<number>`coalesce(${sql.ref('closed_at')}, ${now})` : null,
      ...(set && { reason: null, ...setColumns(now, set) }),
      ...((status === 'live' || status === 'over') && { reason }),
      ...(status !== 'live' && { due_at: null }),
      ...(status === 'closing' && { closing_at: sql<number>`coalesce(closing_at, ${now})` }),
      ...(status === 'closed' && { reason: null, tokens: null, spares: '[]', closing_at: null }),
    })
    .execute()
}

function setColumns(now: Time, set: NonNullable<HealedGrant['set']>) {
  return {
    tokens: set.tokens,
    spares: JSON.stringify(set.fallbackTokens),
    ...(set.scopes && { scopes: JSON.stringify(set.scopes) }),
    expires_at: after(now, set.expiresInMs),
    lifetime: Math.round(set.expiresInMs),
    renew_at: later(now, set.refreshInMs),
    due_at: later(now, set.dueInMs),
    doubt: (set.outcomeUnknown ? 1 : 0) as Flag,
    failures: 0,
    refusals: 0,
    refused_since: null,
    retry_at: 0,
    closing_at: null,
  }
}

function later(now: Time, ms: number | null) {
  return ms === null ? null : after(now, ms)
}
