// `punctual keys status`: which keys are at hand, and how much of what is stored was sealed with each. The database is only
// looked at, and no key is shown: an id is not secret.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createKeyring } from '../../../vault/keyring.ts'
import { createLook, type Looked } from '../../doctor/probes/database.ts'
import { assertExists } from '../../operating/with-punctual.ts'
import { CliError } from '../../output/cli-error.ts'
import { type Column, createListing, type Output } from '../../output/listing.ts'
import { keyFromFile } from '../../settings/keys.ts'
import type { Settings } from '../../settings/settings.ts'
import { keysInEscrow } from './escrow.ts'

/** `seals`: new values are sealed with it. `opens`: it is at hand. `missing`: values need it, and it is not at hand. */
interface KeyStatus {
  readonly key: string
  readonly state: 'seals' | 'opens' | 'missing'
  readonly values: number
  /** By table. */
  readonly tables: Readonly<Record<string, number>>
  /** Whether `values` is all of them: of each column up to 20,000 are looked at. */
  readonly whole: boolean
}

const columns: readonly Column<KeyStatus>[] = [
  { head: 'key', of: ({ key }) => key },
  { head: 'state', of: ({ state }) => state },
  { head: 'values', of: ({ values, whole }) => `${values}${whole ? '' : ' or more'}` },
  {
    head: 'in',
    of: ({ tables }) =>
      Object.entries(tables)
        .map((one) => one.join(' '))
        .join(', '),
    mayCut: true,
  },
]

/** It ends with 1 if a key is missing. */
export async function keysStatus(settings: Settings, output: Output): Promise<void> {
  assertExists(settings.database)
  const ids = idsAtHand(settings)
  const database = createLook(settings.database)
  try {
    const looked = await database.look()
    const { counts, whole } = await sealedCounts(looked)
    const byKey = new Map<string, Record<string, number>>(ids.map((id) => [id, {}]))
    for (const { table, key, values } of counts) {
      const tables = byKey.get(key) ?? {}
      byKey.set(key, { ...tables, [table]: (tables[table] ?? 0) + values })
    }
    for (const [key, values] of await escrowCounts(settings, looked))
      byKey.set(key, { ...byKey.get(key), escrow: values })
    const listing = createListing(columns, output)
    for (const [key, tables] of byKey) {
      const state = key === ids[0] ? 'seals' : ids.includes(key) ? 'opens' : 'missing'
      if (state === 'missing') process.exitCode = 1
      const values = Object.values(tables).reduce((sum, one) => sum + one, 0)
      listing.add({ key: key === '' ? 'not sealed' : key, state, values, tables, whole })
    }
    listing.end('There is no key at hand, and nothing that is sealed.')
  } finally {
    await database.close()
  }
}

/** None where the key file is missing: which key the values need is then shown all the same. */
function idsAtHand({ keys, data, database }: Settings): readonly string[] {
  if (keys !== null) return createKeyring(keys).ids
  return existsSync(join(data, 'key')) ? createKeyring([keyFromFile(data, database)]).ids : []
}

async function escrowCounts({ escrow }: Settings, looked: Looked): Promise<ReadonlyMap<string, number>> {
  if (escrow === null || looked.kind !== 'open') return new Map()
  return keysInEscrow(escrow, await looked.inspection.tables.identity())
}

async function sealedCounts(looked: Looked) {
  if (looked.kind !== 'open') throw new CliError(looked.kind === 'closed' ? looked.sentence : 'There is no database.')
  const schema = await looked.inspection.schema()
  if (schema.kind === 'ours' && schema.missing.length + schema.unknown.length === 0)
    return looked.inspection.sealedCounts()
  throw new CliError('The database does not have the schema of this version: punctual doctor says more.')
}
