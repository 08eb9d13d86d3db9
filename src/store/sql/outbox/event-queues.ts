// The event queues: one row for each ordering key that has a pending event. It says when the first event may be
// dispatched, or until when one is being dispatched: `leased` is then that event's number.

import { type ExpressionBuilder, sql } from 'kysely'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { after, type Database, type Engine, isReached } from '../engine/engine.ts'
import { type Flag, noEvent, type Tables } from '../engine/tables.ts'
import { type FoundEvent, serial } from './row.ts'

/** Leases the first events of up to `limit` queues that are due, except those of some connections. */
export async function leaseHeads(
  engine: Engine,
  trx: Database,
  owner: string,
  limit: number,
  leaseMs: number,
  exceptConnections: readonly string[],
): Promise<FoundEvent[]> {
  const { now, rowLocks } = engine
  for (;;) {
    const due = await trx
      .selectFrom('subjects')
      .select('subject')
      .where('due_at', '<=', now())
      .$if(exceptConnections.length > 0, (query) =>
        query.where((eb) => {
          const connection = head(eb).clearSelect().select('first.connection')
          return eb.or([eb(connection, 'is', null), eb(connection, 'not in', exceptConnections)])
        }),
      )
      .orderBy('due_at')
      .orderBy('subject')
      .limit(limit)
      .$if(rowLocks, (query) => query.forUpdate().skipLocked())
      .execute()
    if (due.length === 0) return []
    const keys = due.map(({ subject }) => subject)
    const until = after(now(), leaseMs)
    const rows = await trx
      .updateTable('outbox')
      .set((eb) => ({
        lease_owner: owner,
        due_at: until,
        attempts: sql`attempts + 1`,
        first_at: eb.case().when('first_at', 'is', null).then(now()).else(eb.ref('first_at')).end(),
        late: sql<Flag>`case when late = 1 or ${overtaken(eb)} then 1 else 0 end`,
      }))
      .where('seq', 'in', ({ selectFrom }) =>
        selectFrom('subjects')
          .select((eb) => head(eb).as('seq'))
          .where('subjects.subject', 'in', keys),
      )
      .where(isReached('due_at', now(), longestSpans.event))
      .returningAll()
      .returning([serial.as('serial'), now().as('read_at')])
      .execute()
    const leased = new Set(rows.map(({ subject }) => subject))
    if (leased.size > 0)
      await trx
        .updateTable('subjects')
        .set((eb) => ({ due_at: until, leased: head(eb) }))
        .where('subject', 'in', [...leased])
        .execute()
    for (const key of keys) if (!leased.has(key)) await settleQueue(engine, trx, key, null)
    if (rows.length > 0) return rows
  }
}

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

/** The number of the first pending event of the queue at hand. */
function head({ selectFrom }: ExpressionBuilder<Tables, 'subjects'>) {
  return selectFrom('outbox as first')
    .select('first.seq')
    .whereRef('first.subject', '=', 'subjects.subject')
    .where('first.state', '=', 'pending')
    .orderBy('first.order_at')
    .orderBy('first.seq')
    .limit(1)
}

/** Whether a later event of the same queue is done already. */
function overtaken({ exists, selectFrom }: ExpressionBuilder<Tables, 'outbox'>) {
  return exists(
    selectFrom('outbox as other')
      .select('other.seq')
      .whereRef('other.subject', '=', 'outbox.subject')
      .where('other.state', '=', 'done')
      .where(({ eb, and, or }) =>
        or([
          eb('other.order_at', '>', eb.ref('outbox.order_at')),
          and([eb('other.order_at', '=', eb.ref('outbox.order_at')), eb('other.seq', '>', eb.ref('outbox.seq'))]),
        ]),
      ),
  )
}
