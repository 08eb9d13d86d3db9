// Deleting events that are over, or that have been due for too long. Nothing is deleted until the store's clock has
// been seen to run for an hour without a step.

import type { OutboxStore } from '../../../core/store/outbox.ts'
import { after, type Engine, type Time } from '../engine/engine.ts'
import { isSteady } from '../engine/sweep-clock.ts'
import type { EventQueues } from './event-queues.ts'
import type { Found } from './outcome.ts'
import { serial } from './row.ts'

export async function sweepOutbox(
  engine: Engine,
  queues: EventQueues,
  age: Parameters<OutboxStore['sweep']>[0],
  { limit, kept }: { readonly limit: number; readonly kept: readonly string[] },
): Promise<number> {
  if (!(await isSteady(engine, 'outbox'))) return 0
  let swept = 0
  const ended = { done: age.done, forwarded: age.done, dead: age.dead } as const
  for (const state of ['done', 'forwarded', 'dead'] as const)
    if (swept < limit) swept += await removeEnded(engine, state, ended[state], limit - swept)
  if (age.pending === null || swept >= limit) return swept
  const among = { age: age.pending, window: limit, kept }
  return swept + (await removeNeverAcknowledged(engine, queues, among, limit - swept))
}

interface NeverAcknowledged {
  readonly age: number
  readonly window: number
  readonly kept: readonly string[]
}

/**
 * Deletes what has been due for `age` ms and is for none of the destinations in `kept`, among the `window` oldest pending
 * events: an index has them in that order.
 */
async function removeNeverAcknowledged(
  engine: Engine,
  queues: EventQueues,
  { age, window, kept }: NeverAcknowledged,
  limit: number,
): Promise<number> {
  const { db, now } = engine
  const before = () => after(now(), -Math.round(age))
  const found = await db
    .selectFrom(
      db
        .selectFrom('outbox')
        .select(['seq', 'subject', 'destination', 'due_at'])
        .where('state', '=', 'pending')
        .orderBy('seq')
        .limit(window)
        .as('oldest'),
    )
    .select([serial.as('serial'), 'subject as name', 'destination'])
    .where('due_at', '<=', before())
    .$if(kept.length > 0, (query) => query.where('destination', 'not in', kept))
    .orderBy('seq')
    .limit(limit)
    .execute()
  let removed = 0
  for (let from = 0; from < found.length; from += atOnce)
    removed += await removePending(engine, queues, found.slice(from, from + atOnce), before)
  return removed
}

/** Events that one transaction deletes; nothing else of this process runs meanwhile. */
const atOnce = 50

async function removePending(
  engine: Engine,
  queues: EventQueues,
  found: readonly Found[],
  before: () => Time,
): Promise<number> {
  const serials = found.map(({ serial }) => serial)
  // All processes lock queues in the same order.
  const names = [...new Set(found.map(({ name }) => name))].sort()
  return engine.write(async (trx) => {
    for (const name of names) await queues.lock(trx, found.find((one) => one.name === name) as Found)
    const rows = await trx
      .deleteFrom('outbox')
      .where('seq', 'in', serials)
      .where('state', '=', 'pending')
      .where('due_at', '<=', before())
      .returning('state')
      .execute()
    await queues.settle(
      trx,
      names.map((name) => ({ name, released: null })),
    )
    return rows.length
  })
}

async function removeEnded(
  { db, now, rowLocks }: Engine,
  state: 'done' | 'forwarded' | 'dead',
  age: number,
  limit: number,
): Promise<number> {
  const rows = await db
    // By itself, so that it runs once: within the deletion a planner may ask it again, and take more than the limit.
    .with(
      (name) => name('ended').materialized(),
      (query) =>
        query
          .selectFrom('outbox')
          .select('seq')
          .where('state', '=', state)
          .where('ended_at', '<=', after(now(), -Math.round(age)))
          .orderBy('ended_at')
          .limit(limit)
          .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .deleteFrom('outbox')
    .where('seq', 'in', ({ selectFrom }) => selectFrom('ended').select('ended.seq'))
    .where('state', '=', state)
    .returning('state')
    .execute()
  return rows.length
}
