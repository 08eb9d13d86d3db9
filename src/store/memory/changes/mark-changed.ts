// The connections that rest on a grant, and marking them as changed.

import type { ConnectionRecord, Tables } from '../engine/tables.ts'

/** The connections, not the disconnected, that rest on a grant. */
export function restingOn(tables: Tables, grant: string): ConnectionRecord[] {
  return [...tables.connections.values()].filter((row) => row.grant === grant && !row.disconnected)
}

/** Marks the connections of a grant as changed. */
export function markChanged(tables: Tables, grant: string, at: number): void {
  for (const row of restingOn(tables, grant)) tables.connections.set(row.id, { ...row, updatedAt: at })
}
