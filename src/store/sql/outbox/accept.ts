// Accepting a provider's delivery into the outbox, once, and making due what waited for it.

import type { NewDelivery, OutboxRow, OutboxStore } from '../../../core/store/outbox.ts'
import { firstState } from '../changes/append-events.ts'
import { after, type Engine } from '../engine/engine.ts'
import { objectOf } from '../engine/json.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import type { EventQueues } from './event-queues.ts'

/** A delivery with its `data` as JSON. */
type Delivery = Omit<NewDelivery, 'data'> & { readonly data: string }

export function acceptStatements(engine: Engine, queues: EventQueues): Pick<OutboxStore, 'accept' | 'hasAccepted'> {
  const { now, write } = engine
  const insert = statement(engine, (db, delivery: Placeholders<Delivery>) =>
    db
      .insertInto('outbox')
      .values({
        type: delivery.type,
        key: delivery.key,
        connection: delivery.connection,
        owner: delivery.owner,
        client: delivery.client,
        body: delivery.body,
        data: delivery.data,
        subject: delivery.orderingKey,
        ...firstState,
        order_at: delivery.orderAt,
        due_at: after(now(), delivery.maxWaitMs),
        created_at: now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('state'),
  )
  const hasten = statement(
    engine,
    (db, { orderingKey, orderAt }: Placeholders<Pick<Delivery, 'orderingKey' | 'orderAt'>>) =>
      db
        .updateTable('outbox')
        .set({ due_at: now() })
        .where('subject', '=', orderingKey)
        .where('state', '=', 'pending')
        .where('order_at', '>', orderAt)
        .where('attempts', '=', 0)
        .where('due_at', '>', now()),
  )
  const ofKey = statement(engine, (db, { orderingKey }: Placeholders<{ orderingKey: string }>) =>
    db.selectFrom('outbox').select('data').where('subject', '=', orderingKey).where('key', 'is not', null),
  )
  return {
    async accept({ data, ...delivery }) {
      const { orderingKey, orderAt, maxWaitMs } = delivery
      return write(async (trx) => {
        if (!(await insert.first({ ...delivery, data: JSON.stringify(data) }, trx))) return false
        // Nothing else of its key is pending: there is nothing to put in order.
        if (await queues.open(trx, orderingKey, maxWaitMs)) return true
        await queues.lock(trx, orderingKey)
        await hasten.all({ orderingKey, orderAt }, trx)
        await queues.settle(trx, [{ key: orderingKey, released: null }])
        return true
      })
    },
    async hasAccepted(orderingKey, names) {
      const rows = await ofKey.all({ orderingKey })
      return rows.some(({ data }) => names.includes(String(objectOf<OutboxRow['data']>(data).name)))
    },
  }
}
