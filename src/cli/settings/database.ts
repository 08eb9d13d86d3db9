// The store for the name of a database.

import type { Store } from '../../core/store/store.ts'
import { postgres } from '../../store/postgres.ts'
import { sqlite } from '../../store/sqlite.ts'

/** Whether it names a Postgres database, not a file. */
export function isPostgres(database: string): boolean {
  return /^postgres(ql)?:/i.test(database)
}

export function storeOf(database: string): Store {
  return isPostgres(database) ? postgres(database) : sqlite(database)
}
