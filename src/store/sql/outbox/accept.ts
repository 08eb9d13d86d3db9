// Accepting a provider's deliveries into the outbox, each once, and making due what waited for them.

import { sql } from 'kysely'
import { inOrderOfKeys } from '../../../core/store/in-order-of-keys.ts'
import type { NewDelivery, OutboxRow, OutboxStore } from '../../../core/store/outbox.ts'
import { firstState } from '../changes/append-events.ts'
import { after, type Database, type Engine } from '../engine/engine.ts'
import { objectOf } from '../engine/json.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import type { EventQueues } from './event-queues.ts'
import { queueOf } from './queue-name.ts'

const texts = ['type', 'key', 'connection', 'owner', 'client', 'body', 'data'] as const

/** A delivery with its `data` as JSON. */
type Delivery = Omit<NewDelivery, 'data'> & { readonly data: string }

export function acceptStatements(engine: Engine, queues: EventQueues): Pick<OutboxStore, 'accept' | 'hasAccepted'> {
  const { now, write } = engine
  const insert = statement(engine, (db, delivery: Placeholders<Delivery>) =>
    db
      .insertInto('outbox')
      .columns([...texts, 'subject', 'state', 'late', 'attempts', 'order_at', 'due_at', 'created_at'])
      .expression(
        db
          .selectNoFrom([
            ...texts.map((column) => sql<string>`cast(${delivery[column]} as text)`.as(column)),
            sql<string>`cast(${delivery.orderingKey} as text)`.as('subject'),
            sql.lit(firstState.state).as('state'),
            sql.lit(firstState.late).as('late'),
            sql.lit(firstState.attempts).as('attempts'),
            sql<number>`cast(${delivery.orderAt} as bigint)`.as('order_at'),
            after(now(), delivery.maxWaitMs).as('due_at'),
            now().as('created_at'),
          ])
          // It was on its way when its connection was deleted.
          .where(({ not, exists, selectFrom }) =>
            not(exists(selectFrom('ended_ids').select('ended_ids.id').where('ended_ids.id', '=', delivery.connection))),
          ),
      )
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
