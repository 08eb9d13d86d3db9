// The database: reachable, with the right user, writable, with room. Nothing that is written for it stays.

import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { whyNoRoom } from '../../../store/sqlite/inspection.ts'
import { isPostgres } from '../../settings/database.ts'
import { meaningOfCode } from '../words/network-errors.ts'
import { type Check, type Place, problemWith } from './check.ts'
import { type Finding, ok, wrong } from './finding.ts'

export function storeCheck({ read, database }: Pick<Place, 'read' | 'database'>): Check {
  return {
    id: 'store',
    async run() {
      const problem = problemWith(read, 'PUNCTUAL_DATABASE')
      if (problem !== null)
        return wrong(problem, 'Set PUNCTUAL_DATABASE to a path, or to postgres://user:password@host:5432/database.')
      const { database: name, data, keys, keyProvider } = read.settings
      const looked = await database.look()
      if (looked.kind === 'absent') return absent(resolve(name), data, keys === null && keyProvider === null)
      if (looked.kind === 'closed') return wrong(looked.sentence, fixOf(looked.reason, name))
      const { where } = looked.inspection
      const why = await looked.inspection.whyNotWritable()
      if (why !== null)
        return wrong(
          why,
          'Give this user write access to the database, or room, as the sentence says; then run this again.',
        )
      return ok(`${where} can be read and written.`)
    },
  }
}

/** Before the first start there is no file. With its key there, the file has been moved or removed. */
function absent(path: string, data: string, usesKeyFile: boolean): Finding {
  const keyFile = resolve(data, 'key')
  if (usesKeyFile && existsSync(keyFile))
    return wrong(
      `There is no database at ${path}, although its key file ${keyFile} is there: the database was moved or removed, or the command runs in another folder.`,
      'Bring the file back, or set PUNCTUAL_DATABASE to where it is. To start from nothing, move the key file away too.',
    )
  const folder = nearestFolder(dirname(path))
  try {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const found = meaningOfCode(code)
    return wrong(
      `There is no database at ${path}, and it cannot be made: ${folder} ${found?.what ?? `cannot be used (${code})`}.`,
      found?.fix ?? 'Name another folder in PUNCTUAL_DATA.',
    )
  }
  const noRoom = whyNoRoom(folder)
  if (noRoom !== null) return wrong(noRoom, 'Make room, or set PUNCTUAL_DATA to a folder on another disk.')
  const missing = folder === dirname(path) ? '' : `, with the folder ${dirname(path)}, which does not exist either`
  return ok(`There is no database at ${path} yet. The first start makes it${missing}.`)
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path))
}

const fixes: Readonly<Record<string, string>> = {
  '28P01':
    'Correct user and password in PUNCTUAL_DATABASE. Special characters in them are percent-encoded: "@" is %40, "/" is %2F, "#" is %23.',
  '28000': 'Correct user and password in PUNCTUAL_DATABASE, or allow this user and host in pg_hba.conf.',
  '3D000': 'Create the database (createdb), or correct its name at the end of PUNCTUAL_DATABASE.',
  ECONNREFUSED: 'Start Postgres, or correct host and port in PUNCTUAL_DATABASE.',
  ENOTFOUND: 'Correct the host in PUNCTUAL_DATABASE. In a container, localhost is the container itself.',
  EAI_AGAIN: "Correct the host in PUNCTUAL_DATABASE, or this machine's DNS.",
  pg_missing: 'Run: npm install pg',
  no_connection: 'Check that host and port are right and that no firewall stops the way, or allow more connections.',
  '53300': 'Allow more connections on the server, or put a pooler in front of it.',
  SQLITE_NOTADB: 'Set PUNCTUAL_DATABASE to a SQLite file of Punctual, or move that file away.',
  SQLITE_CORRUPT: 'Stop the service, keep a copy of the file, and restore it from a backup.',
  SQLITE_FULL: 'Make room on that disk. Refreshed tokens wait in the journal of the service until then.',
  SQLITE_BUSY: 'End the process that holds the lock, or run this again.',
  EISDIR: 'Set PUNCTUAL_DATABASE to a file in that folder.',
  invalid_argument:
    'Set PUNCTUAL_DATABASE to postgres://user:password@host:5432/database. Special characters of the password are percent-encoded.',
}

function fixOf(reason: string, name: string): string {
  const known = Object.hasOwn(fixes, reason) ? fixes[reason] : undefined
  if (known !== undefined) return known
  const place = isPostgres(name) ? 'PUNCTUAL_DATABASE' : join(name)
  return (
    meaningOfCode(reason)?.fix ??
    `Correct what the sentence says about ${isPostgres(name) ? place : `the file ${place}`}.`
  )
}
