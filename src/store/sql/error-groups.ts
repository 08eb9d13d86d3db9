// Error groups. A batch is added in one transaction, the groups in the order of their ids, so that two processes never
// wait for each other in a circle.

import { type SelectQueryBuilder, sql } from 'kysely'
import { type ErrorGroupStore, mostTouched, type SeenErrors } from '../../core/store/error-groups.ts'
import { after, type Database, type Engine } from './engine/engine.ts'
import { isSteady } from './engine/sweep-clock.ts'
import type { Tables } from './engine/tables.ts'

export function errorGroups(engine: Engine): ErrorGroupStore {
  const { db, write } = engine
  return {
    async add(errors) {
      const inOrder = [...errors].sort((a, b) => (a.id < b.id ? -1 : 1))
      await write(async (trx) => {
        for (const seen of inOrder) await addOne(engine, trx, seen)
      })
    },
    async list({ after: last, limit }) {
      const rows = await db
        .selectFrom('error_groups')
        .selectAll()
        .$if(last !== undefined, (query) =>
          query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple('last_at', 'id'), '<', tuple(last?.lastAt ?? 0, last?.id ?? '')),
          ),
        )
        .orderBy('last_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(({ first_at: firstAt, last_at: lastAt, ...row }) => ({ ...row, firstAt, lastAt }))
    },
    async touched(id, limit) {
      const rows = await db
        .selectFrom('error_connections')
        .select('connection')
        .where('error', '=', id)
        .orderBy('connection')
        .limit(limit)
        .execute()
      return rows.map(({ connection }) => connection)
    },
    async sweep(ageMs, most, limit) {
      // The number is kept within its bound whatever the clock says.
      const surplus = await remove(
        engine,
        (groups) => groups.orderBy('last_at', 'desc').orderBy('id', 'desc').offset(most),
        limit,
      )
      if (surplus === limit || !(await isSteady(engine, 'error_groups'))) return surplus
      const before = after(engine.now(), -Math.round(ageMs))
      const old = await remove(
        engine,
        (groups) => groups.where('last_at', '<=', before).orderBy('last_at'),
        limit - surplus,
      )
      return surplus + old
    },
  }
}

async function addOne(engine: Engine, trx: Database, { agoMs, connections, ...seen }: SeenErrors): Promise<void> {
  const at = after(engine.now(), -Math.round(agoMs))
  const latest = sql<number>`case when error_groups.last_at > excluded.last_at then error_groups.last_at else excluded.last_at end`
  const group = await trx
    .insertInto('error_groups')
    .values({ ...seen, first_at: at, last_at: at, connections: 0 })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        count: sql`error_groups.count + excluded.count`,
        last_at: latest,
        sentence: seen.sentence,
      }),
    )
    .returning('connections')
    .executeTakeFirstOrThrow()
  const room = mostTouched - group.connections
  const touched = connections.slice(0, Math.max(0, room)).map((connection) => ({ error: seen.id, connection }))
  if (touched.length === 0) return
  const fresh = await trx
    .insertInto('error_connections')
    .values(touched)
    .onConflict((conflict) => conflict.doNothing())
    .returning('connection')
    .execute()
  if (fresh.length > 0)
    await trx
      .updateTable('error_groups')
      .set({ connections: group.connections + fresh.length })
      .where('id', '=', seen.id)
      .execute()
}

type Groups = SelectQueryBuilder<Tables, 'error_groups', { id: string }>

/** Deletes up to `limit` groups, with what is known of their connections. */
async function remove({ write }: Engine, choose: (groups: Groups) => Groups, limit: number): Promise<number> {
  return write(async (trx) => {
    const found = await choose(trx.selectFrom('error_groups').select('id')).limit(limit).execute()
    const ids = found.map(({ id }) => id)
    if (ids.length === 0) return 0
    await trx.deleteFrom('error_connections').where('error', 'in', ids).execute()
    await trx.deleteFrom('error_groups').where('id', 'in', ids).execute()
    return ids.length
  })
}
