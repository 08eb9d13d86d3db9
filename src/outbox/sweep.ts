// Deletes old events from the outbox: in small steps, so that nothing waits for long, and until none is left, so that it
// keeps up with what comes in.

import { nextTurn } from '../core/each.ts'
import type { OutboxRecords } from '../records/outbox.ts'

const dayMs = 86_400_000
/** Events that one step deletes. */
const stepSize = 250

/**
 * Deletes what has been done for 3 days, and what has been dead for 30. `dispatches`: whether this process dispatches
 * events. If it does not, it also deletes what has been due for 30 days, since no process may dispatch it. Ends early
 * when the process stops.
 */
export async function sweep(
  outbox: Pick<OutboxRecords, 'sweep'>,
  dispatches: boolean,
  stopping: () => AbortSignal,
): Promise<void> {
  const age = { done: 3 * dayMs, dead: 30 * dayMs, pending: dispatches ? null : 30 * dayMs }
  while (!stopping().aborted && (await outbox.sweep(age, stepSize)) === stepSize) await nextTurn()
}
