// Accepting a provider's deliveries into the outbox, each once, and making due what waited for them.

import { inOrderOfKeys } from '../../../core/store/in-order-of-keys.ts'
import type { NewDelivery, OutboxRow, OutboxStore } from '../../../core/store/outbox.ts'
import { firstState } from '../changes/append-events.ts'
import { after, type Database, type Engine } from '../engine/engine.ts'
import { objectOf } from '../engine/json.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import type { EventQueues } from './event-queues.ts'
import { queueOf } from './queue-name.ts'

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

  /** Gives new events their place in their queue. */
  async function putInOrder(trx: Database, key: string, written: readonly NewDelivery[]): Promise<void> {
    const queue = queueOf('', key)
    const isOpened = await queues.open(trx, queue, written[0]?.maxWaitMs ?? 0)
    // Nothing else of its key is pending: there is nothing to put in order.
    if (isOpened && written.length === 1) return
    await queues.lock(trx, queue)
    for (const { orderingKey, orderAt } of written) await hasten.all({ orderingKey, orderAt }, trx)
    await queues.settle(trx, [{ name: queue.name, released: null }])
  }

  return {
    async accept(deliveries) {
      return write(async (trx) => {
        const isNew = deliveries.map(() => false)
        for (const [index, { data, ...delivery }] of inOrderOfKeys(deliveries))
          isNew[index] = (await insert.first({ ...delivery, data: JSON.stringify(data) }, trx)) !== undefined
        const written = Map.groupBy(
          deliveries.filter((_, index) => isNew[index]),
          ({ orderingKey }) => orderingKey,
        )
        // All processes lock queues in the same order.
        for (const key of [...written.keys()].sort()) await putInOrder(trx, key, written.get(key) ?? [])
        return isNew
      })
    },
    async hasAccepted(orderingKey, words) {
      const rows = await ofKey.all({ orderingKey })
      return rows.some(({ data }) => {
        const { name, booking } = objectOf<OutboxRow['data']>(data)
        return words.some((word) => word === name || word === booking)
      })
    },
  }
}
