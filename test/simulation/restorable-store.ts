// The shared database of a history. It can be put back to what it was at an earlier moment, as from a backup.

import type { Clock } from '../../src/core/clock.ts'
import type { Store } from '../../src/core/store/store.ts'
import { emptyTables, type Tables } from '../../src/store/memory/engine/tables.ts'
import { storeOnTables } from '../../src/store/memory/on-tables.ts'

/** What a database held at a moment. */
export type Backup = Tables & object

export interface Database {
  readonly tables: Tables
  readonly store: Store
  /** How often it has been put back: an operation that was under way then is lost. */
  readonly restores: number
  backUp(): Backup
  restore(backup: Backup): void
}

export function createDatabase(clock: Clock): Database {
  const tables = emptyTables()
  let restores = 0
  return {
    tables,
    store: storeOnTables(tables, clock),
    get restores() {
      return restores
    },
    backUp: () => structuredClone(tables),
    restore(backup) {
      restores++
      // What the processes announce is theirs.
      const { announced: _, ...rows } = structuredClone(backup)
      for (const [name, table] of Object.entries(rows)) replace(tables[name as keyof Tables], table)
    },
  }
}

/** Gives one table the content of another, in place. */
function replace(table: object, other: object): void {
  if (Array.isArray(table)) table.splice(0, table.length, ...(other as unknown[]))
  else if (table instanceof Map) {
    table.clear()
    for (const [place, row] of other as Map<unknown, unknown>) table.set(place, row)
  } else
    for (const [name, value] of Object.entries(other)) {
      if (value instanceof Map) replace((table as Record<string, object>)[name] ?? {}, value)
      else Object.assign(table, { [name]: value })
    }
}
