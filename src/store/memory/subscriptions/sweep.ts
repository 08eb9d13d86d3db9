// Deleting subscriptions that have been removed for long enough, once the store's clock has been seen to run for an
// hour without a step.

import type { SubscriptionStore } from '../../../core/store/subscriptions.ts'
import { isSteady } from '../engine/sweep-clock.ts'
import type { Now, Tables } from '../engine/tables.ts'

export function sweepOperation(tables: Tables, now: Now): Pick<SubscriptionStore, 'sweep'> {
  const table = tables.subscriptions
  return {
    async sweep(ageMs, limit) {
      const at = now()
      if (!isSteady(tables, 'subscriptions', at)) return 0
      const ended = [...table.values()]
        .filter(({ removedAt }) => removedAt !== null && removedAt <= at - Math.round(ageMs))
        .sort((a, b) => (a.removedAt ?? 0) - (b.removedAt ?? 0) || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
      for (const row of ended) table.delete(row.id)
      return ended.length
    },
  }
}
