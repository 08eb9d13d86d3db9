// What must hold before anything is served: the store can be used and is as this version needs it, the keys open what is
// stored, and the journal can be written. It runs a few statements and changes no record.

import type { Clock } from './core/clock.ts'
import { PunctualError } from './core/errors.ts'
import { within } from './core/timeouts.ts'
import type { EscrowGuard } from './escrow.ts'
import type { JournalFiles } from './keeper/journal.ts'
import { unusable } from './keeper/journal-files.ts'
import type { LazyStore } from './lazy-store.ts'
import type { ConnectionRecords } from './records/connections.ts'
import type { GrantRecords } from './records/grants.ts'

export interface ReadinessDependencies {
  readonly store: Pick<LazyStore, 'check'>
  readonly connections: Pick<ConnectionRecords, 'list'>
  readonly grants: Pick<GrantRecords, 'get'>
  readonly journal: JournalFiles
  /** `null`: there is no escrow. */
  readonly guard: Pick<EscrowGuard, 'ready'> | null
  readonly clock: Clock
}

/** ConnectionRecords whose tokens are tried. */
const sampleSize = 5

/** @throws {PunctualError} `store_unavailable`; the reason says what is wrong, the message what to do. */
export async function assertUsable(dependencies: ReadinessDependencies): Promise<void> {
  const { store, connections, grants, journal } = dependencies
  await store.check()
  await assertHealed(dependencies)
  await assertKeys(connections, grants)
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

/** One that opens is enough: a damaged record, or one of an old key, stops no other. */
async function assertKeys(
  connections: Pick<ConnectionRecords, 'list'>,
  grants: Pick<GrantRecords, 'get'>,
): Promise<void> {
  let wrong: unknown = null
  for (const { grant } of (await connections.list({ status: 'active', limit: sampleSize })).connections) {
    try {
      ;(await grants.get(grant))?.open()
      return
    } catch (error) {
      if (!(error instanceof PunctualError)) throw error
      if (error.reason === 'unknown_key') wrong = error
      else if (error.code === 'store_unavailable') throw error
    }
  }
  if (wrong)
    throw new PunctualError(
      'store_unavailable',
      'The keys at hand do not open the tokens in this database. Put the key that sealed them into "keys"; to change the key, put the new one in front and keep the old one.',
      { reason: 'unknown_key', cause: wrong },
    )
}
