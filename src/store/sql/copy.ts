// Copies every row of one store to another. The old store is frozen while the copy runs, and for good once it is done:
// no token set that was copied is spent there, and no event dispatched. A copy that was stopped can be run again.

import { sql } from 'kysely'
import { PunctualError } from '../../core/errors.ts'
import { eventId } from '../../core/store/event-id.ts'
import { type SealedTable, sealedTables } from '../../core/store/sealed.ts'
import type { Store } from '../../core/store/store.ts'
import { type Database, type Engine, engineOf, hasEscrow, identityOf, noteEscrow } from './engine/engine.ts'
import { pagesOf } from './engine/pages.ts'
import { primaryKeys } from './engine/primary-keys.ts'
import { freeze, freezeForGood, isFrozenForGood, refuseForeign, unfreeze } from './freeze.ts'

/** In an order in which no row refers to one that comes later. */
const order = [
  'attempts',
  'grants',
  'connections',
  'clients',
  'history',
  'outbox',
  'feed',
  'subscriptions',
  'booking_keys',
  'booking_links',
  'connect_sessions',
  'api_keys',
  'tallies',
  'error_groups',
  'error_connections',
  'activity_log',
  'connection_terms',
  'ended_ids',
] as const

export type CopiedTable = (typeof order)[number]

export interface CopyRequest {
  /** Called after every page of rows. */
  readonly progress: (step: 'copy' | 'check', table: CopiedTable, done: number, total: number) => void
  /**
   * Called for every row with sealed fields; rejects if the new store's row cannot be opened. The id of a booking key's
   * row is its connection and its key, with a space between them.
   */
  readonly check: (table: SealedTable, id: string) => Promise<void>
}

/**
 * Copies all rows. Both stores are open. Returns how many rows each table has.
 *
 * @throws {PunctualError} `store_unavailable`: `in_use` when the old store is in use or the new one has grants of its
 *   own, `incomplete` when rows are missing in the end. The old store then works as before.
 */
export async function copy(
  from: Store,
  to: Store,
  { progress, check }: CopyRequest,
): Promise<Record<CopiedTable, number>> {
  const [source, target] = [engineOf(from), engineOf(to)]
  await refuseForeign(source, target)
  const done = await isFrozenForGood(source)
  await freeze(source)
  try {
    // The old store has worked since an earlier run: events that were copied then may have been dispatched meanwhile.
    if (!done) await empty(target)
    const counts = Object.fromEntries(order.map((table) => [table, 0])) as Record<CopiedTable, number>
    for (const table of order) counts[table] = await copyTable(source, target, table, progress)
    await wake(target)
    await target.continueSerial?.()
    for (const table of sealedTables) await checkAll(target, table, counts[table], { progress, check })
    for (const table of order) {
      const [before, now] = [await count(source.db, table), await count(target.db, table)]
      if (now < before) throw incomplete(`"${table}" has ${before} rows in the old database and ${now} in the new one`)
    }
    await keepFeedEnd(source, target)
    await keepIdentity(source, target)
    await freezeForGood(source)
    return counts
  } catch (error) {
    if (done) await freezeForGood(source)
    else await unfreeze(source)
    throw error
  }
}

/**
 * The new database gets the old one's name: what refers to it by this name, such as a refreshed set that is still in
 * the journal, finds its grants there. The old one, which keeps the name too, refreshes nothing any more.
 */
async function keepIdentity(source: Engine, target: Engine): Promise<void> {
  const identity = await identityOf(source)
  await target.db.updateTable('database_identity').set({ identity }).execute()
  if (await hasEscrow(source)) await noteEscrow(target)
}

/** The cursors of the feed's readers go on there. */
async function keepFeedEnd(source: Engine, target: Engine): Promise<void> {
  const { position } = await source.db.selectFrom('feed_end').select('position').executeTakeFirstOrThrow()
  await target.db.updateTable('feed_end').set({ position }).execute()
}

async function checkAll(
  target: Engine,
  table: SealedTable,
  total: number,
  { progress, check }: CopyRequest,
): Promise<void> {
  let done = 0
  progress('check', table, 0, total)
  for await (const rows of rowsOf(target.db, table)) {
    for (const row of rows) await check(table, idOf(table, row))
    done += rows.length
    progress('check', table, Math.min(done, total), total)
  }
}

function idOf(table: SealedTable, row: Row): string {
  if (table === 'outbox') return eventId(Number(row.created_at), String(row.seq))
  return primaryKeys[table].map((column) => String(row[column])).join(' ')
}

const emptied = [
  'outbox',
  'feed',
  'subjects',
  'subscriptions',
  'booking_keys',
  'booking_links',
  'connect_sessions',
  'api_keys',
  'tallies',
  'error_groups',
  'error_connections',
  'activity_log',
  'connection_terms',
] as const

/** Deletes what an earlier run has copied that changes without a new generation of a grant. */
async function empty({ write }: Engine): Promise<void> {
  await write(async (trx) => {
    for (const table of emptied) await trx.deleteFrom(table).execute()
  })
}

/** Makes the queues of pending events due. The first dispatcher that looks postpones those whose time has not come. */
async function wake({ db, now }: Engine): Promise<void> {
  await db
    .insertInto('subjects')
    .columns(['subject', 'destination', 'due_at'])
    .expression(({ selectFrom }) =>
      selectFrom('outbox')
        .distinct()
        .select(['subject', 'destination', now().as('due_at')])
        .where('state', '=', 'pending'),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function copyTable(
  source: Engine,
  target: Engine,
  table: CopiedTable,
  progress: CopyRequest['progress'],
): Promise<number> {
  const total = await count(source.db, table)
  let done = 0
  progress('copy', table, 0, total)
  for await (const rows of rowsOf(source.db, table)) {
    await insert(target.db, table, rows)
    done += rows.length
    progress('copy', table, done, total)
  }
  return done
}

/** Rows that exist already stay, except a grant of an older generation. */
async function insert(db: Database, table: CopiedTable, rows: Row[]): Promise<void> {
  const free = rows.map((row) => ({ ...row, ...unleased[table] }))
  if (table !== 'grants') {
    await db
      .insertInto(table)
      .values(free as never)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return
  }
  const columns = Object.keys(free[0] ?? {}).filter((name) => name !== 'id')
  const newer = Object.fromEntries(columns.map((name) => [name, sql.ref(`excluded.${name}`)]))
  await db
    .insertInto('grants')
    .values(free as never)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(newer).whereRef('grants.generation', '<', sql.ref('excluded.generation')),
    )
    .execute()
}

/** A lease in the old store means nothing in the new one. */
const unleased: Partial<Record<CopiedTable, Row>> = {
  grants: { lease_owner: null, lease_until: 0 },
  outbox: { lease_owner: null },
  booking_keys: { lease_until: 0, frozen_until: null, sent_at_of_leases: null, created_at_of_leases: null },
}

type Row = Readonly<Record<string, unknown>>

/** All rows, in the order of their key. */
function rowsOf(db: Database, table: CopiedTable): AsyncGenerator<Row[]> {
  return pagesOf(db.selectFrom(table as 'grants').selectAll(), ...(primaryKeys[table] as readonly 'id'[]))
}

async function count(db: Database, table: CopiedTable): Promise<number> {
  const { rows } = await db
    .selectFrom(table as 'grants')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(rows)
}

function incomplete(what: string): PunctualError {
  return new PunctualError('store_unavailable', `Not all rows were copied: ${what}. Run the command again.`, {
    reason: 'incomplete',
  })
}
