// Webhook subscriptions. Of a connection and scope at most one that is not removed is current: a unique index makes
// sure.

import type { SubscriptionStore } from '../../core/store/subscriptions.ts'
import type { Engine } from './engine/engine.ts'
import { sweepOld } from './engine/sweep-old.ts'
import { dueStatements } from './subscriptions/due.ts'
import { recordStatements } from './subscriptions/record.ts'

export function subscriptions(engine: Engine): SubscriptionStore {
  return {
    ...recordStatements(engine),
    ...dueStatements(engine),
    sweep: (ageMs, limit) => sweepOld(engine, 'subscriptions', 'removed_at', ageMs, limit),
  }
}
