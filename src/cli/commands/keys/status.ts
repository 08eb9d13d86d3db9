// `punctual keys status`: which keys are at hand, and how much of what is stored was sealed with each. The database is only
// looked at, and no key is shown: an id is not secret.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { SealedCount } from '../../../core/store/sealed.ts'
import type { Inspection } from '../../../store/sql/inspection.ts'
import { createKeyring } from '../../../vault/keyring.ts'
import { mostCounted } from '../../doctor/checks/keys.ts'
import { createLook, type Looked } from '../../doctor/probes/database.ts'
import { assertExists } from '../../operating/with-punctual.ts'
import { CliError } from '../../output/cli-error.ts'
import { type Column, createListing, type Output } from '../../output/listing.ts'
import { keysOf } from '../../settings/keys.ts'
import type { Settings } from '../../settings/settings.ts'
import { keysInEscrow } from './escrow.ts'
import { keysInJournal } from './journal.ts'

/** `seals`: new values are sealed with it. `opens`: it is at hand, and retired. `missing`: values need it, and it is not at hand. */
interface KeyStatus {
  readonly key: string
  readonly state: 'seals' | 'opens' | 'missing'
  /** Whether it only opens: each key behind the first. */
  readonly retired: boolean
  /** Whether nothing needs it, so that it can be removed. */
  readonly removable: boolean
  readonly values: number
  /** By table. */
  readonly tables: Readonly<Record<string, number>>
  /** Whether `values` is all of them. */
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
  { head: 'what it is', of: meaningOf },
]

function meaningOf({ state, removable, key }: KeyStatus): string {
  if (key === notSealed) return 'damaged, or written by something else'
  if (state === 'seals') return 'seals what is new'
  if (state === 'missing') return 'put it back behind the first'
  return removable ? 'nothing needs it: new, or retired and can be removed' : 'retired: still needed'
}

const notSealed = 'not sealed'

/** It ends with 1 if a key is missing. */
export async function keysStatus(settings: Settings, output: Output): Promise<void> {
  assertExists(settings.database)
  const ids = await idsAtHand(settings)
  const database = createLook(settings.database)
  try {
    const { tables } = await inspected(await database.look())
    const counts = await tables.sealed.count([], mostCounted)
    const byKey = new Map<string, Record<string, number>>(ids.map((id) => [id, {}]))
    const add = (key: string, table: string, values: number) => byKey.set(key, { ...byKey.get(key), [table]: values })
    for (const { table, key, values } of counts) add(key, table, values ?? 0)
    const identity = await tables.identity()
    if (settings.escrow !== null)
      for (const [key, values] of await keysInEscrow(settings.escrow, identity)) add(key, 'escrow', values)
    for (const [key, values] of await keysInJournal(settings, identity)) add(key, 'journal', values)
    const listing = createListing(columns, output)
    for (const [key, own] of byKey) listing.add(statusOf(key, own, ids, counts))
    listing.end('There is no key at hand, and nothing that is sealed.')
  } finally {
    await database.close()
  }
}

async function inspected(looked: Looked): Promise<Inspection> {
  if (looked.kind !== 'open') throw new CliError(looked.kind === 'closed' ? looked.sentence : 'There is no database.')
  const schema = await looked.inspection.schema()
  if (schema.kind === 'ours' && schema.missing.length + schema.unknown.length === 0) return looked.inspection
  throw new CliError('The database does not have the schema of this version: punctual doctor says more.')
}

function statusOf(
  key: string,
  tables: Readonly<Record<string, number>>,
  ids: readonly string[],
  counts: readonly SealedCount[],
): KeyStatus {
  const state = key === ids[0] ? 'seals' : ids.includes(key) ? 'opens' : 'missing'
  if (state === 'missing') process.exitCode = 1
  const values = Object.values(tables).reduce((sum, one) => sum + one, 0)
  const whole = counts.every((count) => count.key !== key || count.isWhole)
  const retired = state === 'opens'
  const removable = retired && values === 0
  return { key: key === '' ? notSealed : key, state, retired, removable, values, tables, whole }
}

/** None where the key file is missing: which key the values need is then shown all the same. */
async function idsAtHand(settings: Settings): Promise<readonly string[]> {
  const { keys, keyProvider, data } = settings
  const areThere = keys !== null || keyProvider !== null || existsSync(join(data, 'key'))
  return areThere ? createKeyring(await keysOf(settings)).ids : []
}
