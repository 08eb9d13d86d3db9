// The store for the name of a database.

import type { Store } from '../../core/store/store.ts'

/** Whether it names a Postgres database, not a file. */
export function isPostgres(database: string): boolean {
  return /^postgres(ql)?:/i.test(database)
}

/** A database in words: a Postgres without the user and the password. */
export function placeOf(database: string): string {
  if (!isPostgres(database)) return database
  const { host, pathname } = new URL(database)
  return `postgres://${host}${pathname}`
}

export async function storeOf(database: string): Promise<Store> {
  if (isPostgres(database)) return (await import('../../store/postgres.ts')).postgres(database)
  return (await import('../../store/sqlite.ts')).sqlite(database)
}
