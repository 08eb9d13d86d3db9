// Accepting a provider's delivery into the outbox, once, and making due what waited for it.

import type { OutboxRow, OutboxStore } from '../../../core/store/outbox.ts'
import { firstState, lockQueue } from '../changes/append-events.ts'
import { after, type Engine } from '../engine/engine.ts'
import { objectOf } from '../engine/json.ts'
import { settleQueue } from './event-queues.ts'

export function acceptStatements(engine: Engine): Pick<OutboxStore, 'accept' | 'hasAccepted'> {
  const { db, now, write } = engine
  return {
    async accept({ orderingKey, orderAt, maxWaitMs, data, ...facts }) {
      const { type, connection, owner, client, key, body } = facts
      return write(async (trx) => {
        const row = await trx
          .insertInto('outbox')
          .values({
            type,
            subject: orderingKey,
            connection,
            owner,
            client,
            data: JSON.stringify(data),
            key,
            body,
            ...firstState,
            order_at: orderAt,
            due_at: after(now(), maxWaitMs),
            created_at: now(),
          })
          .onConflict((conflict) => conflict.doNothing())
          .returning('state')
          .executeTakeFirst()
        if (!row) return false
        await lockQueue(engine, trx, orderingKey)
        await trx
          .updateTable('outbox')
          .set({ due_at: now() })
          .where('subject', '=', orderingKey)
          .where('state', '=', 'pending')
          .where('order_at', '>', orderAt)
          .where('attempts', '=', 0)
          .where('due_at', '>', now())
          .execute()
        await settleQueue(engine, trx, orderingKey, null)
        return true
      })
    },
    async hasAccepted(orderingKey, names) {
      const rows = await db
        .selectFrom('outbox')
        .select('data')
        .where('subject', '=', orderingKey)
        .where('key', 'is not', null)
        .execute()
      return rows.some(({ data }) => names.includes(String(objectOf<OutboxRow['data']>(data).name)))
    },
  }
}
