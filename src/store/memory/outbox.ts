// The outbox in memory. Of the events with one ordering key only the first pending one is dispatched, and only while no
// other of them is.

import type { OutboxStore } from '../../core/store/outbox.ts'
import type { Now, Tables } from './engine/tables.ts'
import { acceptOperations } from './outbox/accept.ts'
import { forwardOperation } from './outbox/forward.ts'
import { leaseOperations } from './outbox/lease.ts'
import { listOperations } from './outbox/list.ts'
import { outcomeOperations } from './outbox/outcome.ts'
import { sweepOperation } from './outbox/sweep.ts'

export function outbox(tables: Tables, now: Now): OutboxStore {
  return {
    ...acceptOperations(tables, now),
    ...leaseOperations(tables, now),
    ...forwardOperation(tables, now),
    ...outcomeOperations(tables, now),
    ...listOperations(tables, now),
    ...sweepOperation(tables, now),
  }
}
