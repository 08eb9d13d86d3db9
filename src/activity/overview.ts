// What needs a person, and how things stand. While the store is away, what this process knows is shown.

import { PunctualError } from '../core/errors.ts'
import type { ClientOverview, Overview } from '../core/operator.ts'
import type { Store } from '../core/store/store.ts'
import { judge, type StoreFailure } from './attention.ts'
import { readSituation, type SituationDependencies, type StoredSituation } from './situation.ts'

export interface OverviewDependencies extends SituationDependencies {
  readonly store: SituationDependencies['store'] & Pick<Store, 'check' | 'ping'>
  /** `size`: how many refreshed token sets the journal of this process keeps. */
  readonly journal: { size(): number }
  readonly notes: { storeFailure(): StoreFailure | null; storeWorked(): void }
}

export function createOverview(dependencies: OverviewDependencies): () => Promise<Overview> {
  const { store, clients, clock, journal, notes } = dependencies
  let started: Date | null = null
  /** Since when the overview could not be read. */
  let failedSince: Date | null = null

  return async () => {
    const at = new Date(clock.now())
    started ??= new Date(at.getTime() - process.uptime() * 1000)
    const runningSince = started
    try {
      // A failure of a while ago may be over, and one of writing is not seen by reading.
      if (notes.storeFailure()) await store.ping().then(notes.storeWorked)
      // A database that was copied to another one can be read and written, and nothing in it is refreshed any more.
      await store.check()
      const { counted, ...situation } = await readSituation(dependencies)
      const attention = judge({ ...situation, at, storeFailure: null, journaled: journal.size() })
      const { connections, events } = counted
      failedSince = null
      return Object.freeze<Overview>({ at, runningSince, attention, connections, clients: situation.clients, events })
    } catch (error) {
      if (!(error instanceof PunctualError) || error.code !== 'store_unavailable') throw error
      failedSince ??= notes.storeFailure()?.since ?? at
      const storeFailure = { since: failedSince, reason: error.reason ?? null, message: error.message }
      const attention = judge({ ...nothing, at, storeFailure, journaled: journal.size() })
      const unknown = Object.fromEntries([...clients.keys()].map((client) => [client, unread]))
      return Object.freeze<Overview>({ at, runningSince, attention, connections: null, clients: unknown, events: null })
    }
  }
}

const unread: ClientOverview = { health: null, since: null, reason: null, recent: { answered: 0, unanswered: 0 } }

const nothing: StoredSituation = {
  tallies: { call: [], refresh: [], webhook: [], dispatch: [] },
  clients: {},
  connections: {},
  brokenSince: {},
  events: { dead: 0, oldestPendingMs: null, deadSince: null },
  errors: [],
  brokenWebhooks: [],
  refusals: [],
  clockAheadMs: 0,
  missingKeys: [],
}
