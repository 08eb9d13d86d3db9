// The escrow for its name: a folder, `sqlite:` and the path of a file, or the address of a Postgres database.

import type { EscrowPlace } from '../../core/escrow-place.ts'
import { isPostgres } from './database.ts'

export async function escrowOf(name: string): Promise<EscrowPlace> {
  if (isPostgres(name)) return (await import('../../store/postgres.ts')).postgresEscrow(name)
  if (isSqlite(name)) return (await import('../../store/sqlite.ts')).sqliteEscrow(name.slice(sqlitePrefix.length))
  return (await import('../../escrow/folder.ts')).escrowFolder(name)
}

export function isSqlite(name: string): boolean {
  return name.toLowerCase().startsWith(sqlitePrefix)
}

const sqlitePrefix = 'sqlite:'
