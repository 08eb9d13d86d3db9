// What is kept about one owner, in SQL: counted, read page by page, and deleted a little at a time.

import { type Kysely, sql } from 'kysely'
import {
  type PersonalCounts,
  type PersonalDataStore,
  type PersonalKind,
  personalKinds,
} from '../../core/store/personal-data.ts'
import type { Engine } from './engine/engine.ts'
import { listOf, objectOf } from './engine/json.ts'
import { isChosen, listOfColumns, primaryKeys } from './engine/primary-keys.ts'
import { activityOf } from './personal-data/activity.ts'
import { eraseAttempts, eraseConnections, eraseEvents, eraseFirstKey } from './personal-data/erase.ts'
import { errorsOf } from './personal-data/errors.ts'
import { personalTables, type TableKind } from './personal-data/kinds.ts'

export function personalData(engine: Engine): PersonalDataStore {
  const errors = errorsOf(engine)
  const activity = activityOf(engine)
  const anyOf = { errors, activity } as const
  return {
    async count(owner) {
      const counts: [PersonalKind, number][] = []
      for (const kind of personalKinds) {
        if (kind === 'connections') counts.push([kind, await countConnections(engine, owner)])
        else if (kind === 'errors' || kind === 'activity') counts.push([kind, await anyOf[kind].count(owner)])
        else counts.push([kind, await countRows(engine, kind, owner)])
      }
      return Object.fromEntries(counts) as PersonalCounts
    },
    async read(owner, kind, from, limit) {
      if (kind === 'connections') return []
      if (kind === 'errors' || kind === 'activity') return anyOf[kind].read(owner, from, limit)
      return readRows(engine, kind, owner, from, limit)
    },
    async erase(owner, kind, limit) {
      switch (kind) {
        case 'errors':
        case 'activity':
          return anyOf[kind].erase(owner, limit)
        case 'attempts':
          return eraseAttempts(engine, owner)
        case 'events':
          return eraseEvents(engine, owner, limit)
        case 'connections':
          return eraseConnections(engine, owner, limit)
        case 'history':
          // It goes with the connections: it tells which grants they have rested on.
          return 0
        case 'apiKeys':
          return (await eraseFirstKey(engine, owner)) + (await eraseRows(engine, kind, owner, limit))
        default:
          return eraseRows(engine, kind, owner, limit)
      }
    },
    shred: async () => engine.shred?.(),
  }
}

async function countConnections({ db }: Engine, owner: string): Promise<number> {
  const row = await db
    .selectFrom('connections')
    .select(sql<number>`count(*)`.as('rows'))
    .where('owner', '=', owner)
    .executeTakeFirstOrThrow()
  return Number(row.rows)
}

/** All tables look alike here. */
type AnyTable = Kysely<Record<string, Record<string, unknown>>>

async function countRows({ db }: Engine, kind: TableKind, owner: string): Promise<number> {
  const { table, isMine } = personalTables[kind]
  const row = await (db as unknown as AnyTable)
    .selectFrom(table)
    .select(sql<number>`count(*)`.as('rows'))
    .where(isMine(db, owner))
    .executeTakeFirstOrThrow()
  return Number(row.rows)
}

async function readRows({ db }: Engine, kind: TableKind, owner: string, from: number, limit: number) {
  const { table, isMine, fields, json } = personalTables[kind]
  const rows = await (db as unknown as AnyTable)
    .selectFrom(table)
    .select(Object.keys(fields))
    .where(isMine(db, owner))
    .orderBy(listOfColumns(keyOf(table)))
    .limit(limit)
    .offset(from)
    .execute()
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(fields).map(([column, name]) => {
        const value = row[column]
        if (column === 'late') return [name, value === 1]
        return [name, json.includes(column) && typeof value === 'string' ? jsonOf(value) : value]
      }),
    ),
  )
}

async function eraseRows({ db }: Engine, kind: TableKind, owner: string, limit: number): Promise<number> {
  const { table, isMine } = personalTables[kind]
  const key = keyOf(table)
  const gone = await (db as unknown as AnyTable)
    .with(
      (name) => name('mine').materialized(),
      (query) =>
        query
          .selectFrom(table)
          .select([...key])
          .where(isMine(db, owner))
          .limit(limit),
    )
    .deleteFrom(table)
    .where(isChosen(key, 'mine'))
    .returning([...key])
    .execute()
  return gone.length
}

function keyOf(table: string): readonly string[] {
  return primaryKeys[table as keyof typeof primaryKeys]
}

function jsonOf(text: string): unknown {
  return text.startsWith('[') ? listOf(text) : objectOf(text)
}
