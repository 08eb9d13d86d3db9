// Appends to the history, with the change that the entry describes, and looks there for an entry.

import type { HistoryEntry } from '../../../core/store/history.ts'
import type { Tables } from '../engine/tables.ts'

/** `connection` is `null` for what concerns the grant. */
export function recordHistory(
  tables: Tables,
  at: number,
  grant: string,
  connection: string | null,
  entry: HistoryEntry,
): void {
  const seq = (tables.history.at(-1)?.seq ?? 0) + 1
  tables.history.push({ seq, at, grant, connection, type: entry.type, data: structuredClone(entry.data) })
}

/** Whether exactly this entry has been recorded for a grant itself, not for one of its connections. */
export function isRecorded({ history }: Tables, grant: string, { type, data }: HistoryEntry): boolean {
  const text = JSON.stringify(data)
  return history.some(
    (row) => row.grant === grant && row.connection === null && row.type === type && JSON.stringify(row.data) === text,
  )
}
