// Looks at a database as a person would who must not touch it: which schema it has, whose it is, which keys its values
// are sealed with. Every statement only reads.

import type { Kysely } from 'kysely'
import type { Store } from '../../core/store/store.ts'
import type { Engine, Time } from './engine/engine.ts'
import type { Tables } from './engine/tables.ts'
import { ledger, migrationNames } from './migrations.ts'
import { headOf } from './sealed.ts'
import { storeOn } from './store.ts'

/**
 * What the schema is. `empty`: nothing is there yet. `foreign`: another program's tables. `missing`: migrations that the
 * next start makes. `unknown`: migrations of a newer version.
 */
export type SchemaState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'ours'; readonly missing: readonly string[]; readonly unknown: readonly string[] }

/** A sealed token set, with the grant for which it was sealed. */
export interface SealedSet {
  readonly grant: string
  readonly sealed: string
}

/** A database that is looked at. */
export interface Inspection {
  /** The database in words, without a password. */
  readonly where: string
  readonly tables: Omit<Store, 'open' | 'close' | 'folder'>
  schema(): Promise<SchemaState>
  /** Why nothing can be written there, as a sentence; `null` if it can. Writes nothing that stays. */
  whyNotWritable(): Promise<string | null>
  /** The clock of the database. `null`: it has none of its own. */
  now(): Promise<number | null>
  /** The newest time that was stored, by the clock that the store had then; `null`: none was. */
  newestTime(): Promise<number | null>
  /** A few token sets that were sealed with that key. */
  setsOf(key: string): Promise<readonly SealedSet[]>
  close(): Promise<void>
}

/** What an engine adds. */
export interface InspectedEngine extends Pick<Inspection, 'where' | 'whyNotWritable' | 'now' | 'close'> {
  readonly engine: Engine
  /** How many tables there are, and whether one of them is the list of migrations. */
  look(): Promise<{ readonly tables: number; readonly isOurs: boolean }>
}

export function inspectionOf({ engine, where, look, ...rest }: InspectedEngine): Inspection {
  const db = engine.db as unknown as Kysely<Record<string, Record<string, unknown>>>
  return {
    ...rest,
    where,
    tables: storeOn(engine, where),
    async schema() {
      const { tables, isOurs } = await look()
      if (!isOurs) return { kind: tables === 0 ? 'empty' : 'foreign' }
      const made = (await db.selectFrom(ledger).select('name').execute()).map(({ name }) => String(name))
      const known = migrationNames()
      return {
        kind: 'ours',
        missing: known.filter((name) => !made.includes(name)),
        unknown: made.filter((name) => !known.includes(name)),
      }
    },
    newestTime: () => newestTime(engine.db),
    async setsOf(key) {
      const rows = await engine.db
        .selectFrom('grants')
        .select(['id', 'tokens'])
        .where('tokens', 'is not', null)
        .where(headOf('tokens'), '=', `p1.${key}.`)
        .limit(3)
        .execute()
      return rows.map(({ id, tokens }) => ({ grant: id, sealed: tokens ?? '' }))
    },
  }
}

async function newestTime(db: Kysely<Tables>): Promise<number | null> {
  const last = await db.selectFrom('history').select('at').orderBy('seq', 'desc').limit(1).execute()
  const health = await db.selectFrom('health').select('at').execute()
  const times = [...last, ...health].map(({ at }) => Number(at))
  return times.length === 0 ? null : Math.max(...times)
}

/** An engine that reads by `db` and `run`. What would write rejects. */
export function readingEngine(db: Kysely<Tables>, run: Engine['run'], now: Time, refuse: () => Error): Engine {
  return {
    db,
    run,
    now: () => now,
    leaseNow: () => now,
    write: () => Promise.reject(refuse()),
    rowLocks: false,
    changesSeveralTables: false,
    announced: new Set(),
  }
}
