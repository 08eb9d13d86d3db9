// The current token set of a grant: reading it, storing the next one, and ending the grant that has no more.

import { sql } from 'kysely'
import type { GrantEnd, GrantStatus } from '../../../core/grant.ts'
import type { GrantStore } from '../../../core/store/grants.ts'
import { appendEvents } from '../changes/append-events.ts'
import { markChanged } from '../changes/mark-changed.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { Database, Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { type Fence, fenced } from './fenced.ts'
import { read, readings } from './row.ts'
import { type NewTokens, newTokenColumns } from './token-columns.ts'

interface Renewal extends Fence, NewTokens {
  /** JSON list; `null`: as they are. */
  readonly scopes: string | null
}

export function tokenStatements(engine: Engine): Pick<GrantStore, 'get' | 'commit' | 'end' | 'describe'> {
  const { db, now, write } = engine
  const byId = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
    db.selectFrom('grants').selectAll().select(readings(engine)).where('id', '=', id),
  )
  const lockedStatus = statement(engine, (db, { id, generation }: Placeholders<Fence>) =>
    db
      .selectFrom('grants')
      .select('status')
      .where('id', '=', id)
      .where('generation', '=', generation)
      .$if(engine.rowLocks, (query) => query.forUpdate()),
  )
  const renew = statement(engine, (db, renewal: Placeholders<Renewal & { status: GrantStatus }>) => {
    const isEnded = sql`status in ('closing', 'closed')`
    const { due_at: dueAt, ...set } = newTokenColumns(now(), renewal)
    return fenced(db, renewal.id, renewal.generation)
      .set({
        ...set,
        scopes: sql<string>`coalesce(${renewal.scopes}, scopes)`,
        status: sql<GrantStatus>`case when ${isEnded} then 'closing' else 'live' end`,
        due_at: sql`case when ${isEnded} then null else ${dueAt} end`,
        closing_at: sql`case when ${isEnded} then coalesce(closing_at, ${now()}) else null end`,
      })
      .where('status', '=', renewal.status)
      .returning('id')
  })
  const end = statement(engine, (db, { id, generation, reason }: Placeholders<Fence & { reason: GrantEnd }>) =>
    fenced(db, id, generation)
      .set({ status: 'over', reason, due_at: null, lease_owner: null, lease_until: 0, intent: null })
      .where('status', '=', 'live')
      .where('spares', '=', '[]')
      .returning('id'),
  )

  /** Stores a token set. Returns the status before it; `null`: another set has been stored meanwhile. */
  async function renewed(trx: Database, renewal: Renewal): Promise<GrantStatus | null> {
    // Nearly every grant is live: then nothing need be read first.
    if (await renew.first({ ...renewal, status: 'live' }, trx)) return 'live'
    const before = await lockedStatus.first(renewal, trx)
    if (before) await renew.first({ ...renewal, status: before.status }, trx)
    return before?.status ?? null
  }

  return {
    async get(id) {
      const row = await byId.first({ id })
      return row ? read(row) : null
    },
    async commit(id, generation, { scopes, ...tokens }, entry) {
      return write(async (trx) => {
        const renewal = { id, generation, ...tokens, scopes: scopes && JSON.stringify(scopes) }
        const before = await renewed(trx, renewal)
        if (before === null) return false
        if (before === 'over') await markChanged(engine, trx, id, 0)
        await recordHistory(engine, trx, id, null, entry)
        if (before === 'over') await appendEvents(engine, trx, 'connection.recovered', { grant: id }, {})
        if (before === 'live')
          await appendEvents(engine, trx, 'connection.renewed', { grant: id }, { generation: generation + 1 })
        return true
      })
    },
    async end(id, generation, reason, entry) {
      return write(async (trx) => {
        if (!(await end.first({ id, generation, reason }, trx))) return false
        await markChanged(engine, trx, id, 1)
        await recordHistory(engine, trx, id, null, entry)
        await appendEvents(engine, trx, 'connection.needs_reconnect', { grant: id }, { reason })
        return true
      })
    },
    async describe(id, { name, email, timeZone }) {
      await db
        .updateTable('grants')
        .set({ account_name: name, account_email: email, account_time_zone: timeZone })
        .where('id', '=', id)
        .where('status', '!=', 'closed')
        .execute()
    },
  }
}
