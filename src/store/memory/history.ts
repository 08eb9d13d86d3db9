// Reading the history in memory, and keeping it bounded. The entries of one connection are not shown to another one that
// rests on the same grant.

import type { HistoryRow, HistoryStore } from '../../core/store/history.ts'
import { isPast } from '../../core/store/wrong-clock.ts'
import { isRecorded } from './changes/record-history.ts'
import { isSteady } from './engine/sweep-clock.ts'
import type { Now, Tables } from './engine/tables.ts'

export function history(tables: Tables, now: Now): HistoryStore {
  const { history: table, connections } = tables
  return {
    async of(connection, limit, before) {
      const grant = connections.get(connection)?.grant
      return table
        .filter((row) => row.connection === connection || (row.connection === null && row.grant === grant))
        .filter((row) => before === undefined || row.seq < before)
        .reverse()
        .slice(0, limit)
        .map((row) => structuredClone(row))
    },
    has: async (grant, entry) => isRecorded(tables, grant, entry),
    async trim(grant, most, limit) {
      const own = table.filter((row) => row.grant === grant && row.connection === null).reverse()
      return remove(own.slice(most, most + limit))
    },
    async sweep(ageMs, limit) {
      if (!isSteady(tables, 'history', now())) return 0
      const at = now()
      return remove(table.slice(0, limit).filter((row) => isPast(row.at, at, ageMs)))
    },
  }

  function remove(rows: readonly HistoryRow[]): number {
    const removed = new Set(rows)
    const kept = table.filter((row) => !removed.has(row))
    table.splice(0, table.length, ...kept)
    return removed.size
  }
}
