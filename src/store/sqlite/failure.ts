// The border to SQLite: every failure becomes `store_unavailable`, with SQLite's own name for it as the reason. Of its
// message only the names of our own tables and columns are repeated.

import { PunctualError } from '../../core/errors.ts'
import { causeOf } from '../../core/foreign-error.ts'
import { nameIn } from '../sql/engine/name-in-message.ts'

// In the order of their numbers. https://www.sqlite.org/rescode.html
const names = [
  'OK',
  'ERROR',
  'INTERNAL',
  'PERM',
  'ABORT',
  'BUSY',
  'LOCKED',
  'NOMEM',
  'READONLY',
  'INTERRUPT',
  'IOERR',
  'CORRUPT',
  'NOTFOUND',
  'FULL',
  'CANTOPEN',
  'PROTOCOL',
  'EMPTY',
  'SCHEMA',
  'TOOBIG',
  'CONSTRAINT',
  'MISMATCH',
  'MISUSE',
  'NOLFS',
  'AUTH',
  'FORMAT',
  'RANGE',
  'NOTADB',
]

// Failures that can pass by themselves, or once a person has made room or given access: the statement may succeed then.
const passing = new Set([
  'BUSY',
  'LOCKED',
  'NOMEM',
  'READONLY',
  'INTERRUPT',
  'IOERR',
  'FULL',
  'CANTOPEN',
  'PROTOCOL',
  'PERM',
])

/** The name that SQLite or the system gives to an error: `SQLITE_FULL`, `EACCES`; `unknown` for a foreign one. */
export function codeOf(error: unknown): string {
  const { errcode, code } = (error ?? {}) as { errcode?: unknown; code?: unknown }
  // The low byte is the primary code; the rest says where it happened.
  if (typeof errcode === 'number') return `SQLITE_${names[errcode & 255] ?? errcode}`
  return typeof code === 'string' ? code : 'unknown'
}

/** A failed statement as the error that the store rejects with. */
export function failure(path: string, error: unknown): PunctualError {
  if (error instanceof PunctualError) return error
  const reason = codeOf(error)
  const retryable = passing.has(reason.replace('SQLITE_', ''))
  return new PunctualError('store_unavailable', `The database ${path} ${sentence(reason, error)}.`, {
    reason,
    retryable,
    cause: causeOf(error),
  })
}

function sentence(reason: string, error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  const [, kind, missing] = /^no such (table|column): "?([\w.]+)"?/.exec(text) ?? []
  const [, table, column] = /^table (\w+) has no column named (\w+)$/.exec(text) ?? []
  const name = nameIn(missing ?? (table === undefined ? undefined : `${table}.${column}`))
  if (name !== null)
    return `does not have the ${kind ?? 'column'} "${name}" (${reason}); undo what was changed in the schema, or restore a backup`
  const constraint = nameIn(/ constraint failed: ([\w.]+)/.exec(text)?.[1])
  return `refused a statement${constraint === null ? '' : ` about "${constraint}"`} (${reason})`
}

/**
 * A file that cannot be opened, as a sentence that says what to do. `remedies`: what is right for this kind of file, by the
 * reason, where it is not what is right for a database.
 */
export function cannotOpen(
  path: string,
  error: unknown,
  remedies: Readonly<Record<string, string>> = {},
): PunctualError {
  if (error instanceof PunctualError && error.reason && !error.reason.startsWith('SQLITE_')) return error
  const reason = error instanceof PunctualError ? (error.reason ?? 'unknown') : codeOf(error)
  return new PunctualError('store_unavailable', `${path} ${remedies[reason] ?? advice(reason, path)}.`, {
    reason,
    retryable: passing.has(reason.replace('SQLITE_', '')),
    cause: error instanceof PunctualError ? error.cause : causeOf(error),
  })
}

function advice(reason: string, path: string): string {
  switch (reason) {
    case 'EISDIR':
      return `is a directory; name a file in it, such as ${path}/punctual.db`
    case 'SQLITE_NOTADB':
      return 'is not a SQLite database; name another path, or move that file away'
    case 'SQLITE_CORRUPT':
      return 'is damaged; restore it from a backup'
    case 'SQLITE_READONLY':
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'cannot be written; give this process write access to the file and its folder, or name another path'
    case 'SQLITE_BUSY':
      return 'is locked by another process; end that process, or try again'
    case 'SQLITE_ERROR':
      return 'does not have the schema that this version needs (SQLITE_ERROR); undo what was changed in the schema, or restore a backup'
    case 'SQLITE_FULL':
    case 'ENOSPC':
      return 'cannot be written because its disk is full; make room, or name another path'
    default:
      return `cannot be opened (${reason}); name a path in a folder that this process can write`
  }
}
