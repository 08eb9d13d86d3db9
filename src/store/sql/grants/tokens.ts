// The current token set of a grant: reading it, storing the next one, and ending the grant that has no more.

import type { GrantStore } from '../../../core/store/grants.ts'
import { appendEvents } from '../changes/append-events.ts'
import { markChanged } from '../changes/mark-changed.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { fenced } from './fenced.ts'
import { read, readings } from './row.ts'
import { newTokenColumns } from './token-columns.ts'

export function tokenStatements(engine: Engine): Pick<GrantStore, 'get' | 'commit' | 'end' | 'describe'> {
  const { db, now, write } = engine
  const byId = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
    db.selectFrom('grants').selectAll().select(readings(engine)).where('id', '=', id),
  )
  return {
    async get(id) {
      const row = await byId.first({ id })
      return row ? read(row) : null
    },
    async commit(id, generation, tokens, entry) {
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
            ...newTokenColumns(now(), tokens),
            ...(tokens.scopes && { scopes: JSON.stringify(tokens.scopes) }),
            ...(ended && { status: 'closing', due_at: null, closing_at: before.closing_at ?? now() }),
          })
          .execute()
        if (before.status === 'over') await markChanged(engine, trx, id, 0)
        await recordHistory(engine, trx, id, null, entry)
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
