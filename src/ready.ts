// What must hold before anything is served: the store can be used and is as this version needs it, the keys open what is
// stored, and the journal can be written. It runs a few statements and changes no record.

import type { Clock } from './core/clock.ts'
import { PunctualError } from './core/errors.ts'
import type { Reporter } from './core/reporter.ts'
import { missingOf, needsSentence } from './core/store/sealed.ts'
import { within } from './core/timeouts.ts'
import type { EscrowGuard } from './escrow.ts'
import type { JournalFiles } from './keeper/journal.ts'
import { unusable } from './keeper/journal-files.ts'
import type { LazyStore } from './lazy-store.ts'
import type { ConnectionRecords } from './records/connections.ts'

export interface ReadinessDependencies {
  readonly store: Pick<LazyStore, 'check' | 'sealed'>
  readonly connections: Pick<ConnectionRecords, 'list'>
  /** The ids of the keys at hand, once the store is open. */
  readonly keyIds: () => readonly string[]
  readonly reporter: Reporter
  readonly journal: JournalFiles
  /** `null`: there is no escrow. */
  readonly guard: Pick<EscrowGuard, 'ready'> | null
  readonly clock: Clock
}

/** @throws {PunctualError} `store_unavailable`; the reason says what is wrong, the message what to do. */
export async function assertUsable(dependencies: ReadinessDependencies): Promise<void> {
  const { store, journal } = dependencies
  await store.check()
  await assertHealed(dependencies)
  await assertKeys(dependencies)
  await journal.check?.().catch((cause: unknown) => {
    throw unusable('written', cause)
  })
  await journal.read().catch((cause: unknown) => {
    throw unusable('read', cause)
  })
}

/** Few rows are behind, as a rule. Where many are, the caller is told instead of kept. */
const healsWithinMs = 5000

async function assertHealed({ guard, clock }: Pick<ReadinessDependencies, 'guard' | 'clock'>): Promise<void> {
  const healing = guard?.ready()
  if (
    !healing ||
    (await within(
      clock,
      healsWithinMs,
      healing.then(() => true),
    )) !== null
  )
    return
  throw new PunctualError(
    'store_unavailable',
    'The database is being healed from its escrow: it is older than it was. Nothing is presented before that is done; ask again in a while.',
    { reason: 'not_healed', retryable: true },
  )
}

/** More values that need a missing key are not counted: SQLite counts these in 10 ms, and blocks the process meanwhile. */
export const mostCounted = 100_000

const remedy =
  'Put it into "keys" (PUNCTUAL_KEYS) after the first: the first seals, all open. If it is lost, its people have to connect again.'

/** Reports what needs a key that is not at hand. Where no token set opens at all, these are the keys of another database. */
async function assertKeys({ store, connections, keyIds, reporter }: ReadinessDependencies): Promise<void> {
  const counts = await store.sealed.count(keyIds(), mostCounted)
  const missing = missingOf(counts)
  if (missing.length === 0) return
  const needs = needsSentence(missing)
  const opens = counts.some(({ table, values }) => table === 'grants' && values === null)
  const isNeeded = missing.some(({ table }) => table === 'grants')
  if (isNeeded && !opens && (await connections.list({ status: 'active', limit: 1 })).connections.length > 0)
    throw new PunctualError(
      'store_unavailable',
      `The keys at hand do not open the tokens in this database. Put the key that sealed them into "keys" (PUNCTUAL_KEYS); to change the key, put the new one in front and keep the old one. At hand: ${keyIds().join(', ')}; ${needs}.`,
      { reason: 'unknown_key' },
    )
  const message = `Something stored does not open: ${needs}, and is not in "keys" (PUNCTUAL_KEYS). ${remedy} Everything else continues.`
  reporter.failed('keys', { code: 'value_unreadable', reason: 'unknown_key', message }, 'keys')
}
