// The key file: made on the first run, read ever after, never overwritten. Without its key every grant in the database
// is lost, so a file that looks wrong stops the start instead of being replaced.

import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKeyring } from '../vault/keyring.ts'
import { CliError } from './cli-error.ts'
import { isPostgres } from './database.ts'

/** Makes the folder of everything that is kept, for its owner's eyes alone; one that is there stays as it is. */
export function makeDataFolder(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    if (!statSync(data).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
  } catch (error) {
    const fault = codeOf(error)
    throw new CliError(
      `PUNCTUAL_DATA names ${data}, which cannot be used as a folder (${fault}): choose another, or make room for it.`,
      2,
    )
  }
}

/**
 * The key in `{data}/key`. It is made if there is none and `database` is a file that does not exist yet.
 *
 * @throws {CliError} for a file that cannot be read or holds no key, and for a database without its key.
 */
export function keyFromFile(data: string, database: string): string {
  const path = join(data, 'key')
  const found = readKey(path)
  if (found !== null) return found
  if (isPostgres(database)) {
    throw new CliError(
      `PUNCTUAL_DATABASE names a Postgres database, which other machines may share, and there is no key file ${path}: set PUNCTUAL_KEYS to the same keys everywhere.`,
      2,
    )
  }
  if (existsSync(database)) {
    throw new CliError(
      `The database ${database} is there, but its key file ${path} is gone: put the key back (or set PUNCTUAL_KEYS). Without it no connection in the database can be opened; to begin anew, move the database away.`,
    )
  }
  makeKey(path)
  const made = readKey(path)
  if (made === null) throw new CliError(`The key file ${path} disappeared as soon as it was made: start again.`)
  return made
}

/** Whole or not at all: the key is written beside and linked into place, which fails where another start was first. */
function makeKey(path: string): void {
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(own, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx', flush: true })
    linkSync(own, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    throw new CliError(
      `The key file ${path} cannot be written (${codeOf(error)}): make its folder writable, or set PUNCTUAL_KEYS.`,
    )
  } finally {
    rmSync(own, { force: true })
  }
}

function readKey(path: string): string | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw new CliError(
      `The key file ${path} cannot be read (${codeOf(error)}): make it readable for this user. It is not replaced, since every stored grant depends on it.`,
    )
  }
  const key = text.trim()
  try {
    createKeyring([key])
  } catch {
    throw new CliError(
      `The key file ${path} does not hold a key (32 bytes in base64url): put the right one back from a backup. It is not replaced, since every stored grant depends on it.`,
    )
  }
  return key
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown fault'
}
