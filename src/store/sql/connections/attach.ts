// Attaching: the one change that spans tables. It finishes the attempt, stores the grant's token set, links the
// connection, and lets a grant begin to close that no connection rests on any more, in one transaction: all or nothing.

import { sql } from 'kysely'
import type { Attached, Attachment } from '../../../core/store/connections.ts'
import { withFallback } from '../../../core/store/grants.ts'
import { appendEvents } from '../changes/append-events.ts'
import { markChanged } from '../changes/mark-changed.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { Database, Engine } from '../engine/engine.ts'
import { listOf } from '../engine/json.ts'
import { newTokenColumns, paced } from '../grants/token-columns.ts'

/** Returns the connection's id in place of its row; `null`: the attempt was no longer `exchanged`. */
export async function attach(
  engine: Engine,
  trx: Database,
  attachment: Attachment,
): Promise<(Omit<Attached, 'connection'> & { readonly connection: string }) | null> {
  const attempt = await trx
    .updateTable('attempts')
    .set({ phase: 'finished', verifier: null, code: null, answer: null, moved_at: engine.now() })
    .where('id', '=', attachment.attempt)
    .where('phase', '=', 'exchanged')
    .returning('id')
    .executeTakeFirst()
  if (!attempt) return null
  const stored = await storeSet(engine, trx, attachment.grant)
  const { id, created, left } = await link(engine, trx, attachment)
  const vacated = left !== null && (await vacate(engine, trx, left)) ? left : null
  await trx
    .updateTable('attempts')
    .set({ outcome: JSON.stringify({ connection: id }) })
    .where('id', '=', attempt.id)
    .execute()
  await recordHistory(engine, trx, attachment.grant.id, id, attachment.entry)
  await appendEvents(engine, trx, created ? 'connection.created' : 'connection.recovered', { connection: id }, {})
  if (stored.revived)
    await appendEvents(engine, trx, 'connection.recovered', { grant: attachment.grant.id, except: id }, {})
  return { connection: id, created, ...stored, left, vacated }
}

/** Lets a grant begin to close if no connection rests on it; true if this call did it. */
export async function vacate({ now, rowLocks }: Engine, trx: Database, grant: string): Promise<boolean> {
  // A lock of its own first: a statement that waits for a lock judges by the rows that it saw before the wait.
  if (rowLocks) await trx.selectFrom('grants').select('id').where('id', '=', grant).forUpdate().execute()
  const row = await trx
    .updateTable('grants')
    .set({ status: 'closing', due_at: null, closing_at: now() })
    .where('id', '=', grant)
    .where('status', 'in', ['live', 'over'])
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('connections').select('id').where('grant_id', '=', grant).where('disconnected', '=', 0))),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

async function storeSet(engine: Engine, trx: Database, grant: Attachment['grant']) {
  const now = engine.now()
  const { lease_owner: _, lease_until: __, ...set } = newTokenColumns(now, grant)
  const facts = {
    account_name: grant.account.name,
    account_email: grant.account.email,
    account_time_zone: grant.account.timeZone,
    scopes: JSON.stringify(grant.scopes),
  }
  // A new grant begins as generation 0; a known one is only locked. Both return what there was before this set.
  const before = await trx
    .insertInto('grants')
    .values({
      id: grant.id,
      client: grant.client,
      account_id: grant.account.id,
      ...facts,
      ...newTokenColumns(now, grant),
      tokens: null,
      generation: 0,
      paced_at: 0,
      used_at: now,
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ generation: sql`grants.generation` }))
    .returning(['status', 'tokens', 'spares', 'generation'])
    .executeTakeFirstOrThrow()
  const keeps = grant.keepReplaced && (before.status === 'live' || before.status === 'closing')
  const kept = keeps ? withFallback(listOf(before.spares), '', before.tokens) : []
  await trx
    .updateTable('grants')
    .set({
      ...facts,
      ...set,
      spares: JSON.stringify(kept),
      paced_at: paced(now, grant.pace),
      used_at: now,
    })
    .where('id', '=', grant.id)
    .execute()
  const revived = before.status === 'over'
  if (revived) await markChanged(engine, trx, grant.id, 0)
  return { replaced: before.tokens, generation: before.generation + 1, revived }
}

/**
 * Finds or makes the connection that rests on the grant from now on: the one to reconnect, if it is the owner's, else
 * the owner's to that account, else a new one. If the first two both exist, the latter ends and gives up its place.
 */
async function link(engine: Engine, trx: Database, { grant, connection }: Attachment) {
  const { owner, reconnect } = connection
  const mine = trx
    .selectFrom('connections')
    .select(['id', 'grant_id', 'disconnected'])
    .where('owner', '=', owner)
    .$if(engine.rowLocks, (query) => query.forUpdate())
  const asked = reconnect === null ? undefined : await mine.where('id', '=', reconnect).executeTakeFirst()
  const known = await mine.where('client', '=', grant.client).where('account', '=', grant.account.id).executeTakeFirst()
  if (asked && known && asked.id !== known.id) {
    await trx
      .updateTable('connections')
      .set({ account: null, disconnected: 1, ...(known.disconnected === 0 && { updated_at: engine.now() }) })
      .where('id', '=', known.id)
      .execute()
    await recordHistory(engine, trx, grant.id, known.id, { type: 'connection.merged', data: { into: asked.id } })
  }
  const rests = { grant_id: grant.id, disconnected: 0, needs_reconnect: 0 } as const
  const place = { client: grant.client, account: grant.account.id, ...rests }
  const target = asked ?? known
  const now = engine.now()
  if (target) {
    await trx
      .updateTable('connections')
      .set({ ...place, updated_at: now })
      .where('id', '=', target.id)
      .execute()
    return { id: target.id, created: false, left: target.grant_id === grant.id ? null : target.grant_id }
  }
  await trx
    .insertInto('connections')
    .values({ id: connection.id, owner, ...place, created_at: now, updated_at: now })
    .execute()
  return { id: connection.id, created: true, left: null }
}
