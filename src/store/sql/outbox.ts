// The outbox. Of a subject, only the first event that is pending is handed over, and only while no other of it is. That
// is what the subject's row is for: it stands while something is pending, says when the next may be handed over, and is
// locked by whoever hands one over or changes which is the first.

import { sql } from 'kysely'
import { eventId, parseEventId } from '../../core/store/event-id.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import type { OutboxRow, OutboxStore } from '../../core/store/outbox.ts'
import { believedTime } from '../../core/store/wrong-clock.ts'
import { firstState, lockQueue } from './changes/append-events.ts'
import { after, type Database, type Engine, type Time } from './engine/engine.ts'
import { objectOf } from './engine/json.ts'
import { isSteady } from './engine/sweep-clock.ts'
import { takeWithAhead } from './engine/take-due.ts'
import { type Found, leaseHeads, nextDue, serial, settleQueue } from './outbox/event-queues.ts'

export function outbox(engine: Engine): OutboxStore {
  const { db, now, write } = engine

  /** Changes one event while its subject is locked. `false`: it is not there, or `make` found nothing to change. */
  async function change(id: string, make: (trx: Database, serial: string) => Promise<unknown>): Promise<boolean> {
    const place = parseEventId(id)
    if (!place) return false
    return write(async (trx) => {
      const found = await trx
        .selectFrom('outbox')
        .select('subject')
        .where('seq', '=', place.serial)
        .where('created_at', '=', place.createdAt)
        .where('state', '!=', 'done')
        .executeTakeFirst()
      if (!found) return false
      await lockQueue(engine, trx, found.subject)
      const changed = (await make(trx, place.serial)) !== undefined
      await settleQueue(engine, trx, found.subject, changed ? place.serial : null)
      return changed
    })
  }

  return {
    async accept({
      type,
      orderingKey: subject,
      orderAt,
      connection,
      owner,
      client,
      data,
      key,
      body,
      maxWaitMs: patience,
    }) {
      return write(async (trx) => {
        const facts = { type, subject, connection, owner, client, data: JSON.stringify(data), key, body }
        const times = { order_at: orderAt, due_at: after(now(), patience), created_at: now() }
        const row = await trx
          .insertInto('outbox')
          .values({ ...facts, ...firstState, ...times })
          .onConflict((conflict) => conflict.doNothing())
          .returning('state')
          .executeTakeFirst()
        if (!row) return false
        await lockQueue(engine, trx, subject)
        await trx
          .updateTable('outbox')
          .set({ due_at: now() })
          .where('subject', '=', subject)
          .where('state', '=', 'pending')
          .where('order_at', '>', orderAt)
          .where('attempts', '=', 0)
          .where('due_at', '>', now())
          .execute()
        await settleQueue(engine, trx, subject, null)
        return true
      })
    },
    async hasAccepted(subject, names) {
      const rows = await db
        .selectFrom('outbox')
        .select('data')
        .where('subject', '=', subject)
        .where('key', 'is not', null)
        .execute()
      return rows.some(({ data }) => names.includes(String(objectOf<OutboxRow['data']>(data).name)))
    },
    async take(owner, limit, lease, but = []) {
      const rows = await takeWithAhead(engine, 'subjects', limit, () =>
        write((trx) => leaseHeads(engine, trx, owner, limit, lease, but)),
      )
      return rows.map(read).sort((a, b) => Number(inWriting(a) - inWriting(b)))
    },
    async acknowledge(id) {
      return change(id, (trx, serial) =>
        trx
          .updateTable('outbox')
          .set({ state: 'done', body: null, lease_owner: null, ended_at: now() })
          .where('seq', '=', serial)
          .where('state', '!=', 'done')
          .returning('state')
          .executeTakeFirst(),
      )
    },
    async fail(id, owner, error, retryIn) {
      const next = retryIn === null ? { state: 'dead' as const, ended_at: now() } : { due_at: after(now(), retryIn) }
      return change(id, (trx, serial) =>
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
    nextDue: () => nextDue(engine),
    async get(id) {
      const place = parseEventId(id)
      const row = await select(engine)
        .where('seq', '=', place?.serial ?? '0')
        .where('created_at', '=', place?.createdAt ?? 0)
        .executeTakeFirst()
      return row ? read(row) : null
    },
    async list({ state, owner, before, limit }) {
      let query = select(engine)
      if (state !== undefined) query = query.where('state', '=', state)
      // As it stands in the index, which holds no other rows.
      if (state === 'pending' || state === 'dead') query = query.where('state', '!=', sql.lit('done'))
      if (owner !== undefined)
        query = query.where(({ eb, or }) => or([eb('owner', '=', owner), eb('owner', 'is', null)]))
      if (before !== undefined) query = query.where('seq', '<', parseEventId(before)?.serial ?? '0')
      return (await query.orderBy('seq', 'desc').limit(limit).execute()).map(read)
    },
    async replay(id) {
      return change(id, (trx, serial) =>
        trx
          .updateTable('outbox')
          .set({ state: 'pending', due_at: now(), attempts: 0, first_at: null, ended_at: null })
          .where('seq', '=', serial)
          .where('state', '=', 'dead')
          .returning('state')
          .executeTakeFirst(),
      )
    },
    async sweep(age, limit) {
      if (!(await isSteady(engine, 'outbox'))) return 0
      let swept = 0
      for (const state of ['done', 'dead'] as const)
        if (swept < limit) swept += await remove(engine, state, age[state], limit - swept)
      if (age.pending === null || swept >= limit) return swept
      return swept + (await removeLeft(engine, age.pending, limit, limit - swept))
    },
  }
}

/** What nobody has taken for so long, among the oldest `window` that are pending: in its order there is an index. */
async function removeLeft(engine: Engine, age: number, window: number, limit: number): Promise<number> {
  const { db, now } = engine
  const long = () => after(now(), -Math.round(age))
  const found = await db
    .selectFrom(
      db
        .selectFrom('outbox')
        .select(['seq', 'subject', 'due_at'])
        .where('state', '=', 'pending')
        .where('state', '!=', sql.lit('done'))
        .orderBy('seq')
        .limit(window)
        .as('oldest'),
    )
    .select([serial.as('serial'), 'subject'])
    .where('due_at', '<=', long())
    .orderBy('seq')
    .limit(limit)
    .execute()
  let left = 0
  for (let from = 0; from < found.length; from += atOnce)
    left += await removePending(engine, found.slice(from, from + atOnce), long)
  return left
}

/** Events in one transaction, which nothing of this process interrupts. */
const atOnce = 50

async function removePending(
  engine: Engine,
  found: readonly { readonly serial: string; readonly subject: string }[],
  long: () => Time,
): Promise<number> {
  const serials = found.map(({ serial }) => serial)
  // All lock them in the same order.
  const subjects = [...new Set(found.map(({ subject }) => subject))].sort()
  return engine.write(async (trx) => {
    for (const subject of subjects) await lockQueue(engine, trx, subject)
    const rows = await trx
      .deleteFrom('outbox')
      .where('seq', 'in', serials)
      .where('state', '=', 'pending')
      .where('due_at', '<=', long())
      .returning('state')
      .execute()
    for (const subject of subjects) await settleQueue(engine, trx, subject, null)
    return rows.length
  })
}

async function remove(
  { db, now, rowLocks }: Engine,
  state: 'done' | 'dead',
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

function select({ db, now }: Engine) {
  return db
    .selectFrom('outbox')
    .selectAll()
    .select([serial.as('serial'), now().as('read_at')])
}

function inWriting({ id }: OutboxRow): bigint {
  return BigInt(parseEventId(id)?.serial ?? 0)
}

function read(row: Found): OutboxRow {
  return {
    id: eventId(row.created_at, row.serial),
    type: row.type,
    orderingKey: row.subject,
    orderAt: row.order_at,
    connection: row.connection,
    owner: row.owner,
    client: row.client,
    data: objectOf<OutboxRow['data']>(row.data) as OutboxRow['data'],
    body: row.body,
    key: row.key,
    state: row.state,
    outOfOrder: row.late === 1,
    attempts: row.attempts,
    firstAt: row.first_at,
    dueAt: believedTime(row.due_at, row.read_at, longestSpans.event),
    error: row.error,
    createdAt: row.created_at,
    readAt: row.read_at,
  }
}
