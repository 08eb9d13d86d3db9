// Deletes old events from the outbox: in small steps, so that nothing waits for long, and until none is left, so that it
// keeps up with what comes in.

import { nextTurn } from '../core/each.ts'
import type { FeedRecords } from '../records/feed.ts'
import type { OutboxRecords } from '../records/outbox.ts'
import type { Destination } from './destination.ts'

const dayMs = 86_400_000
/** Events that one step deletes. */
const stepSize = 250

/**
 * Deletes what has been done for 3 days, what has been dead for 30, and what was published 30 days ago. What has been due
 * for 30 days is deleted too, since no process may dispatch it: unless it is for one of these destinations, to which this
 * process dispatches events. Ends early when the process stops.
 */
export async function sweep(
  { outbox, feed }: { readonly outbox: Pick<OutboxRecords, 'sweep'>; readonly feed: Pick<FeedRecords, 'sweep'> },
  destinations: readonly Pick<Destination, 'name'>[],
  stopping: () => AbortSignal,
): Promise<void> {
  const age = { done: 3 * dayMs, dead: 30 * dayMs, pending: 30 * dayMs }
  // What is not forwarded yet goes to these.
  const kept = destinations.length > 0 ? ['', ...destinations.map(({ name }) => name)] : []
  while (!stopping().aborted && (await outbox.sweep(age, stepSize, kept)) === stepSize) await nextTurn()
  while (!stopping().aborted && (await feed.sweep(30 * dayMs, stepSize)) === stepSize) await nextTurn()
}
