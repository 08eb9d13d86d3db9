// The current token set of a grant: reading it, storing the next one, and ending the grant that has no more.

import type { GrantEnd } from '../../../core/grant.ts'
import type { GrantStore } from '../../../core/store/grants.ts'
import { appendEvents } from '../changes/append-events.ts'
import { markChanged } from '../changes/mark-changed.ts'
import { recordHistory } from '../changes/record-history.ts'
import { putTerms } from '../connections/search.ts'
import type { Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { type Fence, fenced } from './fenced.ts'
import { read, readings } from './row.ts'
import { storeRefreshed } from './store-refreshed.ts'

export function tokenStatements(engine: Engine): Pick<GrantStore, 'get' | 'commit' | 'end' | 'describe'> {
  const { write, announced } = engine
  const byId = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
    db.selectFrom('grants').selectAll().select(readings(engine)).where('id', '=', id),
  )
  const end = statement(engine, (db, { id, generation, reason }: Placeholders<Fence & { reason: GrantEnd }>) =>
    fenced(db, id, generation)
      .set({ status: 'over', reason, due_at: null, lease_owner: null, lease_until: 0, intent: null })
      .where('status', '=', 'live')
      .where('spares', '=', '[]')
      .returning('id'),
  )
  const store = storeRefreshed(engine)
  return {
    async get(id) {
      const row = await byId.first({ id })
      return row ? read(row) : null
    },
    async commit(id, generation, { scopes, ...tokens }, entry) {
      const refreshed = { id, generation, ...tokens, scopes: scopes && JSON.stringify(scopes) }
      const isOneStatement = engine.changesSeveralTables && !announced.has('connection.renewed')
      if (isOneStatement && (await store.live(refreshed, entry))) return true
      return write(async (trx) => {
        const before = await store.inTransaction(trx, refreshed, entry)
        if (before === null) return false
        if (before === 'over') {
          await markChanged(engine, trx, id, 0)
          await appendEvents(engine, trx, 'connection.recovered', { grant: id }, {})
        } else if (before === 'live')
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
      await write(async (trx) => {
        const row = await trx
          .updateTable('grants')
          .set({ account_name: name, account_email: email, account_time_zone: timeZone })
          .where('id', '=', id)
          .where('status', 'in', ['live', 'over'])
          .returning('id')
          .executeTakeFirst()
        if (!row) return
        const resting = await trx
          .selectFrom('connections')
          .select(['id', 'owner'])
          .where('grant_id', '=', id)
          .where('disconnected', '=', 0)
          .execute()
        for (const connection of resting) await putTerms(trx, { ...connection, isNew: false }, { name, email })
      })
    },
  }
}
