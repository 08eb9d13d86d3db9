// Reading the history in memory. The entries of one connection are not shown to another one that rests on the same
// grant.

import type { HistoryStore } from '../../core/store/history.ts'
import type { Tables } from './engine/tables.ts'

export function history({ history: table, connections }: Tables): HistoryStore {
  return {
    async of(connection, limit) {
      const grant = connections.get(connection)?.grant
      return table
        .filter((row) => row.connection === connection || (row.connection === null && row.grant === grant))
        .reverse()
        .slice(0, limit)
        .map((row) => structuredClone(row))
    },
    async has(grant, { type, data }) {
      const text = JSON.stringify(data)
      return table.some(
        (row) =>
          row.grant === grant && row.connection === null && row.type === type && JSON.stringify(row.data) === text,
      )
    },
  }
}
