// The primary key of each table that is paged through, or whose rows are chosen in one part of a statement and changed
// in another.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Tables } from './tables.ts'

export const primaryKeys: Readonly<
  Record<Exclude<keyof Tables, 'health' | 'sweeps' | 'database_identity' | 'feed_end'>, readonly string[]>
> = Object.freeze({
  attempts: ['id'],
  grants: ['id'],
  connections: ['id'],
  clients: ['credentials'],
  history: ['seq'],
  outbox: ['seq'],
  feed: ['position'],
  subjects: ['subject'],
  subscriptions: ['id'],
  booking_keys: ['connection', 'key'],
  booking_links: ['connection', 'booking'],
  connect_sessions: ['id'],
  api_keys: ['id'],
  tallies: ['kind', 'at', 'client', 'outcome'],
  error_groups: ['id'],
  error_connections: ['error', 'connection'],
  activity_log: ['seq'],
  connection_terms: ['term', 'connection'],
  ended_ids: ['id'],
})

export function listOfColumns(columns: readonly string[]): RawBuilder<string> {
  return sql<string>`${sql.join(columns.map((column) => sql.ref(column)))}`
}

/** Whether the row at hand is one of those that `part`, a part of the statement (`with`), has chosen by their key. */
export function isChosen(key: readonly string[], part: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${listOfColumns(key)}) in (select ${listOfColumns(key)} from ${sql.id(part)})`
}
