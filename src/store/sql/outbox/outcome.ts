// Records the outcome of a dispatch: the event is acknowledged, waits for its next dispatch, is dead, or is replayed.

import { eventId, parseEventId } from '../../../core/store/event-id.ts'
import type { OutboxStore } from '../../../core/store/outbox.ts'
import { after, type Database, type Engine } from '../engine/engine.ts'
import { listed, type Numbered, numbered, perCount } from '../engine/list-of-texts.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import type { EventQueues } from './event-queues.ts'
import type { Queue } from './queue-name.ts'
import { serial } from './row.ts'

/** An event that is not done yet. */
export interface Found extends Queue {
  readonly serial: string
}

type Serial = Pick<Found, 'serial'>

interface Failure extends Serial {
  readonly owner: string
  readonly error: string
}

export function outcomeStatements(
  engine: Engine,
  queues: EventQueues,
): Pick<OutboxStore, 'acknowledge' | 'fail' | 'hasten' | 'replay'> {
  const { now, write } = engine
  const find = findEvents(engine)
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

  const hasten = statement(engine, (db, { serial }: Placeholders<Serial>) =>
    db
      .updateTable('outbox')
      .set({ due_at: now() })
      .where('seq', '=', serial)
      .where('state', '=', 'pending')
      .where('lease_owner', 'is', null)
      .returning('state'),
  )

  /** Changes one event while its queue is locked. `false`: it is done, or there was nothing to change. */
  async function change(id: string, apply: (trx: Database, found: Found) => Promise<unknown>): Promise<boolean> {
    return write(async (trx) => {
      const [found] = await find(trx, [id])
      if (!found) return false
      const { name, serial } = found
      await queues.lock(trx, found)
      const changed = (await apply(trx, found)) !== undefined
      await queues.settle(trx, [{ name, released: changed ? serial : null }])
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
    hasten: (id) => change(id, (trx, { serial }) => hasten.first({ serial }, trx)),
    replay: (id) =>
      change(id, async (trx, found) => {
        await queues.open(trx, found, 0)
        return revive.first({ serial: found.serial }, trx)
      }),
  }
}

/** Returns how to mark events as done, in a transaction. It says how many were not. */
export function acknowledgeAll(
  engine: Engine,
  queues: EventQueues,
): (trx: Database, ids: readonly string[]) => Promise<number> {
  const find = findEvents(engine)
  const finish = perCount((count) =>
    statement(engine, (db, serials: Placeholders<Numbered>) =>
      db
        .updateTable('outbox')
        .set({ state: 'done', body: null, lease_owner: null, ended_at: engine.now() })
        .where('seq', 'in', listed(serials, count))
        .where('state', 'in', notDone)
        .returning(serial.as('serial')),
    ),
  )
  return async (trx, ids) => {
    const open = await find(trx, ids)
    if (open.length === 0) return 0
    // All processes lock queues in the same order.
    open.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    for (const queue of open) await queues.lock(trx, queue)
    const serials = open.map(({ serial }) => serial)
    const rows = await finish(serials.length).all(numbered(serials), trx)
    const done = new Set(rows.map(({ serial }) => serial))
    await queues.settle(
      trx,
      open.map(({ name, serial }) => ({ name, released: done.has(serial) ? serial : null })),
    )
    return done.size
  }
}

/** The states of an event that can still be done. */
export const notDone: readonly ['pending', 'dead'] = ['pending', 'dead']

/** Returns how to find those of some events that are not done, in a transaction. */
export function findEvents(engine: Engine): (trx: Database, ids: readonly string[]) => Promise<Found[]> {
  const byNumber = perCount((count) =>
    statement(engine, (db, serials: Placeholders<Numbered>) =>
      db
        .selectFrom('outbox')
        .select([serial.as('serial'), 'subject as name', 'destination', 'created_at'])
        .where('state', 'in', notDone)
        .where('seq', 'in', listed(serials, count)),
    ),
  )
  return async (trx, ids) => {
    const serials = [...new Set(ids.flatMap((id) => parseEventId(id)?.serial ?? []))]
    if (serials.length === 0) return []
    const rows = await byNumber(serials.length).all(numbered(serials), trx)
    // An event of a database that this one has replaced may have the same number.
    return rows.filter(({ serial, created_at }) => ids.includes(eventId(created_at, serial)))
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
