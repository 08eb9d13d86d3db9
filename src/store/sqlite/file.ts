// The database file: only its owner can read it, what was written to it is on the disk, and it never holds another
// program's tables.

import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Kysely, sql } from 'kysely'
import { type Clock, systemClock } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import { makeFolder } from '../../core/make-folder.ts'
import { retryWhileBusy } from './busy-retry.ts'
import { codeOf } from './failure.ts'

/** One connection to a database, with its prepared statements. */
export interface Handle {
  readonly database: DatabaseSync
  readonly prepared: Map<unknown, StatementSync>
}

export interface OpenFile {
  readonly writer: Handle
  /** Only reads: always the last committed state, whatever the writer does. */
  readonly reader: Handle
  /** Which file it is, even if its path leads to another one later. */
  readonly identity: string
}

export async function openFile(path: string, sleep: Clock['sleep'] = systemClock.sleep): Promise<OpenFile> {
  makeFolder(dirname(path))
  create(path)
  if (statSync(path).isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' })
  accessSync(path, constants.R_OK | constants.W_OK)
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma busy_timeout = 0')
    await retryWhileBusy(() => database.exec('pragma journal_mode = wal'), sleep)
    // What is deleted is overwritten: names and addresses, and token sets that were replaced.
    database.exec('pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on')
    const reader = new DatabaseSync(path, { readOnly: true })
    reader.exec('pragma busy_timeout = 0')
    return { writer: withStatements(database), reader: withStatements(reader), identity: identify(path) }
  } catch (error) {
    database.close()
    throw error
  }
}

function withStatements(database: DatabaseSync): Handle {
  return { database, prepared: new Map() }
}

/** The writer last: it empties the write-ahead log. */
export function closeFile({ reader, writer }: OpenFile): void {
  reader.database.close()
  writer.database.close()
}

/**
 * Writes what is in the write-ahead log into the file, and empties the log: it holds pages as they were. While another
 * process reads, the log keeps what that one sees; it is emptied the next time.
 */
export function emptyLog({ writer }: OpenFile): void {
  writer.database.exec('pragma wal_checkpoint(truncate)')
}

/** @throws {PunctualError} `store_unavailable` when the path no longer leads to the file that is open. */
export function assertInPlace(file: OpenFile, path: string): void {
  if (identify(path) !== file.identity)
    throw new PunctualError('store_unavailable', `${path} has been moved or removed; restart with the file in place.`, {
      reason: 'file_moved',
    })
}

/** Marks an empty file with that id; refuses one that holds something else. Runs in the transaction that makes the tables. */
export async function claimFile<Tables>(trx: Kysely<Tables>, path: string, own: number): Promise<void> {
  const { rows } = await sql<{ id: number; tables: number }>`
    select application_id as id, (select count(*) from sqlite_master) as tables from pragma_application_id`.execute(trx)
  const [{ id, tables } = { id: 0, tables: 0 }] = rows
  if (id === own) return
  if (tables > 0) throw foreignFile(path, id)
  await sql`pragma application_id = ${sql.lit(own)}`.execute(trx)
}

/** The error about a file that has another id. */
export function foreignFile(path: string, id: number): PunctualError {
  const whose =
    id === applicationId ? 'the database of a store' : id === escrowId ? 'an escrow' : "another program's database"
  return new PunctualError('store_unavailable', `${path} is ${whose}; name another path.`, {
    reason: 'foreign_database',
  })
}

// "Punc" in ASCII, and "Pune" for an escrow. https://www.sqlite.org/pragma.html#pragma_application_id
export const applicationId = 0x50756e63
export const escrowId = 0x50756e65

// SQLite gives -wal and -shm the mode of the database. The file is opened only when it is new: closing any descriptor
// of a file drops all locks that this process holds on it. https://www.sqlite.org/howtocorrupt.html#posix_advisory_locks
function create(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

function identify(path: string): string {
  const { dev, ino } = statSync(path, { throwIfNoEntry: false }) ?? { dev: 0, ino: 0 }
  return `${dev}:${ino}`
}
