// Accepting a provider's delivery into the outbox, once, and making due what waited for it.

import type { OutboxStore } from '../../../core/store/outbox.ts'
import { append } from '../changes/append-events.ts'
import type { Now, OutboxRecord, Tables } from '../engine/tables.ts'
import { allEvents, putEvent } from './row.ts'

export function acceptOperations(tables: Tables, now: Now): Pick<OutboxStore, 'accept' | 'hasAccepted'> {
  return {
    async accept({ maxWaitMs, ...delivery }) {
      const at = now()
      if (allEvents(tables).some((row) => row.key === delivery.key)) return false
      append(tables, at, delivery, at + Math.round(maxWaitMs))
      for (const row of allEvents(tables))
        if (row.orderingKey === delivery.orderingKey && row.orderAt > delivery.orderAt && waits(row, at))
          putEvent(tables, { ...row, dueAt: at })
      return true
    },
    async hasAccepted(orderingKey, names) {
      now()
      return allEvents(tables).some(
        (row) => row.orderingKey === orderingKey && row.key !== null && names.some((name) => name === row.data.name),
      )
    },
  }
}

/** Whether an event waits for one that should come before it. */
function waits(row: OutboxRecord, at: number): boolean {
  return row.state === 'pending' && row.dispatches === 0 && row.dueAt > at
}
