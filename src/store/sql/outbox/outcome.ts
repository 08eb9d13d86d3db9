// Records the outcome of a dispatch: the event is acknowledged, waits for its next dispatch, is dead, or is replayed.

import { parseEventId } from '../../../core/store/event-id.ts'
import type { OutboxStore } from '../../../core/store/outbox.ts'
import { lockQueue } from '../changes/append-events.ts'
import { after, type Database, type Engine } from '../engine/engine.ts'
import { settleQueue } from './event-queues.ts'

export function outcomeStatements(engine: Engine): Pick<OutboxStore, 'acknowledge' | 'fail' | 'replay'> {
  const { now } = engine
  return {
    async acknowledge(id) {
      return changeEvent(engine, id, (trx, serial) =>
        trx
          .updateTable('outbox')
          .set({ state: 'done', body: null, lease_owner: null, ended_at: now() })
          .where('seq', '=', serial)
          .where('state', '!=', 'done')
          .returning('state')
          .executeTakeFirst(),
      )
    },
    async fail(id, owner, error, retryInMs) {
      const next =
        retryInMs === null ? { state: 'dead' as const, ended_at: now() } : { due_at: after(now(), retryInMs) }
      return changeEvent(engine, id, (trx, serial) =>
        trx
          .updateTable('outbox')
          .set({ error, lease_owner: null, ...next })
          .where('seq', '=', serial)
          .where('state', '=', 'pending')
          .where('lease_owner', '=', owner)
          .returning('state')
          .executeTakeFirst(),
      )
    },
    async replay(id) {
      return changeEvent(engine, id, (trx, serial) =>
        trx
          .updateTable('outbox')
          .set({ state: 'pending', due_at: now(), attempts: 0, first_at: null, ended_at: null })
          .where('seq', '=', serial)
          .where('state', '=', 'dead')
          .returning('state')
          .executeTakeFirst(),
      )
    },
  }
}

/** Changes one event while its queue is locked. `false`: it does not exist, or `change` found nothing to change. */
async function changeEvent(
  engine: Engine,
  id: string,
  change: (trx: Database, serial: string) => Promise<unknown>,
): Promise<boolean> {
  const place = parseEventId(id)
  if (!place) return false
  return engine.write(async (trx) => {
    const found = await trx
      .selectFrom('outbox')
      .select('subject')
      .where('seq', '=', place.serial)
      .where('created_at', '=', place.createdAt)
      .where('state', '!=', 'done')
      .executeTakeFirst()
    if (!found) return false
    await lockQueue(engine, trx, found.subject)
    const changed = (await change(trx, place.serial)) !== undefined
    await settleQueue(engine, trx, found.subject, changed ? place.serial : null)
    return changed
  })
}
