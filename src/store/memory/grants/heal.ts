// Bringing a grant to what it was before the store went back in time.

import type { GrantStore, HealedGrant } from '../../../core/store/grants.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { appendEvents } from '../changes/append-events.ts'
import { markChanged, restingOn } from '../changes/mark-changed.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { GrantRecord, Tables, Times } from '../engine/tables.ts'
import { fenced } from './row.ts'
import { newTokenColumns } from './token-columns.ts'

export function healOperations(tables: Tables, { now, leaseNow }: Times): Pick<GrantStore, 'positions' | 'heal'> {
  return {
    async positions(after, limit) {
      const at = leaseNow()
      return [...tables.grants.values()]
        .filter(({ id }) => after === null || id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map(({ id, generation, status, leaseOwner, leaseUntil }) => {
          const left = leaseOwner === null ? 0 : Math.max(leaseUntil - at, 0)
          return { id, generation, status, leaseLeftMs: Math.min(left, longestSpans.lease) }
        })
    },
    async heal(id, generation, healed, entry) {
      const at = now()
      const row = fenced(tables, id, generation)
      if (!row) return false
      const after = healedRow(row, healed, at)
      tables.grants.set(id, after)
      recordHistory(tables, at, id, null, entry)
      if (after.status === row.status) return true
      markChanged(tables, id, at)
      const resting = restingOn(tables, id)
      const { reason } = after
      if (after.status === 'over') appendEvents(tables, at, 'connection.needs_reconnect', resting, { reason })
      if (after.status === 'live') appendEvents(tables, at, 'connection.recovered', resting, {})
      return true
    },
  }
}

function healedRow(row: GrantRecord, { generation, set, status, reason }: HealedGrant, at: number): GrantRecord {
  const columns = set && {
    ...newTokenColumns(set, generation - 1, at),
    scopes: set.scopes ? [...set.scopes] : row.scopes,
    fallbackTokens: [...set.fallbackTokens],
    outcomeUnknown: set.outcomeUnknown,
  }
  const healed = { ...row, ...columns, generation, leaseOwner: null, leaseUntil: 0, intent: null, closedAt: null }
  if (status === 'closed')
    return {
      ...healed,
      status,
      closedAt: row.closedAt ?? at,
      reason: null,
      dueAt: null,
      closingAt: null,
      tokens: null,
      fallbackTokens: [],
    }
  if (row.status === 'closing' || row.status === 'closed') {
    const { reason, closingAt } = row
    if (set === null) return { ...healed, status: row.status, reason, dueAt: null, closingAt, closedAt: row.closedAt }
    return { ...healed, status: 'closing', reason: null, dueAt: null, closingAt: closingAt ?? at }
  }
  return { ...healed, status, reason, ...(status === 'over' && { dueAt: null }) }
}
