// Freezing a store whose rows are copied to another one: no process can lease a grant, an event or a booking key there
// while the copy runs, and never again once the other store has all rows.

import { type SqlBool, sql } from 'kysely'
import { PunctualError } from '../../core/errors.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { cutTooLong } from './booking-keys/lease.ts'
import { after, type Engine } from './engine/engine.ts'
import { pagesOf } from './engine/pages.ts'
import { listOfColumns, primaryKeys } from './engine/primary-keys.ts'
import { copyingOwner, noEvent } from './engine/tables.ts'
import { cutLeases } from './grants/lease.ts'

// A run that was killed leaves the old store frozen for no longer than this.
const frozenForMs = 3_600_000
export const frozenForGood: number = Date.UTC(9999, 0, 1)

/** Takes every lease of the old store, unless another process has one. */
export async function freeze(source: Engine): Promise<void> {
  const until = after(source.now(), frozenForMs)
  await cutLeases(source)
  await cutTooLong(source, source.db).execute()
  await source.write(async (trx) => {
    const leasedGrants = await trx
      .selectFrom('grants')
      .select('id')
      .where('lease_owner', '!=', copyingOwner)
      .where('lease_until', '>', source.leaseNow())
      .limit(1)
      .execute()
    const leasedQueues = await trx
      .selectFrom('subjects')
      .select('subject')
      .where('leased', '!=', noEvent)
      .where('due_at', '>', source.now())
      .where('due_at', '<=', after(source.now(), longestSpans.event))
      .limit(1)
      .execute()
    const leasedKeys = await trx
      .selectFrom('booking_keys')
      .select('key')
      .where('state', '=', 'begun')
      .where('lease_until', '>', source.leaseNow())
      .limit(1)
      .execute()
    if (leasedGrants.length + leasedQueues.length + leasedKeys.length > 0)
      throw inUse('The old database is in use: stop the processes that use it, and try again a minute later')
    await trx.updateTable('grants').set({ lease_owner: copyingOwner, lease_until: until }).execute()
    await trx.updateTable('subjects').set({ leased: noEvent, due_at: until }).execute()
    await trx.updateTable('booking_keys').set({ frozen_until: until }).execute()
  })
}

/** Whether an earlier run has copied all rows. */
export async function isFrozenForGood({ db }: Engine): Promise<boolean> {
  const grant = db
    .selectFrom('grants')
    .select('id')
    .where('lease_owner', '=', copyingOwner)
    .where('lease_until', '=', frozenForGood)
  const subject = db.selectFrom('subjects').select('subject').where('due_at', '=', frozenForGood)
  return (await grant.limit(1).execute()).length > 0 || (await subject.limit(1).execute()).length > 0
}

/** From now on no grant is refreshed there, no event dispatched, and no booking gone on with. */
export async function freezeForGood({ db }: Engine): Promise<void> {
  await db.updateTable('grants').set({ lease_until: frozenForGood }).where('lease_owner', '=', copyingOwner).execute()
  await db.updateTable('subjects').set({ due_at: frozenForGood }).where('leased', '=', noEvent).execute()
  await db.updateTable('booking_keys').set({ frozen_until: frozenForGood }).execute()
}

/** Lets the old store work again. The first dispatcher that looks postpones the queues whose time has not come. */
export async function unfreeze({ db, now }: Engine): Promise<void> {
  const free = { lease_owner: null, lease_until: 0 }
  await db.updateTable('grants').set(free).where('lease_owner', '=', copyingOwner).execute()
  await db.updateTable('subjects').set({ leased: null, due_at: now() }).where('leased', '=', noEvent).execute()
  await db.updateTable('booking_keys').set({ frozen_until: null }).execute()
}

/** Refuses a target that has gone on by itself, or that has grants, events, subscriptions, bookings or API keys of its own. */
export async function refuseForeign(source: Engine, target: Engine): Promise<void> {
  for await (const found of pagesOf(target.db.selectFrom('grants').select(['id', 'generation']), 'id')) {
    const ids = found.map(({ id }) => id)
    const known = await source.db.selectFrom('grants').select(['id', 'generation']).where('id', 'in', ids).execute()
    const generations = new Map(known.map(({ id, generation }) => [id, generation]))
    if (found.some(({ id, generation }) => generation > (generations.get(id) ?? -1)))
      throw inUse('The new database is in use: it has grants that the old one does not have, or newer ones')
  }
  await refuseForeignEvents(source, target)
  await refuseForeignFeed(source, target)
  await refuseForeignRows(source, target, 'subscriptions', 'webhook subscriptions')
  await refuseForeignRows(source, target, 'api_keys', 'API keys')
  await refuseForeignBookings(source, target)
}

async function refuseForeignEvents(source: Engine, target: Engine): Promise<void> {
  const columns = ['seq', 'created_at'] as const
  const pending = target.db.selectFrom('outbox').select(columns).where('state', '=', 'pending')
  for await (const found of pagesOf(pending, 'seq')) {
    const numbers = found.map(({ seq }) => seq)
    const known = await source.db.selectFrom('outbox').select(columns).where('seq', 'in', numbers).execute()
    const times = new Map(known.map(({ seq, created_at }) => [seq, created_at]))
    if (found.some(({ seq, created_at }) => times.get(seq) !== created_at))
      throw inUse('The new database is in use: it has events that the old one does not have')
  }
}

async function refuseForeignFeed(source: Engine, target: Engine): Promise<void> {
  const end = ({ db }: Engine) => db.selectFrom('feed_end').select('position').executeTakeFirstOrThrow()
  if ((await end(target)).position > (await end(source)).position)
    throw inUse('The new database is in use: it has published events that the old one does not have')
}

async function refuseForeignRows(
  source: Engine,
  target: Engine,
  table: 'subscriptions' | 'api_keys',
  words: string,
): Promise<void> {
  // Both tables look alike here.
  const name = table as 'subscriptions'
  for await (const found of pagesOf(target.db.selectFrom(name).select('id'), 'id')) {
    const ids = found.map(({ id }) => id)
    const known = await source.db.selectFrom(name).select('id').where('id', 'in', ids).execute()
    if (known.length < ids.length)
      throw inUse(`The new database is in use: it has ${words} that the old one does not have`)
  }
}

async function refuseForeignBookings(source: Engine, target: Engine): Promise<void> {
  const rows = ({ db }: Engine) => db.selectFrom('booking_keys').select(['connection', 'key', 'claim'])
  for await (const found of pagesOf(rows(target), 'connection', 'key')) {
    const places = found.map(({ connection, key }) => sql`(${connection}, ${key})`)
    const isFound = sql<SqlBool>`(${listOfColumns(primaryKeys.booking_keys)}) in (values ${sql.join(places)})`
    const claims = new Map((await rows(source).where(isFound).execute()).map((row) => [placeOf(row), row.claim]))
    // The old store may have swept a key that an earlier run has copied.
    if (found.some((row) => row.claim > (claims.get(placeOf(row)) ?? row.claim)))
      throw inUse('The new database is in use: it has bookings that are newer than those of the old one')
  }
}

function placeOf({ connection, key }: { readonly connection: string; readonly key: string }): string {
  return `${connection} ${key}`
}

function inUse(sentence: string): PunctualError {
  return new PunctualError('store_unavailable', `${sentence}.`, { reason: 'in_use' })
}
