// The database file: made for its owner's eyes only, opened so that what is acknowledged is on the disk, and never
// shared with another program's tables.

import { accessSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { sql } from 'kysely'
import { PunctualError } from '../../core/errors.ts'
import type { Database } from '../sql/engine.ts'
import { codeOf } from './failure.ts'

/** An open database, with its prepared statements. */
export interface Handle {
  readonly database: DatabaseSync
  readonly statements: Map<string, StatementSync>
  /** Which file it is, wherever its path leads later. */
  readonly identity: string
}

export function openFile(path: string): Handle {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  create(path)
  if (statSync(path).isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' })
  accessSync(path, constants.R_OK | constants.W_OK)
  const database = new DatabaseSync(path)
  try {
    useWal(database)
    database.exec('pragma busy_timeout = 5000; pragma synchronous = full; pragma foreign_keys = on')
    return { database, statements: new Map(), identity: identify(path) }
  } catch (error) {
    database.close()
    throw error
  }
}

/** Whether the path still leads to the file that is open. */
export function isInPlace(handle: Handle, path: string): boolean {
  return identify(path) === handle.identity
}

/** Marks an empty file as Punctual's; refuses one that holds something else. Runs in the migration's transaction. */
export async function claimFile(trx: Database, path: string): Promise<void> {
  const { rows } = await sql<{ id: number; tables: number }>`
    select application_id as id, (select count(*) from sqlite_master) as tables from pragma_application_id`.execute(trx)
  const [{ id, tables } = { id: 0, tables: 0 }] = rows
  if (id === applicationId) return
  if (tables > 0)
    throw new PunctualError('store_unavailable', `${path} is another program's database; name another path.`, {
      reason: 'foreign_database',
    })
  await sql`pragma application_id = ${sql.lit(applicationId)}`.execute(trx)
}

// "Punc" in ASCII. https://www.sqlite.org/pragma.html#pragma_application_id
const applicationId = 0x50756e63

// SQLite gives -wal and -shm the mode of the database. The file is opened only when it is new: closing any descriptor
// of a file drops all locks that this process holds on it. https://www.sqlite.org/howtocorrupt.html#posix_advisory_locks
function create(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

// Where two processes change the mode of a new file at once, SQLite answers SQLITE_BUSY without its timeout.
function useWal(database: DatabaseSync): void {
  for (let left = 500; left >= 0; left--) {
    try {
      database.exec('pragma journal_mode = wal')
      return
    } catch (error) {
      if (codeOf(error) !== 'SQLITE_BUSY' || left === 0) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

function identify(path: string): string {
  const { dev, ino } = statSync(path, { throwIfNoEntry: false }) ?? { dev: 0, ino: 0 }
  return `${dev}:${ino}`
}
