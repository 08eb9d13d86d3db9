// The current token set of a grant: reading it, storing the next one, and ending the grant that has no more.

import type { GrantStore } from '../../../core/store/grants.ts'
import { appendEvents } from '../changes/append-events.ts'
import { markChanged, restingOn } from '../changes/mark-changed.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { Tables, Times } from '../engine/tables.ts'
import { fenced, read } from './row.ts'
import { newTokenColumns } from './token-columns.ts'

export function tokenOperations(
  tables: Tables,
  { now, leaseNow }: Times,
): Pick<GrantStore, 'get' | 'commit' | 'end' | 'describe'> {
  const table = tables.grants
  return {
    async get(id) {
      const row = table.get(id)
      return row ? read(row, now(), leaseNow()) : null
    },
    async commit(id, generation, tokens, entry) {
      const at = now()
      const row = fenced(tables, id, generation)
      if (!row) return false
      const ended = row.status === 'closing' || row.status === 'closed'
      table.set(id, {
        ...row,
        ...newTokenColumns(tokens, row.generation, at),
        scopes: tokens.scopes ? [...tokens.scopes] : row.scopes,
        ...(ended && { status: 'closing', dueAt: null, closingAt: row.closingAt ?? at }),
      })
      if (row.status === 'over') markChanged(tables, id, at)
      recordHistory(tables, at, id, null, entry)
      const resting = restingOn(tables, id)
      if (row.status === 'over') appendEvents(tables, at, 'connection.recovered', resting, {})
      if (row.status === 'live') appendEvents(tables, at, 'connection.renewed', resting, { generation: generation + 1 })
      return true
    },
    async end(id, generation, reason, entry) {
      const at = now()
      const row = fenced(tables, id, generation)
      if (row?.status !== 'live' || row.fallbackTokens.length > 0) return false
      table.set(id, { ...row, status: 'over', reason, dueAt: null, leaseOwner: null, leaseUntil: 0, intent: null })
      markChanged(tables, id, at)
      recordHistory(tables, at, id, null, entry)
      appendEvents(tables, at, 'connection.needs_reconnect', restingOn(tables, id), { reason })
      return true
    },
    async describe(id, { name, email, timeZone }) {
      const row = table.get(id)
      if (row?.status === 'live' || row?.status === 'over')
        table.set(id, { ...row, account: { ...row.account, name, email, timeZone } })
    },
  }
}
