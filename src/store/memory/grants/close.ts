// Closing a grant on which no connection rests any more: its tokens are deleted once the provider has revoked them.

import type { GrantStore } from '../../../core/store/grants.ts'
import { isPast } from '../../../core/store/wrong-clock.ts'
import type { Tables, Times } from '../engine/tables.ts'
import { fenced, read } from './row.ts'

export function closeOperations(tables: Tables, { now, leaseNow }: Times): Pick<GrantStore, 'close' | 'closing'> {
  const table = tables.grants
  return {
    async close(id, generation) {
      const row = fenced(tables, id, generation)
      if (row?.status !== 'closing') return false
      table.set(id, { ...row, status: 'closed', tokens: null, fallbackTokens: [], closingAt: null, closedAt: now() })
      return true
    },
    async closing(ageMs, limit, after) {
      const at = now()
      return [...table.values()]
        .filter((row) => row.status === 'closing' && isPast(row.closingAt ?? 0, at, ageMs))
        .filter(({ id }) => after === null || id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((row) => read(row, at, leaseNow()))
    },
  }
}
