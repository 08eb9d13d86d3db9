// Connect sessions in memory. A change of a row names the revision that it rests on.

import { PunctualError } from '../../core/errors.ts'
import type { ConnectSessionRow, ConnectSessionStore } from '../../core/store/connect-sessions.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { believedTime } from '../../core/store/wrong-clock.ts'
import { sweepOld } from './engine/sweep-old.ts'
import type { ConnectSessionRecord, Now, Tables } from './engine/tables.ts'

export function connectSessions(tables: Tables, now: Now): ConnectSessionStore {
  const table = tables.connectSessions
  const read = (row: ConnectSessionRecord): ConnectSessionRow => {
    const readAt = now()
    const expiresAt = believedTime(row.expiresAt, readAt, longestSpans.connectSession)
    return structuredClone({ ...row, expiresAt, readAt })
  }
  return {
    async insert(session, lifetimeMs) {
      const createdAt = now()
      if (table.has(session.id))
        throw new PunctualError('store_unavailable', 'The store refused a row: a session with this id exists.', {
          reason: 'conflict',
        })
      const nothingYet = { attempt: null, browserHash: null, connected: null, revision: 0 }
      const expiresAt = createdAt + Math.round(lifetimeMs)
      const row = structuredClone({ ...session, ...nothingYet, createdAt, expiresAt })
      table.set(row.id, row)
      return read(row)
    },
    async get(id) {
      const row = table.get(id)
      return row ? read(row) : null
    },
    async ofPage(page) {
      const row = [...table.values()].find(({ id }) => id.startsWith(page))
      return row ? read(row) : null
    },
    async update(id, revision, change) {
      const row = table.get(id)
      if (row?.revision !== revision) return false
      table.set(id, { ...row, ...change, revision: revision + 1 })
      return true
    },
    sweep: async (ageMs, limit) => sweepOld(tables, 'connectSessions', (row) => row.createdAt, now(), ageMs, limit),
  }
}
