// Deleting the rows of an owner that need more than a deletion: attempts that may hold tokens, events that have a place in
// a queue, connections that rest on a grant, and the key that must not be missing.

import { sql } from 'kysely'
import { erasedOutcome } from '../../../core/store/personal-data.ts'
import { removeConnection } from '../ended/remove.ts'
import type { Engine } from '../engine/engine.ts'
import { eventQueues } from '../outbox/event-queues.ts'
import { serial } from '../outbox/row.ts'

/** What a row says of its owner, once that one is erased. */
const nobody = ''

/**
 * An attempt under which no code has left is deleted. Of the others the tokens are revoked first, by the background, or by
 * the process that gets them: they end, and name nobody.
 */
export async function eraseAttempts({ write }: Engine, owner: string): Promise<number> {
  return write(async (trx) => {
    const deleted = await trx
      .deleteFrom('attempts')
      .where('owner', '=', owner)
      .where('answer', 'is', null)
      .where('phase', 'not in', ['exchanging', 'exchanged'])
      .returning('id')
      .execute()
    const ended = await trx
      .updateTable('attempts')
      .set({
        owner: nobody as never,
        return_to: nobody as never,
        reconnect: null as never,
        session: null as never,
        phase: 'finished',
        verifier: null,
        code: null,
        outcome: sql`case when ${sql.ref('phase')} = 'finished' then ${sql.ref('outcome')} else ${JSON.stringify(erasedOutcome)} end`,
      })
      .where('owner', '=', owner)
      .returning('id')
      .execute()
    return deleted.length + ended.length
  })
}

/** The first key of a database stays, without its owner and its secret: without any, the service would make another. */
export async function eraseFirstKey({ db, now }: Engine, owner: string): Promise<number> {
  const rows = await db
    .updateTable('api_keys')
    .set({
      owner: nobody as never,
      name: nobody as never,
      secret_hash: nobody,
      replaced_hash: null,
      revoked_at: sql<number>`coalesce(revoked_at, ${now()})`,
    })
    .where('owner', '=', owner)
    .where('id', '=', ({ selectFrom, fn }) => selectFrom('api_keys').select(fn.min('id').as('id')))
    .returning('id')
    .execute()
  return rows.length
}

/** Events that one transaction deletes; nothing else of this process runs meanwhile. */
const eventsAtOnce = 50

export async function eraseEvents(engine: Engine, owner: string, limit: number): Promise<number> {
  const queues = eventQueues(engine)
  let erased = 0
  while (erased < limit) {
    const found = await engine.db
      .selectFrom('outbox')
      .select([serial.as('serial'), 'subject as name', 'destination', 'state'])
      .where('owner', '=', owner)
      .limit(eventsAtOnce)
      .execute()
    if (found.length === 0) return erased
    const pending = new Map(found.filter(({ state }) => state === 'pending').map((event) => [event.name, event]))
    // All processes lock queues in the same order.
    const names = [...pending.keys()].sort()
    erased += await engine.write(async (trx) => {
      for (const name of names) await queues.lock(trx, pending.get(name) ?? { name, destination: '' })
      const rows = await trx
        .deleteFrom('outbox')
        .where('owner', '=', owner)
        .where(
          'seq',
          'in',
          found.map((event) => event.serial),
        )
        .returning('state')
        .execute()
      await queues.settle(
        trx,
        names.map((name) => ({ name, released: null })),
      )
      return rows.length
    })
  }
  return erased
}

/** Those that are not over yet are marked as `erasedTime` does, and deleted by the background as soon as they are. */
export async function eraseConnections(engine: Engine, owner: string, limit: number): Promise<number> {
  const { db, write } = engine
  await db
    .updateTable('connections')
    .set({ updated_at: sql<number>`-${sql.ref('updated_at')}` })
    .where('owner', '=', owner)
    .where('disconnected', '=', 1)
    .where('updated_at', '>', 0)
    .execute()
  const rows = await db
    .selectFrom('connections')
    .select(['id', 'grant_id'])
    .where('owner', '=', owner)
    .where('disconnected', '=', 1)
    .limit(limit)
    .execute()
  let removed = 0
  for (const { id, grant_id: grant } of rows)
    if (await write((trx) => removeConnection(engine, trx, { id, grant, isErased: true }))) removed++
  return removed
}
