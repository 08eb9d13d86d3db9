// Deletes old events from the outbox.

import { nextTurn } from '../core/each.ts'
import type { OutboxRecords } from '../records/outbox.ts'

const dayMs = 86_400_000
const batchSize = 1000
const mostBatches = 5

/**
 * Deletes what has been done for 3 days, and what has been dead for 30. `dispatches`: whether this process dispatches
 * events. If it does not, it also deletes what has been due for 30 days, since no process may dispatch it.
 */
export async function sweep(outbox: OutboxRecords, dispatches: boolean): Promise<void> {
  const age = { done: 3 * dayMs, dead: 30 * dayMs, pending: dispatches ? null : 30 * dayMs }
  for (let batch = 0; batch < mostBatches; batch++) {
    if ((await outbox.sweep(age, batchSize)) < batchSize) return
    await nextTurn()
  }
}
