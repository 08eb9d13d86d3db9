// The database that a test and its workers share.

import type { Store } from '../../src/core/store/store.ts'
import { postgres } from '../../src/store/postgres.ts'
import { sqlite } from '../../src/store/sqlite.ts'

export interface Database {
  /** The path of a SQLite file, or the address of a Postgres. */
  readonly database: string
  /** The schema in the Postgres. */
  readonly schema?: string
}

export function openStore({ database, schema }: Database): Store {
  return schema === undefined ? sqlite(database) : postgres({ url: database, schema, connections: 8 })
}
