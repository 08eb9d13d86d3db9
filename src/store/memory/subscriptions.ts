// Webhook subscriptions in memory. Of a connection and scope at most one that is not removed is current.

import type { SubscriptionStore } from '../../core/store/subscriptions.ts'
import type { Now, Tables } from './engine/tables.ts'
import { dueOperations } from './subscriptions/due.ts'
import { recordOperations } from './subscriptions/record.ts'
import { sweepOperation } from './subscriptions/sweep.ts'

export function subscriptions(tables: Tables, now: Now): SubscriptionStore {
  return { ...recordOperations(tables, now), ...dueOperations(tables, now), ...sweepOperation(tables, now) }
}
