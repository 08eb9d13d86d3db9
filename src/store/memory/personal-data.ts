// What is kept about one owner, in memory.

import { erasedTime } from '../../core/store/ended.ts'
import {
  erasedOutcome,
  erasedSubject,
  type PersonalCounts,
  type PersonalDataStore,
  type PersonalKind,
  type PersonalRow,
  personalKinds,
} from '../../core/store/personal-data.ts'
import { removeConnection, removeTouched } from './ended/remove.ts'
import type { Tables, Times } from './engine/tables.ts'
import { mine, type Reached } from './personal-data/mine.ts'

export function personalData(tables: Tables, times: Times): PersonalDataStore {
  const { now } = times
  const of = (owner: string, kind: PersonalKind): readonly Reached[] => mine[kind](tables, owner)
  return {
    async count(owner) {
      now()
      return Object.fromEntries(personalKinds.map((kind) => [kind, of(owner, kind).length])) as PersonalCounts
    },
    async read(owner, kind, from, limit) {
      now()
      if (kind === 'connections') return []
      return of(owner, kind)
        .slice(from, from + limit)
        .map(({ shown }) => structuredClone(shown) as PersonalRow)
    },
    async erase(owner, kind, limit) {
      now()
      // It goes with the connections: it tells which grants they have rested on.
      if (kind === 'history') return 0
      if (kind === 'connections') return eraseConnections(tables, times, owner, limit)
      if (kind === 'errors') return eraseErrors(tables, owner)
      if (kind === 'attempts') return eraseAttempts(tables, owner)
      const rows = of(owner, kind).slice(0, limit)
      const [first] = [...tables.apiKeys.keys()].sort()
      for (const { place } of rows) {
        if (kind === 'apiKeys' && place === first) emptyFirstKey(tables, String(place), now())
        else if (kind === 'activity') eraseLine(tables, Number(place))
        else rowsOf(tables, kind).delete(place)
      }
      return rows.length
    },
    async shred() {},
  }
}

function rowsOf(tables: Tables, kind: Exclude<PersonalKind, 'history'>): Map<unknown, unknown> {
  if (kind === 'events') return tables.outbox.rows
  if (kind === 'feed') return tables.feed.rows
  return tables[kind as 'connectSessions' | 'apiKeys' | 'subscriptions' | 'bookingKeys' | 'bookingLinks']
}

function eraseLine({ activityLog: { rows } }: Tables, seq: number): void {
  const row = rows.get(seq)
  if (row?.kind === 'audit') rows.set(seq, { ...row, data: { ...row.data, subject: erasedSubject } })
  else rows.delete(seq)
}

function emptyFirstKey({ apiKeys }: Tables, id: string, at: number): void {
  const row = apiKeys.get(id)
  if (row)
    apiKeys.set(id, { ...row, owner: '', name: '', secretHash: '', replacedHash: null, revokedAt: row.revokedAt ?? at })
}

function eraseAttempts(tables: Tables, owner: string): number {
  let count = 0
  for (const [id, row] of tables.attempts) {
    if (row.owner !== owner) continue
    count++
    if (row.answer === null && row.phase !== 'exchanging' && row.phase !== 'exchanged') tables.attempts.delete(id)
    else
      tables.attempts.set(id, {
        ...row,
        ...{ owner: '', returnTo: '', reconnect: null, session: null, verifier: null, code: null },
        phase: 'finished',
        outcome: row.phase === 'finished' ? row.outcome : erasedOutcome,
      })
  }
  return count
}

function eraseErrors(tables: Tables, owner: string): number {
  const rows = mine.errors(tables, owner)
  const naming = rows.filter(({ isNamed }) => isNamed)
  for (const { id } of [...tables.connections.values()].filter((row) => row.owner === owner)) removeTouched(tables, id)
  for (const { place } of naming) tables.errorGroups.delete(String(place))
  return rows.length
}

function eraseConnections(tables: Tables, times: Times, owner: string, limit: number): number {
  const ended = [...tables.connections.values()].filter((row) => row.owner === owner && row.disconnected)
  for (const row of ended) tables.connections.set(row.id, { ...row, updatedAt: erasedTime(row.updatedAt) })
  return ended.slice(0, limit).filter((row) => removeConnection(tables, times, row, true)).length
}
