// Subscriptions. Of a connection and scope at most one is current, but for the removed: a unique index sees to it.

import { type Selectable, sql } from 'kysely'
import { longestSpans } from '../../core/store/longest-spans.ts'
import type { SubscriptionRow, SubscriptionStore } from '../../core/store/subscriptions.ts'
import { believedTime } from '../../core/store/wrong-clock.ts'
import { after, type Engine } from './engine/engine.ts'
import { listOf } from './engine/json.ts'
import { isSteady } from './engine/sweep-clock.ts'
import type { SubscriptionTable } from './engine/tables.ts'
import { takeWithAhead } from './engine/take-due.ts'

export function subscriptions(engine: Engine): SubscriptionStore {
  const { db, now, write } = engine
  const select = () => db.selectFrom('subscriptions').selectAll().select(now().as('read_at'))
  return {
    async insert({ id, connection, client, account, scope, events, secrets }, replaces, checkIn) {
      return write(async (trx) => {
        const place = trx
          .updateTable('subscriptions')
          .where('connection', '=', connection)
          .where('scope', '=', scope)
          .where('current', '=', 1)
        if (replaces !== null) await place.set({ current: 0 }).where('id', '=', replaces).execute()
        const row = await trx
          .insertInto('subscriptions')
          .values({
            ...{ id, connection, client, account, scope, secrets },
            events: JSON.stringify(events),
            current: 1,
            state: 'creating',
            check_at: after(now(), checkIn),
            created_at: now(),
          })
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst()
        if (!row && replaces !== null) throw new Taken()
        return row !== undefined
      }).catch((error: unknown) => {
        if (error instanceof Taken) return false
        throw error
      })
    },
    async get(id) {
      const row = await select().where('id', '=', id).executeTakeFirst()
      return row ? read(row) : null
    },
    async of(connection) {
      const rows = await select()
        .where('connection', '=', connection)
        .where('removed_at', 'is', null)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(read)
    },
    async update(id, from, { state, reference, secrets, detail, checkInMs: checkIn }) {
      if (from.length === 0) return false
      const removedAt = sql<number>`case when removed_at is null then ${now()} else removed_at end`
      const row = await db
        .updateTable('subscriptions')
        .set(({ ref }) => ({
          check_at: checkIn === undefined ? ref('check_at') : after(now(), checkIn),
          ...(state !== undefined && { state, removed_at: state === 'removed' ? removedAt : null }),
          ...(reference !== undefined && { reference }),
          ...(secrets !== undefined && { secrets }),
          ...(detail !== undefined && { detail }),
        }))
        .where('id', '=', id)
        .where('state', 'in', [...from])
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },
    takeDue: (limit, hideFor) => takeWithAhead(engine, 'subscriptions', limit, () => takeDue(engine, limit, hideFor)),
    async hasten(connection) {
      await db
        .updateTable('subscriptions')
        .set({ check_at: now() })
        .where('connection', '=', connection)
        .where('removed_at', 'is', null)
        .where('check_at', '>', now())
        .execute()
    },
    async sweep(age, limit) {
      if (!(await isSteady(engine, 'subscriptions'))) return 0
      const rows = await db
        .with(
          (name) => name('ended').materialized(),
          (query) =>
            query
              .selectFrom('subscriptions')
              .select('id')
              .where('removed_at', '<=', after(now(), -Math.round(age)))
              .orderBy('removed_at')
              .limit(limit)
              .$if(engine.rowLocks, (query) => query.forUpdate().skipLocked()),
        )
        .deleteFrom('subscriptions')
        .where('id', 'in', ({ selectFrom }) => selectFrom('ended').select('ended.id'))
        .returning('id')
        .execute()
      return rows.length
    },
  }
}

async function takeDue({ db, now, rowLocks }: Engine, limit: number, hideFor: number): Promise<SubscriptionRow[]> {
  const rows = await db
    // By itself, so that it runs once: within the update a planner may ask it again, and take more than the limit.
    .with(
      (name) => name('due').materialized(),
      (query) =>
        query
          .selectFrom('subscriptions')
          .select('id')
          .where('removed_at', 'is', null)
          .where('check_at', '<=', now())
          .orderBy('check_at')
          .orderBy('id')
          .limit(limit)
          .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .updateTable('subscriptions')
    .set({ check_at: after(now(), hideFor) })
    .where('id', 'in', ({ selectFrom }) => selectFrom('due').select('due.id'))
    .returningAll()
    .returning(now().as('read_at'))
    .execute()
  return rows.map(read)
}

/** Another is current: what has been changed meanwhile is undone. */
class Taken extends Error {}

function read(row: Selectable<SubscriptionTable> & { readonly read_at: number }): SubscriptionRow {
  return {
    id: row.id,
    connection: row.connection,
    client: row.client,
    account: row.account,
    scope: row.scope,
    current: row.current === 1,
    events: listOf(row.events),
    secrets: row.secrets,
    reference: row.reference,
    state: row.state,
    detail: row.detail,
    checkAt: believedTime(row.check_at, row.read_at, longestSpans.check),
    createdAt: row.created_at,
    removedAt: row.removed_at,
    readAt: row.read_at,
  }
}
