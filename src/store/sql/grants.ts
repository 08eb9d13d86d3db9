// Grants. Every write is one UPDATE that names the generation that was read: where another set has been stored since,
// it finds no row and changes nothing.

import { sql } from 'kysely'
import type { GrantStatus } from '../../core/grant.ts'
import { type GrantStore, withFallback } from '../../core/store/grants.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { appendEvents } from './changes/append-events.ts'
import { after, afterOrNull, type Database, type Engine, isPast, isReached } from './engine/engine.ts'
import { listOf } from './engine/json.ts'
import { takeWithAhead } from './engine/take-due.ts'
import { leases } from './grants/lease.ts'
import { read, readings } from './grants/row.ts'
import { newTokenColumns } from './grants/token-columns.ts'
import { record } from './history.ts'

export function grants(engine: Engine): GrantStore {
  const { db, now, write } = engine
  const fenced = (on: Database, id: string, generation: number) =>
    on.updateTable('grants').where('id', '=', id).where('generation', '=', generation)
  const sparesOf = (trx: Database, id: string) =>
    trx
      .selectFrom('grants')
      .select(['spares', 'status'])
      .where('id', '=', id)
      .$if(engine.rowLocks, (query) => query.forUpdate())
  /** Makes the first of the spares the current set of a grant whose row is locked. */
  async function takeSpare(
    trx: Database,
    id: string,
    [tokens = '', ...spares]: readonly string[],
    before: GrantStatus,
  ): Promise<void> {
    await trx
      .updateTable('grants')
      .set({ tokens, spares: JSON.stringify(spares), generation: sql`generation + 1`, intent: null, doubt: 1 })
      .set({
        lease_owner: null,
        lease_until: 0,
        status: 'live',
        reason: null,
        expires_at: now(),
        lifetime: 0,
        due_at: now(),
        refusals: 0,
        refused_since: null,
      })
      .where('id', '=', id)
      .execute()
    await markChanged(engine, trx, id)
    if (before === 'over') await appendEvents(engine, trx, 'connection.recovered', { grant: id }, {})
  }

  return {
    ...leases(engine),
    async get(id) {
      const row = await db
        .selectFrom('grants')
        .selectAll()
        .select(readings(engine))
        .where('id', '=', id)
        .executeTakeFirst()
      return row ? read(row) : null
    },
    async commit(id, generation, renewal, entry) {
      return write(async (trx) => {
        const before = await trx
          .selectFrom('grants')
          .select(['status', 'closing_at'])
          .where('id', '=', id)
          .where('generation', '=', generation)
          .$if(engine.rowLocks, (query) => query.forUpdate())
          .executeTakeFirst()
        if (!before) return false
        const ended = before.status === 'closing' || before.status === 'closed'
        await fenced(trx, id, generation)
          .set({
            ...newTokenColumns(now(), renewal),
            ...(renewal.scopes && { scopes: JSON.stringify(renewal.scopes) }),
            ...(ended && { status: 'closing', due_at: null, closing_at: before.closing_at ?? now() }),
          })
          .execute()
        if (before.status === 'over') await markChanged(engine, trx, id)
        await record(engine, trx, id, null, entry)
        if (before.status === 'over') await appendEvents(engine, trx, 'connection.recovered', { grant: id }, {})
        if (before.status === 'live')
          await appendEvents(engine, trx, 'connection.renewed', { grant: id }, { generation: generation + 1 })
        return true
      })
    },
    async end(id, generation, reason, entry) {
      return write(async (trx) => {
        const row = await fenced(trx, id, generation)
          .set({ status: 'over', reason, due_at: null, lease_owner: null, lease_until: 0, intent: null })
          .where('status', '=', 'live')
          .where('spares', '=', '[]')
          .returning('id')
          .executeTakeFirst()
        if (!row) return false
        await markChanged(engine, trx, id)
        await record(engine, trx, id, null, entry)
        await appendEvents(engine, trx, 'connection.needs_reconnect', { grant: id }, { reason })
        return true
      })
    },
    async keepFallback(id, generation, spent, sealed) {
      return write(async (trx) => {
        const row = await sparesOf(trx, id)
          .where('generation', '>', generation)
          .where('status', '!=', 'closed')
          .executeTakeFirst()
        if (!row) return null
        const spares = withFallback(listOf(row.spares), spent, sealed)
        const revived = row.status === 'over' && spares.length > 0
        if (revived) await takeSpare(trx, id, spares, row.status)
        else
          await trx
            .updateTable('grants')
            .set({ spares: JSON.stringify(spares) })
            .where('id', '=', id)
            .execute()
        return revived ? 'revived' : 'kept'
      })
    },
    async useFallback(id, generation) {
      return write(async (trx) => {
        const row = await sparesOf(trx, id)
          .where('generation', '=', generation)
          .where('status', 'in', ['live', 'over'])
          .where('spares', '!=', '[]')
          .executeTakeFirst()
        if (!row) return false
        const spares = listOf(row.spares)
        if (spares.length > 0) await takeSpare(trx, id, spares, row.status)
        // Nothing that could be read: the grant has none, and may end.
        else await fenced(trx, id, generation).set({ spares: '[]' }).execute()
        return spares.length > 0
      })
    },
    takeDue: (limit, hideFor) => takeWithAhead(engine, 'grants', limit, () => takeDue(engine, limit, hideFor)),
    async postpone(id, generation, dueIn) {
      const row = await fenced(db, id, generation)
        .set({ due_at: afterOrNull(now(), dueIn) })
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
    async describe(id, { name, email, timeZone }) {
      await db
        .updateTable('grants')
        .set({ account_name: name, account_email: email, account_time_zone: timeZone })
        .where('id', '=', id)
        .where('status', '!=', 'closed')
        .execute()
    },
    async close(id, generation) {
      const row = await fenced(db, id, generation)
        .set({ status: 'closed', tokens: null, spares: '[]', closing_at: null })
        .where('status', '=', 'closing')
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },
    async closing(age, limit, last) {
      const rows = await db
        // By itself, in the order of its index: in the order of the ids all grants would be read.
        .with(
          (name) => name('old').materialized(),
          (query) =>
            query
              .selectFrom('grants')
              .select('id')
              .where('closing_at', 'is not', null)
              .where(isPast('closing_at', now(), age)),
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

async function takeDue({ db, now, rowLocks }: Engine, limit: number, hideFor: number): Promise<string[]> {
  const rows = await db
    // By itself, so that it runs once: within the update a planner may ask it again, and take more than the limit.
    .with(
      (name) => name('due').materialized(),
      (query) =>
        query
          .selectFrom('grants')
          .select('id')
          // As it stands in the index, which holds no other rows: a parameter would not match it.
          .where('status', '=', sql.lit('live'))
          .where('due_at', '<=', now())
          .where(isReached('retry_at', now(), longestSpans.retry))
          .orderBy('due_at')
          .orderBy('id')
          .limit(limit)
          .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .updateTable('grants')
    .set({ due_at: after(now(), hideFor) })
    .where('id', 'in', ({ selectFrom }) => selectFrom('due').select('due.id'))
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Marks the connections of a grant as changed. */
export async function markChanged({ now }: Engine, trx: Database, grant: string): Promise<void> {
  await trx
    .updateTable('connections')
    .set({ updated_at: now() })
    .where('grant_id', '=', grant)
    .where('disconnected', '=', 0)
    .execute()
}
