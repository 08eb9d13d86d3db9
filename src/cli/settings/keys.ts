// The keys of the settings, and the key file: created on the first run, read on every other, never overwritten. Without the key every grant in the database
// is lost, so a file that looks wrong stops the start instead of being replaced.

import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../core/clock.ts'
import { problemWithKeyFile } from '../../core/key-file.ts'
import { makeFolder } from '../../core/make-folder.ts'
import { fetchKeys } from '../../vault/key-provider.ts'
import { createKeyring } from '../../vault/keyring.ts'
import { CliError } from '../output/cli-error.ts'
import { isPostgres } from './database.ts'
import type { Settings } from './settings.ts'

/**
 * Returns the keys of the settings: `PUNCTUAL_KEYS`, those of its command or file, or else the key file.
 *
 * @throws {CliError} with what is wrong with them, and without any key.
 */
export async function keysOf({
  keys,
  keyProvider,
  data,
  database,
}: Pick<Settings, 'keys' | 'keyProvider' | 'data' | 'database'>): Promise<readonly string[]> {
  if (keys !== null) return keys
  if (keyProvider === null) return [keyFromFile(data, database)]
  try {
    return await fetchKeys(keyProvider, systemClock)
  } catch (error) {
    const name = 'file' in keyProvider ? 'PUNCTUAL_KEYS_FILE' : 'PUNCTUAL_KEYS_COMMAND'
    throw new CliError(
      `${name}: ${(error as Error).message.replace(/ Nothing stored can be opened .*$/, '')}`,
      1,
      error,
    )
  }
}

/** Creates the folder for everything that is kept, readable by its owner only. An existing folder stays as it is. */
export function makeDataFolder(data: string): void {
  try {
    makeFolder(data)
    if (!statSync(data).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
  } catch (error) {
    const fault = codeOf(error)
    throw new CliError(
      `PUNCTUAL_DATA names ${data}, which cannot be used as a folder (${fault}): choose another folder.`,
      2,
    )
  }
}

/**
 * Returns the key in `{data}/key`. Creates it if it does not exist and `database` is a file that does not exist yet.
 *
 * @throws {CliError} for a file that cannot be read or does not hold a key, and for a database without its key.
 */
export function keyFromFile(data: string, database: string): string {
  const path = join(data, 'key')
  const found = readKey(path)
  if (found !== null) return found
  if (isPostgres(database)) {
    throw new CliError(
      `PUNCTUAL_DATABASE names a Postgres database, which other machines may share, and the key file ${path} does not exist: set PUNCTUAL_KEYS to the same keys everywhere.`,
      2,
    )
  }
  if (existsSync(database)) {
    throw new CliError(
      `The database ${database} exists, but its key file ${path} is missing: restore the key file or set PUNCTUAL_KEYS. Without the key no connection in the database can be opened. To start from nothing, move the database away.`,
    )
  }
  makeKey(path)
  const made = readKey(path)
  if (made === null) throw new CliError(`The key file ${path} disappeared after it was created: start again.`)
  return made
}

/**
 * Makes the data folder and the key of a database that does not exist yet. Without the key file, the new database would look
 * like one whose key has been lost.
 */
export function makeKeyOfNew({
  data,
  database,
  keys,
  keyProvider,
}: Pick<Settings, 'data' | 'database' | 'keys' | 'keyProvider'>): void {
  if (keys !== null || keyProvider !== null || isPostgres(database) || existsSync(database)) return
  makeDataFolder(data)
  keyFromFile(data, database)
}

/** Creates the whole file or none: the key is written beside it and linked into place, unless another start was first. */
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
  let text = ''
  let problem: string | null
  try {
    problem = problemWithKeyFile(statSync(path))
    if (problem === null) text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw new CliError(
      `The key file ${path} cannot be read (${codeOf(error)}): make it readable for this user. It is not replaced, since every stored grant depends on it.`,
    )
  }
  if (problem !== null)
    throw new CliError(`The key file ${path} ${problem}: put the key file back, or set PUNCTUAL_KEYS.`)
  const key = text.trim()
  try {
    createKeyring([key])
  } catch {
    throw new CliError(
      `The key file ${path} does not hold a key (32 bytes in base64url): restore the right one from a backup. It is not replaced, since every stored grant depends on it.`,
    )
  }
  return key
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown fault'
}
