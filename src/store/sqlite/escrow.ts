// An escrow in a SQLite file of its own. What was added is on the disk, and what was removed is overwritten. Nothing is made
// before the first text.

import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { checkValue } from '../../core/check.ts'
import { PunctualError } from '../../core/errors.ts'
import type { EscrowPlace } from '../../core/escrow-place.ts'
import { openedByUse } from '../../core/store/opening.ts'
import { type EscrowTables, makeEnd, makeEscrowTables, textsIn } from '../sql/escrow.ts'
import { sqliteDatabase } from './database.ts'
import { cannotOpen } from './failure.ts'
import {
  assertInPlace,
  claimFile,
  closeFile,
  emptyLog,
  escrowId,
  foreignFile,
  type OpenFile,
  openFile,
} from './file.ts'
import { whyNotWritable } from './inspection.ts'
import { turnOnFile } from './turn.ts'

// A copy of an escrow does not know what was refreshed since.
const remedies = {
  SQLITE_CORRUPT: 'is damaged; move it away, and begin another escrow: punctual escrow begin',
}

/**
 * An escrow in the file at `path`, which is created, with its folder, by the first token set. Put it on another disk than the
 * database: a restore must not take it back in time.
 *
 * @throws {PunctualError} `invalid_argument` for a path that names no file.
 */
export function sqliteEscrow(path: string): EscrowPlace {
  checkValue('sqliteEscrow', 'path', path, isFile)
  const file = resolve(path)
  let handles: OpenFile | null = null
  let isPrepared = false

  function opened(): OpenFile {
    if (handles) return handles
    throw new Error('the escrow is not open')
  }

  async function begin(): Promise<void> {
    try {
      handles = await openFile(file)
      const { id, tables } = look(handles)
      if (id !== escrowId && tables > 0) throw foreignFile(file, id)
    } catch (error) {
      await end()
      throw cannotOpen(file, error, remedies)
    }
  }

  async function end(): Promise<void> {
    await settle()
    const leave = await turnOnFile(file)
    if (handles) closeFile(handles)
    handles = null
    isPrepared = false
    leave()
  }

  const { db, write, settle } = sqliteDatabase<EscrowTables>(file, opened)
  const texts = textsIn({
    db,
    write,
    changesSeveralTables: false,
    async isThere() {
      // What is read of a file that was moved is what stood in it then.
      assertInPlace(opened(), file)
      return isPrepared || look(opened()).tables > 0
    },
    async prepare() {
      if (isPrepared) return
      await write(async (trx) => {
        await claimFile(trx, file, escrowId)
        await makeEscrowTables(trx)
        await makeEnd(trx)
      })
      isPrepared = true
    },
    shred: () => write(async () => {}).then(() => emptyLog(opened())),
  })
  const { run, close } = openedByUse(begin, end)
  return Object.freeze({
    append: (added) => run(() => texts.append(added)),
    read: async (since) => (existsSync(file) ? run(() => texts.read(since)) : nothing),
    compact: async (keep) => (existsSync(file) ? run(() => texts.compact(keep)) : void keep([])),
    async check() {
      if (!existsSync(file)) return assertCanBeMade(file)
      await run(() => {})
      const why = whyNotWritable(file)
      if (why !== null) throw new PunctualError('store_unavailable', why)
    },
    close,
    where: file,
  } satisfies EscrowPlace)
}

const nothing = { texts: [], position: {}, bytes: 0 } as const

/** Whose file it is, and how many tables and indexes it has. */
function look({ reader }: OpenFile): { readonly id: number; readonly tables: number } {
  const tables = reader.database.prepare('select count(*) as tables from sqlite_master').get()
  return { ...reader.database.prepare('select application_id as id from pragma_application_id').get(), ...tables } as {
    id: number
    tables: number
  }
}

function assertCanBeMade(path: string): void {
  let folder = dirname(path)
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw cannotOpen(path, error)
  }
}

function isFile(path: unknown): string | null {
  if (typeof path === 'string' && /^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    return "must be the path of a file, not an address. For Postgres use postgresEscrow(url) of 'punctual/store/postgres'"
  return typeof path === 'string' && path !== '' && path !== ':memory:'
    ? null
    : 'must be the path of a file on another disk than the database, such as /mnt/escrow/escrow.db'
}
