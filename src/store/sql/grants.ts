// Grants. Every write is one UPDATE that names the generation that was read: where another set has been stored since,
// it finds no row and changes nothing.

import { type Selectable, sql } from 'kysely'
import { type GrantStatus, sparesWith } from '../../core/grant.ts'
import type { GrantRow, GrantStore } from '../../core/store.ts'
import { tell } from './announced.ts'
import { after, afterOrNull, type Database, type Engine, latest } from './engine.ts'
import { record } from './history.ts'
import { newSet, paced } from './new-set.ts'
import type { Flag, GrantTable } from './tables.ts'

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
      .set({ lease_owner: null, lease_until: 0, status: 'live', reason: null, expires_at: now(), due_at: now() })
      .where('id', '=', id)
      .execute()
    await markChanged(engine, trx, id)
    if (before === 'over') await tell(engine, trx, 'connection.recovered', { grant: id }, {})
  }

  return {
    async get(id) {
      const row = await db
        .selectFrom('grants')
        .selectAll()
        .select(now().as('read_at'))
        .where('id', '=', id)
        .executeTakeFirst()
      return row ? read(row) : null
    },
    async claim(id, generation, { owner, lease, intent, pace }) {
      const row = await fenced(db, id, generation)
        .set({
          lease_owner: owner,
          lease_until: after(now(), lease),
          doubt: sql<Flag>`case when intent is null then doubt else 1 end`,
          intent,
          paced_at: paced(now(), pace),
        })
        .where('status', '=', 'live')
        .where(({ eb, or }) => or([eb('lease_owner', 'is', null), eb('lease_until', '<=', now())]))
        .where('retry_at', '<=', now())
        .where('paced_at', '<=', after(now(), (pace.burst - 1) * pace.interval))
        .returningAll()
        .returning(now().as('read_at'))
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
            ...newSet(now(), renewal),
            ...(renewal.scopes && { scopes: JSON.stringify(renewal.scopes) }),
            ...(ended && { status: 'closing', due_at: null, closing_at: before.closing_at ?? now() }),
          })
          .execute()
        if (before.status === 'over') await markChanged(engine, trx, id)
        await record(engine, trx, id, null, entry)
        if (before.status === 'over') await tell(engine, trx, 'connection.recovered', { grant: id }, {})
        if (before.status === 'live')
          await tell(engine, trx, 'connection.renewed', { grant: id }, { generation: generation + 1 })
        return true
      })
    },
    async release(id, generation, owner, { harmless, retryIn, failed }) {
      const retryAt = after(now(), retryIn)
      const mine = await fenced(db, id, generation)
        .set({
          lease_owner: null,
          lease_until: 0,
          retry_at: retryAt,
          due_at: sql`case when due_at is null then null else ${latest('due_at', retryAt)} end`,
          ...(harmless && { intent: null }),
          ...(failed && { failures: sql`failures + 1` }),
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
        await tell(engine, trx, 'connection.needs_reconnect', { grant: id }, { reason })
        return true
      })
    },
    async keepSpare(id, generation, spent, sealed) {
      return write(async (trx) => {
        const row = await sparesOf(trx, id)
          .where('generation', '>', generation)
          .where('status', '!=', 'closed')
          .executeTakeFirst()
        if (!row) return null
        const spares = sparesWith(JSON.parse(row.spares), spent, sealed)
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
    async useSpare(id, generation) {
      return write(async (trx) => {
        const row = await sparesOf(trx, id)
          .where('generation', '=', generation)
          .where('status', 'in', ['live', 'over'])
          .where('spares', '!=', '[]')
          .executeTakeFirst()
        if (row) await takeSpare(trx, id, JSON.parse(row.spares), row.status)
        return row !== undefined
      })
    },
    async takeDue(limit, hideFor) {
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
              .where('retry_at', '<=', now())
              .orderBy('due_at')
              .orderBy('id')
              .limit(limit)
              .$if(engine.rowLocks, (query) => query.forUpdate().skipLocked()),
        )
        .updateTable('grants')
        .set({ due_at: after(now(), hideFor) })
        .where('id', 'in', ({ selectFrom }) => selectFrom('due').select('due.id'))
        .returning('id')
        .execute()
      return rows.map((row) => row.id)
    },
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
    async close(id, generation) {
      const row = await fenced(db, id, generation)
        .set({ status: 'closed', tokens: null, spares: '[]', closing_at: null })
        .where('status', '=', 'closing')
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },
    async closing(age, limit) {
      const rows = await db
        .selectFrom('grants')
        .selectAll()
        .select(now().as('read_at'))
        .where('status', '=', 'closing')
        .where('closing_at', '<=', after(now(), -Math.round(age)))
        .orderBy('closing_at')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(read)
    },
  }
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

function read(row: Selectable<GrantTable> & { read_at: number }): GrantRow {
  return {
    id: row.id,
    client: row.client,
    account: {
      id: row.account_id,
      name: row.account_name,
      email: row.account_email,
      timeZone: row.account_time_zone,
    },
    scopes: JSON.parse(row.scopes),
    tokens: row.tokens,
    spares: JSON.parse(row.spares),
    generation: row.generation,
    expiresAt: row.expires_at,
    dueAt: row.due_at,
    renewAt: row.renew_at,
    status: row.status,
    reason: row.reason,
    leaseOwner: row.lease_owner,
    leaseUntil: row.lease_until,
    intent: row.intent,
    doubt: row.doubt === 1,
    failures: row.failures,
    retryAt: row.retry_at,
    pacedAt: row.paced_at,
    usedAt: row.used_at,
    createdAt: row.created_at,
    readAt: row.read_at,
  }
}
