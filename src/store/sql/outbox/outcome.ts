// Records the outcome of a dispatch: the event is acknowledged, waits for its next dispatch, is dead, or is replayed.

import { parseEventId } from '../../../core/store/event-id.ts'
import type { OutboxStore } from '../../../core/store/outbox.ts'
import { after, type Database, type Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import type { EventQueues } from './event-queues.ts'

/** An event that is not done yet. */
interface Found {
  readonly serial: string
  readonly key: string
}

type Serial = Pick<Found, 'serial'>

interface Failure extends Serial {
  readonly owner: string
  readonly error: string
}

export function outcomeStatements(
  engine: Engine,
  queues: EventQueues,
): Pick<OutboxStore, 'acknowledge' | 'fail' | 'replay'> {
  const { now, write } = engine
  const find = findEvent(engine)
  const acknowledge = acknowledgeAll(engine, queues)
  const bury = statement(engine, (db, { serial, owner, error }: Placeholders<Failure>) =>
    leased(db, serial, owner).set({ error, lease_owner: null, state: 'dead', ended_at: now() }),
  )
  const giveBack = statement(
    engine,
    (db, { serial, owner, error, retryInMs }: Placeholders<Failure & { readonly retryInMs: number }>) =>
      leased(db, serial, owner).set({ error, lease_owner: null, due_at: after(now(), retryInMs) }),
  )
  const revive = statement(engine, (db, { serial }: Placeholders<Serial>) =>
    db
      .updateTable('outbox')
      .set({ state: 'pending', due_at: now(), attempts: 0, first_at: null, ended_at: null })
      .where('seq', '=', serial)
      .where('state', '=', 'dead')
      .returning('state'),
  )

  /** Changes one event while its queue is locked. `false`: it is done, or there was nothing to change. */
  async function change(id: string, apply: (trx: Database, found: Found) => Promise<unknown>): Promise<boolean> {
    return write(async (trx) => {
      const found = await find(trx, id)
      if (!found) return false
      await queues.lock(trx, found.key)
      const changed = (await apply(trx, found)) !== undefined
      await queues.settle(trx, found.key, changed ? found.serial : null)
      return changed
    })
  }

  return {
    acknowledge: (id) => write(async (trx) => (await acknowledge(trx, [id])) > 0),
    fail: (id, owner, error, retryInMs) =>
      change(id, (trx, { serial }) =>
        retryInMs === null
          ? bury.first({ serial, owner, error }, trx)
          : giveBack.first({ serial, owner, error, retryInMs }, trx),
      ),
    replay: (id) =>
      change(id, async (trx, { serial, key }) => {
        await queues.open(trx, key, 0)
        return revive.first({ serial }, trx)
      }),
  }
}

/** Returns how to mark events as done, in a transaction. It says how many were not. */
export function acknowledgeAll(
  engine: Engine,
  queues: EventQueues,
): (trx: Database, ids: readonly string[]) => Promise<number> {
  const find = findEvent(engine)
  const finish = statement(engine, (db, { serial }: Placeholders<Serial>) =>
    db
      .updateTable('outbox')
      .set({ state: 'done', body: null, lease_owner: null, ended_at: engine.now() })
      .where('seq', '=', serial)
      .where('state', '!=', 'done')
      .returning('state'),
  )
  return async (trx, ids) => {
    const open: Found[] = []
    for (const id of ids) {
      const found = await find(trx, id)
      if (found) open.push(found)
    }
    // All processes lock queues in the same order.
    open.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    let acknowledged = 0
    for (const { serial, key } of open) {
      await queues.lock(trx, key)
      const changed = (await finish.first({ serial }, trx)) !== undefined
      if (changed) acknowledged++
      await queues.settle(trx, key, changed ? serial : null)
    }
    return acknowledged
  }
}

/** Returns how to find an event that is not done, in a transaction. */
function findEvent(engine: Engine): (trx: Database, id: string) => Promise<Found | null> {
  const byPlace = statement(
    engine,
    (db, { serial, createdAt }: Placeholders<Serial & { readonly createdAt: number }>) =>
      db
        .selectFrom('outbox')
        .select('subject')
        .where('seq', '=', serial)
        .where('created_at', '=', createdAt)
        .where('state', '!=', 'done'),
  )
  return async (trx, id) => {
    const place = parseEventId(id)
    const row = place && (await byPlace.first(place, trx))
    return place && row ? { serial: place.serial, key: row.subject } : null
  }
}

/** An event under the lease of that owner. */
function leased(db: Database, serial: Placeholders<Failure>['serial'], owner: Placeholders<Failure>['owner']) {
  return db
    .updateTable('outbox')
    .where('seq', '=', serial)
    .where('state', '=', 'pending')
    .where('lease_owner', '=', owner)
    .returning('state')
}
