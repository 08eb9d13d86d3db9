// The event queues: one row for each ordering key that has a pending event. It says when the first event may be
// dispatched, or until when one is being dispatched: `leased` is then that event's number.

import { sql } from 'kysely'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { type Database, type Engine, isReached } from '../engine/engine.ts'
import { noEvent } from '../engine/tables.ts'

/**
 * Updates when the first event of a locked queue may be dispatched, unless another one is being dispatched. `released`:
 * that event's lease has ended. Deletes a queue without a pending event.
 */
export async function settleQueue(
  { now }: Engine,
  trx: Database,
  orderingKey: string,
  released: string | null,
): Promise<void> {
  const first = await trx
    .selectFrom('outbox')
    .select(
      sql<number>`case when ${isReached('due_at', now(), longestSpans.event)} then ${now()} else due_at end`.as(
        'due_at',
      ),
    )
    .where('subject', '=', orderingKey)
    .where('state', '=', 'pending')
    .orderBy('order_at')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  if (!first) {
    await trx.deleteFrom('subjects').where('subject', '=', orderingKey).execute()
    return
  }
  await trx
    .updateTable('subjects')
    .set({ due_at: first.due_at, leased: null })
    .where('subject', '=', orderingKey)
    .where(({ eb, or }) =>
      or([
        eb('leased', 'is', null),
        eb('due_at', '<=', now()),
        ...(released === null ? [] : [eb('leased', '=', released)]),
      ]),
    )
    .execute()
}

/** Milliseconds until the first queue is due. A queue that is due further ahead than it can be is due now. */
export async function nextDue({ db, now }: Engine): Promise<number | null> {
  const { first, last, read_at } = await db
    .selectNoFrom(({ selectFrom }) => [
      selectFrom('subjects').select('due_at').orderBy('due_at').limit(1).as('first'),
      selectFrom('subjects')
        .select('due_at')
        .where(({ eb, or }) => or([eb('leased', 'is', null), eb('leased', '!=', noEvent)]))
        .orderBy('due_at', 'desc')
        .limit(1)
        .as('last'),
      now().as('read_at'),
    ])
    .executeTakeFirstOrThrow()
  if (first === null) return null
  return last !== null && last > read_at + longestSpans.event ? 0 : Math.max(0, first - read_at)
}
