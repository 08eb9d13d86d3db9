// Looks at a SQLite file through a handle that can only read. That it can be written is learnt from a transaction that
// begins as one that writes, and is rolled back before it has.

import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import { clockReading } from '../sql/engine/parameters.ts'
import type { Tables } from '../sql/engine/tables.ts'
import { type Inspection, inspectionOf, readingEngine } from '../sql/inspection.ts'
import { ledger } from '../sql/migrations.ts'
import { sqliteDatabase } from './database.ts'
import { cannotOpen, codeOf } from './failure.ts'
import { applicationId, closeFile, type OpenFile } from './file.ts'

/** How long a writer of another process is waited for. */
const busyMs = 3000
/** With less room a database that works now fails soon. */
const leastRoomBytes = 32 * 1024 * 1024

/**
 * Opens a file that exists, to look at it.
 *
 * @throws {PunctualError} `store_unavailable` with what to do.
 */
export function inspectSqlite(path: string): Inspection {
  const file = resolve(path)
  const hadLog = existsSync(`${file}-wal`)
  const opened = openToLook(file)
  const now = clockReading(systemClock.now)
  const { db, run } = sqliteDatabase<Tables>(file, () => opened.file)
  const engine = readingEngine(db, run, now, onlyLooks)
  return inspectionOf({
    engine,
    where: file,
    async look() {
      const [row] = opened.rows<{ id: number; tables: number; ours: number }>(
        `select application_id as id, (select count(*) from sqlite_master) as tables,
          (select count(*) from sqlite_master where name = '${ledger}') as ours from pragma_application_id`,
      )
      return { tables: row?.tables ?? 0, isOurs: row?.id === applicationId && row.ours > 0 }
    },
    whyNotWritable: async () => whyNotWritable(file),
    now: async () => null,
    async close() {
      closeFile(opened.file)
      if (!hadLog) removeLog(file)
    },
  })
}

/** Why the folder of a database that does not exist yet cannot take it; `null` if it can. */
export function whyNoRoom(folder: string): string | null {
  const { bavail, bsize } = statfsSync(folder)
  const freeBytes = bavail * bsize
  if (freeBytes >= leastRoomBytes) return null
  return `The disk of ${folder} has ${Math.floor(freeBytes / 1_048_576)} MiB left: make room.`
}

function openToLook(path: string): { file: OpenFile; rows<Row>(text: string): Row[] } {
  try {
    if (statSync(path).isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' })
    accessSync(path, constants.R_OK)
    const database = new DatabaseSync(path, { readOnly: true, timeout: busyMs })
    // The first statement reads the file: before it, any file opens.
    database.prepare('select count(*) from sqlite_master').get()
    const other = new DatabaseSync(path, { readOnly: true, timeout: busyMs })
    const handle = { database, prepared: new Map() }
    return {
      file: { reader: handle, writer: { database: other, prepared: new Map() }, identity: '' },
      rows: <Row>(text: string) => database.prepare(text).all() as Row[],
    }
  } catch (error) {
    throw fullDisk(path, error) ?? cannotOpen(path, error)
  }
}

/** On a full disk not even the files beside a database can be made, and SQLite says less than the disk does. */
function fullDisk(path: string, error: unknown): PunctualError | null {
  if (!['SQLITE_IOERR', 'SQLITE_FULL', 'SQLITE_CANTOPEN'].includes(codeOf(error))) return null
  const why = whyNoRoom(dirname(path))
  return why === null ? null : new PunctualError('store_unavailable', why, { reason: 'SQLITE_FULL', retryable: true })
}

/** Why nothing can be written to a file that exists; `null` if it can. */
export function whyNotWritable(path: string): string | null {
  let database: DatabaseSync | null = null
  try {
    accessSync(path, constants.W_OK)
    // The write-ahead log is made beside the file.
    accessSync(dirname(path), constants.W_OK | constants.X_OK)
    database = new DatabaseSync(path, { timeout: busyMs })
    database.exec('begin immediate')
    database.exec('rollback')
    return whyNoRoom(dirname(path))
  } catch (error) {
    return (fullDisk(path, error) ?? cannotOpen(path, error)).message
  } finally {
    database?.close()
  }
}

/**
 * A handle that only reads leaves an empty write-ahead log behind. One that may write removes it as it closes, unless another
 * process uses the file.
 */
function removeLog(path: string): void {
  try {
    const database = new DatabaseSync(path)
    database.prepare('select count(*) from sqlite_master').get()
    database.close()
  } catch {
    // It may not be written: then the empty log stays.
  }
}

function onlyLooks(): Error {
  return new PunctualError('store_unavailable', 'The database was opened to be looked at.', { reason: 'not_open' })
}
