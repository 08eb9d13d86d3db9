// Whether the keys open what is stored: by the id that each sealed value carries, and by opening a few token sets with
// each key. Key ids are no secret; no key is printed.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { systemRandom } from '../../../core/clock.ts'
import { createGrantRecords } from '../../../records/grants.ts'
import type { Inspection } from '../../../store/sql/inspection.ts'
import { createVault } from '../../../vault/cipher.ts'
import type { KeyProvider } from '../../../vault/key-provider.ts'
import { createKeyring, type Keyring } from '../../../vault/keyring.ts'
import { isPostgres } from '../../settings/database.ts'
import { keyFromFile, keysOf } from '../../settings/keys.ts'
import { openKeyFiles } from '../../settings/secret-files.ts'
import { type Check, type Place, problemWith } from './check.ts'
import { counted, type Finding, ofOpenFile, ok, together, unknown, wrong } from './finding.ts'

/** Of each column, so many values are counted. */
export const mostCounted = 1_000_000

const makeOne = `node -p "require('node:crypto').randomBytes(32).toString('base64url')"`

export function keysCheck({ read, database }: Pick<Place, 'read' | 'database'>): Check {
  return {
    id: 'keys',
    async run() {
      const problem = problemWith(read, 'PUNCTUAL_KEYS', 'PUNCTUAL_KEYS_COMMAND', 'PUNCTUAL_KEYS_FILE')
      if (problem !== null)
        return wrong(
          problem,
          `One of PUNCTUAL_KEYS, PUNCTUAL_KEYS_COMMAND and PUNCTUAL_KEYS_FILE says which keys there are. PUNCTUAL_KEYS holds keys of 32 bytes in base64url (43 characters), separated by commas. Make one with: ${makeOne}`,
        )
      const found = await readKeys(read.settings)
      if ('finding' in found) return found.finding
      const ring = createKeyring(found.keys)
      const looked = await database.look()
      const alone = (finding: Finding) => together([...found.remarks, finding], ok(''))
      if (looked.kind === 'closed')
        return alone(unknown('the database cannot be opened (see store). The keys themselves have the right form.'))
      if (looked.kind === 'absent') return alone(ok(`${counted(ring.ids.length, 'key')}. Nothing is stored yet.`))
      const schema = await looked.inspection.schema()
      if (schema.kind !== 'ours' || schema.missing.length > 0)
        return alone(
          schema.kind === 'empty'
            ? ok(`${counted(ring.ids.length, 'key')}. Nothing is stored yet.`)
            : unknown('the database does not have the schema of this version (see schema).'),
        )
      return alone(await judge(looked.inspection, ring, found.place))
    },
  }
}

type Found =
  | { readonly keys: readonly string[]; readonly place: string; readonly remarks: readonly Finding[] }
  | { readonly finding: Finding }

/** Reads the key file only if it exists: the first start makes it, and this changes nothing. */
async function readKeys(settings: Place['read']['settings']): Promise<Found> {
  const { keys, keyProvider, data, database } = settings
  if (keys !== null) return { keys, place: 'PUNCTUAL_KEYS', remarks: [] }
  if (keyProvider !== null) return ofProvider(settings, keyProvider)
  const path = resolve(data, 'key')
  if (!existsSync(path)) return { finding: withoutKeyFile(path, database) }
  try {
    const key = keyFromFile(data, database)
    return { keys: [key], place: path, remarks: openKeyFiles(settings).map(ofOpenFile) }
  } catch (error) {
    return { finding: wrong((error as Error).message, `Restore ${path} from a backup, or set PUNCTUAL_KEYS.`) }
  }
}

/** Runs the command once more, as a start does. */
async function ofProvider(settings: Place['read']['settings'], provider: KeyProvider): Promise<Found> {
  const isFile = 'file' in provider
  try {
    const keys = await keysOf(settings)
    const place = isFile ? 'PUNCTUAL_KEYS_FILE' : 'PUNCTUAL_KEYS_COMMAND'
    return { keys, place, remarks: openKeyFiles(settings).map(ofOpenFile) }
  } catch (error) {
    const fix = isFile
      ? 'Make it a file that this user can read, with one key on each line: 32 bytes in base64url or base64. For what a program prints there is PUNCTUAL_KEYS_COMMAND.'
      : 'Run the command yourself, as this user: it must print one key on each line, 32 bytes in base64url or base64, and nothing else.'
    return { finding: wrong((error as Error).message, fix) }
  }
}

function withoutKeyFile(path: string, database: string): Finding {
  if (isPostgres(database))
    return wrong(
      `PUNCTUAL_KEYS is not set and there is no key file ${path}. A Postgres database is shared, so its keys are not made by a start.`,
      `Set PUNCTUAL_KEYS to the same keys on every replica. Make the first one with: ${makeOne}`,
    )
  if (!existsSync(database)) return ok(`There is no key yet. The first start makes ${path}.`)
  return wrong(
    `The database ${resolve(database)} exists, and its key file ${path} is missing. Without the key no connection can be opened.`,
    'Restore the key file from a backup, or set PUNCTUAL_KEYS. Without the key, every person has to connect again.',
  )
}

async function judge(inspection: Inspection, ring: Keyring, place: string): Promise<Finding> {
  const counts = await inspection.tables.sealed.count([], mostCounted)
  const whole = counts.every(({ isWhole }) => isWhole)
  const needed = new Map<string, number>()
  for (const { key, values } of counts) needed.set(key, (needed.get(key) ?? 0) + (values ?? 0))
  const total = [...needed.values()].reduce((sum, values) => sum + values, 0)
  const absent = [...needed].filter(([key]) => key !== '' && !ring.ids.includes(key))
  const some = whole ? '' : ` Of each column at most ${mostCounted} values were counted.`
  if (absent.length > 0) {
    const lacking = absent.reduce((sum, [, values]) => sum + values, 0)
    const names = absent.map(([key, values]) => `${key} (${counted(values, 'value')})`).join(', ')
    const isAll = lacking === total
    return wrong(
      isAll
        ? `None of the ${counted(total, 'sealed value')} opens: they need the key ${names}, and ${place} has ${ring.ids.join(', ')}. The database belongs to other keys.${some}`
        : `${lacking} of ${counted(total, 'sealed value')} do not open: they need the key ${names}, which is not in ${place}.${some}`,
      isAll
        ? `Set PUNCTUAL_KEYS to the keys of this database, or PUNCTUAL_DATABASE to the database of these keys.`
        : `Add that key to PUNCTUAL_KEYS after the first one: the first seals, all open.`,
    )
  }
  const damaged = await damagedOf(inspection, ring, needed)
  if (damaged !== null) return damaged
  const unused = whole ? ring.ids.slice(1).filter((id) => !needed.has(id)) : []
  const rest =
    unused.length === 0 ? '' : ` Nothing needs the key ${unused.join(', ')}: it is new, or it can be removed.`
  const state = (id: string) => (id === ring.current ? 'seals' : 'retired')
  const each = ring.ids.flatMap((id) => (needed.has(id) ? [`${id}, ${state(id)}: ${needed.get(id)}`] : []))
  return ok(
    total === 0
      ? `${counted(ring.ids.length, 'key')}. Nothing sealed is stored yet.`
      : `The keys open what is stored (${counted(total, 'value')}; ${each.join('; ')}).${rest}${some}`,
  )
}

/** Opens a few token sets with each key: an id may be right and the value damaged. */
async function damagedOf(
  inspection: Inspection,
  ring: Keyring,
  needed: ReadonlyMap<string, number>,
): Promise<Finding | null> {
  const unsealed = needed.get('') ?? 0
  if (unsealed > 0)
    return wrong(
      `${counted(unsealed, 'value')} in the database ${unsealed === 1 ? 'is' : 'are'} not sealed as Punctual seals: damaged, or written by something else.`,
      'Restore the database from a backup. Everything else goes on meanwhile.',
    )
  const { openSealed } = createGrantRecords({
    store: inspection.tables,
    vault: createVault(ring, systemRandom),
  })
  for (const id of ring.ids.filter((one) => needed.has(one)))
    for (const { grant, sealed } of await inspection.setsOf(id)) {
      try {
        openSealed(grant, sealed)
      } catch {
        return wrong(
          `The token set of the grant ${grant} does not open, although its key ${id} is there: the row was moved, cut or changed.`,
          'Restore it from a backup, or let its owner connect again. Everything else goes on meanwhile.',
        )
      }
    }
  return null
}
