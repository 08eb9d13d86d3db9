// When the keeper looks at a grant: taking those that are due, and setting the next due time.

import type { GrantStore } from '../../../core/store/grants.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { Tables, Times } from '../engine/tables.ts'
import { fenced } from './row.ts'

export function dueOperations(tables: Tables, { now }: Times): Pick<GrantStore, 'takeDue' | 'postpone' | 'touch'> {
  const table = tables.grants
  return {
    async takeDue(client, limit, hideForMs) {
      const at = now()
      const due = [...table.values()]
        .filter((row) => row.client === client && row.status === 'live')
        .filter((row) => believedTime(row.retryAt, at, longestSpans.retry) <= at)
        .map((row) => ({ row, dueAt: believedTime(row.dueAt ?? Number.NaN, at, longestSpans.due) }))
        .filter(({ dueAt }) => dueAt <= at)
        .sort((a, b) => a.dueAt - b.dueAt || (a.row.id < b.row.id ? -1 : 1))
        .slice(0, limit)
      for (const { row } of due) table.set(row.id, { ...row, dueAt: at + Math.round(hideForMs) })
      return due.map(({ row }) => row.id)
    },
    async postpone(id, generation, dueInMs) {
      const row = fenced(tables, id, generation)
      if (!row) return false
      table.set(id, { ...row, dueAt: dueInMs === null ? null : now() + Math.round(dueInMs) })
      return true
    },
    async touch(id) {
      const row = table.get(id)
      if (!row) return
      const sooner =
        row.status === 'live' && row.refreshAt !== null && (row.dueAt === null || row.dueAt > row.refreshAt)
      table.set(id, { ...row, usedAt: now(), dueAt: sooner ? row.refreshAt : row.dueAt })
    },
  }
}
