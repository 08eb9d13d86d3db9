// The background job of the keeper: refreshes the grants that are due, for each client a few at a time.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Random } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'
import { createConcurrencyLimit } from './concurrency-limit.ts'
import { type KeepWarm, whenDue } from './due.ts'
import type { Journal } from './journal.ts'
import type { JournalReplay } from './replay-journal.ts'
import type { SharedRefreshes } from './share-refresh.ts'

/** Refreshes under way at once for one client. */
const concurrency = 8
const batch = 100
/** Due grants that one process has claimed and not yet refreshed. */
const mostPending = 1000
/** Milliseconds for which a grant that one process has claimed is hidden from the others. */
const hideForMs = 60_000

export interface RefreshDueDependencies {
  readonly grants: Pick<GrantRecords, 'get' | 'postpone' | 'takeDue'>
  readonly clients: ReadonlyMap<string, Client>
  readonly random: Random
  readonly keepWarm: KeepWarm
  readonly journal: Pick<Journal, 'size'>
  readonly replay: Pick<JournalReplay, 'now' | 'ready'>
  readonly refreshes: SharedRefreshes
  readonly background: Pick<BackgroundWork, 'stopping' | 'track'>
  /** Records that the background could not work on. */
  readonly aside: SetAside
}

/**
 * Returns the job. It resolves with the number of grants that were due, as soon as their refreshes are under way: a provider
 * that hangs delays no other's grants.
 */
export function createRefreshDue(dependencies: RefreshDueDependencies): () => Promise<number> {
  const { grants, journal, replay, background } = dependencies
  const refreshOne = createRefreshOne(dependencies)
  let pending = 0

  return async () => {
    await replay.ready()
    if (journal.size() > 0) await replay.now()
    let count = 0
    while (pending < mostPending && !background.stopping().aborted) {
      const ids = await grants.takeDue(batch, hideForMs)
      count += ids.length
      pending += ids.length
      for (const id of ids) background.track(refreshOne(id).finally(() => pending--))
      if (ids.length < batch) break
    }
    return count
  }
}

/** Returns a function that refreshes one due grant. It never rejects: a grant that fails is set aside. */
function createRefreshOne(dependencies: RefreshDueDependencies): (id: string) => Promise<void> {
  const { grants, clients, random, keepWarm, refreshes, background, aside } = dependencies
  const limit = createConcurrencyLimit(concurrency)

  async function refresh(grant: Grant | null): Promise<void> {
    const client = grant && clients.get(grant.client)
    if (!grant || !client || grant.status !== 'live') return
    const plan = whenDue({ random, keepWarm }, client.provider, grant)
    if (plan !== 'refresh') return void (await grants.postpone(grant.id, grant.generation, plan.lookInMs))
    const result = await limit(client.id, async () => (background.stopping().aborted ? null : refreshes.begin(grant)))
    if (result?.kind === 'client_refused') await grants.postpone(grant.id, grant.generation, result.waitMs)
  }

  return async (id) => {
    const record = `grant ${id}`
    let grant: Grant | null = null
    if (aside.has(record)) return
    try {
      grant = await grants.get(id)
      await refresh(grant)
      aside.delete(record)
    } catch (error) {
      const isPassing = error instanceof PunctualError && error.retryable
      const pauseMs = aside.add(isPassing ? 'the refresh of grants that are due' : record, error)
      if (grant && !isPassing) await grants.postpone(id, grant.generation, pauseMs).catch(() => {})
    }
  }
}
