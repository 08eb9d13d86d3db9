// Accepting a provider's deliveries into the outbox, each once, and making due what waited for them.

import { inOrderOfKeys } from '../../../core/store/in-order-of-keys.ts'
import type { NewDelivery, OutboxStore } from '../../../core/store/outbox.ts'
import { append } from '../changes/append-events.ts'
import type { Now, OutboxRecord, Tables } from '../engine/tables.ts'
import { eventsFor, putEvent } from './row.ts'

export function acceptOperations(tables: Tables, now: Now): Pick<OutboxStore, 'accept' | 'hasAccepted'> {
  function write(at: number, { maxWaitMs, ...delivery }: NewDelivery): boolean {
    // It was on its way when its connection was deleted.
    if (delivery.connection !== null && tables.ended.has(delivery.connection)) return false
    if (eventsFor(tables, '').some((row) => row.key === delivery.key)) return false
    append(tables, at, delivery, at + Math.round(maxWaitMs))
    return true
  }
  return {
    async accept(deliveries) {
      const at = now()
      const isNew = deliveries.map(() => false)
      for (const [index, delivery] of inOrderOfKeys(deliveries)) isNew[index] = write(at, delivery)
      for (const { orderingKey, orderAt } of deliveries.filter((_, index) => isNew[index]))
        for (const row of eventsFor(tables, ''))
          if (row.orderingKey === orderingKey && row.orderAt > orderAt && waits(row, at))
            putEvent(tables, { ...row, dueAt: at })
      return isNew
    },
    async hasAccepted(orderingKey, words) {
      now()
      return eventsFor(tables, '').some(
        ({ orderingKey: of, key, data: { name, booking } }) =>
          of === orderingKey && key !== null && words.some((word) => word === name || word === booking),
      )
    },
  }
}

/** Whether an event waits for one that should come before it. */
function waits(row: OutboxRecord, at: number): boolean {
  return row.state === 'pending' && row.dispatches === 0 && row.dueAt > at
}
