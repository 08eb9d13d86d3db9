// Carries every row of one store into another. While it runs, and for good once it is done, nobody can take a lease in
// the old store: a refresh token that has been carried over must not be spent there. Run again, it goes on.

import { sql } from 'kysely'
import { PunctualError } from '../../core/errors.ts'
import type { Store } from '../../core/store.ts'
import { after, type Database, type Engine, engineOf } from './engine.ts'

/** In an order in which no row refers to one that comes later. */
const order = ['attempts', 'grants', 'connections', 'clients', 'history'] as const

export type CarriedTable = (typeof order)[number]

export interface Carry {
  /** Told after every batch. */
  readonly progress: (step: 'carry' | 'check', table: CarriedTable, done: number, total: number) => void
  /** Rejects if that row of the new store cannot be opened. Called for every row with sealed fields. */
  readonly check: (table: 'grants' | 'attempts', id: string) => Promise<void>
}

const batch = 500
const mover = 'moved'
// A run that was killed holds the old store no longer than this.
const hold = 3_600_000
const forGood = Date.UTC(9999, 0, 1)

/**
 * Carries everything over. Both stores are open. Answers how many rows there are of each table.
 *
 * @throws {PunctualError} `store_unavailable`: `in_use` when the old store is at work or the new one has grants of its
 *   own, `incomplete` when the counts differ in the end. The old store then works as before.
 */
export async function carry(from: Store, to: Store, { progress, check }: Carry): Promise<Record<CarriedTable, number>> {
  const [source, target] = [engineOf(from), engineOf(to)]
  await refuseForeign(source, target)
  await lease(source)
  try {
    const counts = { attempts: 0, grants: 0, connections: 0, clients: 0, history: 0 }
    for (const table of order) counts[table] = await copy(source, target, table, progress)
    await target.continueSerial?.()
    for (const table of ['grants', 'attempts'] as const) {
      let done = 0
      progress('check', table, 0, counts[table])
      for await (const rows of pages(source.db, table)) {
        for (const { id } of rows as { id: string }[]) await check(table, id)
        done += rows.length
        progress('check', table, done, counts[table])
      }
    }
    for (const table of order) {
      const [before, now] = [await count(source.db, table), await count(target.db, table)]
      if (before !== now) throw incomplete(`${before} rows of "${table}" have become ${now}`)
    }
    await source.db.updateTable('grants').set({ lease_until: forGood }).where('lease_owner', '=', mover).execute()
    return counts
  } catch (error) {
    const given = { lease_owner: null, lease_until: 0 }
    await source.db.updateTable('grants').set(given).where('lease_owner', '=', mover).execute()
    throw error
  }
}

/** A target that has moved on, or that has grants of its own, is not overwritten. */
async function refuseForeign(source: Engine, target: Engine): Promise<void> {
  for await (const rows of pages(target.db, 'grants')) {
    const found = rows as { id: string; generation: number }[]
    const known = await source.db
      .selectFrom('grants')
      .select(['id', 'generation'])
      .where(
        'id',
        'in',
        found.map(({ id }) => id),
      )
      .execute()
    const generations = new Map(known.map(({ id, generation }) => [id, generation]))
    if (found.some(({ id, generation }) => generation > (generations.get(id) ?? -1)))
      throw inUse('The new database is in use: it has grants that the old one does not have, or newer ones')
  }
}

/** Takes every lease of the old store, unless somebody else holds one. */
async function lease(source: Engine): Promise<void> {
  await source.write(async (trx) => {
    const held = await trx
      .selectFrom('grants')
      .select('id')
      .where('lease_owner', '!=', mover)
      .where('lease_until', '>', source.now())
      .limit(1)
      .execute()
    if (held.length > 0)
      throw inUse('The old database is in use: stop what runs on it, and try again half a minute later')
    await trx
      .updateTable('grants')
      .set({ lease_owner: mover, lease_until: after(source.now(), hold) })
      .execute()
  })
}

async function copy(source: Engine, target: Engine, table: CarriedTable, progress: Carry['progress']): Promise<number> {
  const total = await count(source.db, table)
  let done = 0
  progress('carry', table, 0, total)
  for await (const rows of pages(source.db, table)) {
    await insert(target.db, table, rows)
    done += rows.length
    progress('carry', table, done, total)
  }
  return done
}

/** What is there already stays, but for a grant of an older generation. */
async function insert(db: Database, table: CarriedTable, rows: Row[]): Promise<void> {
  if (table !== 'grants') {
    const values = rows as never
    await db
      .insertInto(table)
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return
  }
  const free = rows.map((row) => ({ ...row, lease_owner: null, lease_until: 0 }))
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

type Row = Readonly<Record<string, unknown>>

const keys = { attempts: 'id', grants: 'id', connections: 'id', clients: 'client', history: 'seq' } as const

/** All rows, in the order of their key. */
async function* pages(db: Database, table: CarriedTable): AsyncGenerator<Row[]> {
  const key = sql.ref<string | number>(keys[table])
  for (let last: unknown = null; ; ) {
    const rows: Row[] = await db
      .selectFrom(table as 'grants')
      .selectAll()
      .$if(last !== null, (query) => query.where(key, '>', last as string))
      .orderBy(key)
      .limit(batch)
      .execute()
    if (rows.length > 0) yield rows
    if (rows.length < batch) return
    last = rows.at(-1)?.[keys[table]]
  }
}

async function count(db: Database, table: CarriedTable): Promise<number> {
  const { rows } = await db
    .selectFrom(table as 'grants')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(rows)
}

function inUse(sentence: string): PunctualError {
  return new PunctualError('store_unavailable', `${sentence}.`, { reason: 'in_use' })
}

function incomplete(what: string): PunctualError {
  return new PunctualError('store_unavailable', `Not everything was carried over: ${what}.`, { reason: 'incomplete' })
}
