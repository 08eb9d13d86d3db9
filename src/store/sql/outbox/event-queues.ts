// The event queues: one row for each destination and ordering key that have a pending event. It says when the first event may be
// dispatched, or until when one is being dispatched: `leased` is then that event's number.

import { sql } from 'kysely'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { lockQueue } from '../changes/append-events.ts'
import { after, type Database, type Engine, isReached } from '../engine/engine.ts'
import { listed, type Numbered, numbered, perCount } from '../engine/list-of-texts.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { noEvent } from '../engine/tables.ts'
import type { Queue } from './queue-name.ts'

/** Changes of queues, in a transaction. */
export interface EventQueues {
  /** Makes a queue that has no pending event. `false`: it exists, and is not changed. */
  open(trx: Database, queue: Queue, dueInMs: number): Promise<boolean>
  /** Where several transactions write at the same time: locks a queue, and makes one that does not exist. */
  lock(trx: Database, queue: Queue): Promise<void>
  /**
   * Updates when the first event of each of these locked queues may be dispatched, unless another one is being
   * dispatched. Deletes those without a pending event.
   */
  settle(trx: Database, changed: readonly ChangedQueue[]): Promise<void>
}

export interface ChangedQueue {
  readonly name: string
  /** The number of an event of it whose lease has ended. */
  readonly released: string | null
}

export function eventQueues(engine: Engine): EventQueues {
  const { now } = engine
  const add = statement(
    engine,
    (db, { name, destination, dueInMs }: Placeholders<Queue & { readonly dueInMs: number }>) =>
      db
        .insertInto('subjects')
        .values({ subject: name, destination, due_at: after(now(), dueInMs) })
        .onConflict((conflict) => conflict.column('subject').doNothing())
        .returning('subject'),
  )
  const removeEmpty = perCount((count) =>
    statement(engine, (db, keys: Placeholders<Numbered>) =>
      db
        .deleteFrom('subjects')
        .where('subject', 'in', listed(keys, count))
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('outbox')
                .select('seq')
                .whereRef('outbox.subject', '=', 'subjects.subject')
                .where('state', '=', 'pending'),
            ),
          ),
        )
        .returning('subject'),
    ),
  )
  const postpone = statement(engine, (db, { name, released }: Placeholders<ChangedQueue>) =>
    db
      .updateTable('subjects')
      .set(({ selectFrom }) => ({
        due_at: selectFrom('outbox')
          .select(
            sql<number>`case when ${isReached('due_at', now(), longestSpans.event)} then ${now()} else due_at end`.as(
              'due_at',
            ),
          )
          .where('subject', '=', name)
          .where('state', '=', 'pending')
          .orderBy('order_at')
          .orderBy('seq')
          .limit(1),
        leased: null,
      }))
      .where('subject', '=', name)
      .where(({ eb, or }) => or([eb('leased', 'is', null), eb('due_at', '<=', now()), eb('leased', '=', released)])),
  )
  return {
    async open(trx, { name, destination }, dueInMs) {
      return (await add.first({ name, destination, dueInMs }, trx)) !== undefined
    },
    async lock(trx, queue) {
      if (engine.rowLocks) await lockQueue(engine, trx, queue)
    },
    async settle(trx, changed) {
      if (changed.length === 0) return
      const names = changed.map(({ name }) => name)
      const removed = new Set((await removeEmpty(names.length).all(numbered(names), trx)).map(({ subject }) => subject))
      for (const queue of changed) if (!removed.has(queue.name)) await postpone.all(queue, trx)
    },
  }
}

/**
 * Returns how to learn the milliseconds until the first queue of a destination is due. One that is due too far ahead is due
 * now.
 */
export function nextDueOf(engine: Engine): (destination?: string) => Promise<number | null> {
  const { now } = engine
  const ends = statement(engine, (db, { destination }: Placeholders<Pick<Queue, 'destination'>>) =>
    db.selectNoFrom(({ selectFrom }) => [
      selectFrom('subjects')
        .select('due_at')
        .where('destination', '=', destination)
        .orderBy('due_at')
        .limit(1)
        .as('first'),
      selectFrom('subjects')
        .select('due_at')
        .where('destination', '=', destination)
        .where(({ eb, or }) => or([eb('leased', 'is', null), eb('leased', '!=', noEvent)]))
        .orderBy('due_at', 'desc')
        .limit(1)
        .as('last'),
      now().as('read_at'),
    ]),
  )
  return async (destination = '') => {
    const found = await ends.first({ destination })
    if (!found || found.first === null) return null
    const { first, last, read_at } = found
    return last !== null && last > read_at + longestSpans.event ? 0 : Math.max(0, first - read_at)
  }
}
