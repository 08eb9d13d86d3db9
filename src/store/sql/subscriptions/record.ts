// Recording a subscription, reading it, and changing what is known about it.

import { sql } from 'kysely'
import type { SubscriptionStore } from '../../../core/store/subscriptions.ts'
import { after, type Database, type Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { read } from './row.ts'

export function recordStatements(
  engine: Engine,
): Pick<SubscriptionStore, 'insert' | 'get' | 'of' | 'failing' | 'update'> {
  const { db, now, write } = engine
  const byId = statement(engine, (db, { id }: Placeholders<{ id: string }>) => rows(db).where('id', '=', id))
  const ofConnection = statement(engine, (db, { connection }: Placeholders<{ connection: string }>) =>
    rows(db).where('connection', '=', connection).where('removed_at', 'is', null).orderBy('created_at').orderBy('id'),
  )

  function rows(on: Database) {
    return on.selectFrom('subscriptions').selectAll().select(now().as('read_at'))
  }

  return {
    async insert({ id, connection, client, account, scope, events, secrets }, replaces, checkInMs) {
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
            id,
            connection,
            client,
            account,
            scope,
            secrets,
            events: JSON.stringify(events),
            current: 1,
            state: 'creating',
            check_at: after(now(), checkInMs),
            created_at: now(),
          })
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst()
        if (!row && replaces !== null) throw new PlaceTaken()
        return row !== undefined
      }).catch((error: unknown) => {
        if (error instanceof PlaceTaken) return false
        throw error
      })
    },
    async get(id) {
      const row = await byId.first({ id })
      return row ? read(row) : null
    },
    async failing(limit) {
      const rows = await db
        .selectFrom('subscriptions')
        .select(['id', 'connection', 'client', 'created_at', 'detail'])
        .where('detail', 'is not', null)
        .where('removed_at', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ created_at: createdAt, detail, ...row }) => ({ ...row, createdAt, detail: detail ?? '' }))
    },
    async of(connection) {
      return (await ofConnection.all({ connection })).map(read)
    },
    async update(id, from, { state, reference, secrets, detail, checkInMs }) {
      if (from.length === 0) return false
      const removedAt = sql<number>`case when removed_at is null then ${now()} else removed_at end`
      const row = await db
        .updateTable('subscriptions')
        .set(({ ref }) => ({
          check_at: checkInMs === undefined ? ref('check_at') : after(now(), checkInMs),
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
  }
}

/** Another one is current: what this transaction has changed is undone. */
class PlaceTaken extends Error {}
