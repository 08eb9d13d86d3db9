// The background job of the keeper: refreshes the grants of one client that are due, a few at a time, until none is left.
// It claims only what it can soon begin. So a client whose provider hangs delays no other client's grants, and the rest of
// what is due stays there for other processes.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Clock, Random } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'
import { type KeepWarm, whenDue } from './due.ts'
import { createPlaces, type Places } from './places.ts'
import type { RefreshResult } from './refresh-result.ts'
import type { JournalReplay } from './replay-journal.ts'
import type { SharedRefreshes } from './share-refresh.ts'

/** Milliseconds for which a grant that one process has claimed is hidden from the others. */
const hideForMs = 60_000
/** Refreshes in a row that the provider left without tokens, after which the rest waits for the next round. */
const mostFailures = 10

export interface RefreshDueDependencies {
  readonly settings: {
    readonly clock: Pick<Clock, 'monotonic'>
    readonly random: Random
    readonly keepWarm: KeepWarm
    readonly refreshConcurrency: number
  }
  readonly grants: Pick<GrantRecords, 'get' | 'postpone' | 'takeDue'>
  readonly replay: Pick<JournalReplay, 'ready'>
  readonly refreshes: SharedRefreshes
  readonly background: Pick<BackgroundWork, 'stopping' | 'track'>
  /** Records that the background could not work on. */
  readonly aside: SetAside
}

/** One round for one client. Resolves when the last of its due grants is being refreshed; `stop` waits for those. */
export type RefreshDue = (client: Client) => Promise<void>

export function createRefreshDue(dependencies: RefreshDueDependencies): RefreshDue {
  const { settings, grants, replay, background } = dependencies
  const { clock, refreshConcurrency } = settings
  const refreshOne = createRefreshOne(dependencies)
  const placesOf = new Map<string, Places>()

  return async (client) => {
    await replay.ready()
    const places = placesOf.get(client.id) ?? createPlaces(refreshConcurrency)
    placesOf.set(client.id, places)
    let failures = 0
    const goesOn = () => failures < mostFailures && !background.stopping().aborted

    /** Refreshes a grant in the place that was taken for it. */
    async function refreshInPlace(id: string): Promise<void> {
      const result = await refreshOne(client, id).finally(places.leave)
      if (result !== null) failures = isFailure(result) ? failures + 1 : 0
    }

    for (let claimed = refreshConcurrency; claimed === refreshConcurrency && goesOn(); ) {
      const claimedAt = clock.monotonic()
      const ids = await grants.takeDue(client.id, refreshConcurrency, hideForMs)
      claimed = ids.length
      for (const id of ids) {
        await places.take()
        if (goesOn() && clock.monotonic() - claimedAt < hideForMs) {
          background.track(refreshInPlace(id))
          continue
        }
        // The rest of this claim is due again when its minute has passed: then this process claims it again, or another.
        places.leave()
        break
      }
    }
  }
}

/** Whether the provider was asked in vain, or is not asked at present. */
function isFailure(result: RefreshResult): boolean {
  return result.kind === 'client_refused' || (result.kind === 'later' && result.why === 'away')
}

/**
 * Returns a function that refreshes one grant that was due; `null` where it was not presented. It never rejects: a grant
 * that fails is set aside.
 */
function createRefreshOne({
  settings,
  grants,
  refreshes,
  aside,
}: RefreshDueDependencies): (client: Client, id: string) => Promise<RefreshResult | null> {
  async function refresh(client: Client, grant: Grant | null): Promise<RefreshResult | null> {
    if (grant?.status !== 'live') return null
    const plan = whenDue(settings, client.provider, grant)
    if (plan !== 'refresh') {
      await grants.postpone(grant.id, grant.generation, plan.lookInMs)
      return null
    }
    const result = await refreshes.begin(grant)
    if (result.kind === 'client_refused') await grants.postpone(grant.id, grant.generation, result.waitMs)
    return result.kind === 'later' && result.why === 'leased' ? null : result
  }

  return async (client, id) => {
    const record = `grant ${id}`
    let grant: Grant | null = null
    if (aside.has(record)) return null
    try {
      grant = await grants.get(id)
      const result = await refresh(client, grant)
      aside.delete(record)
      return result
    } catch (error) {
      const isPassing = error instanceof PunctualError && error.retryable
      const pauseMs = aside.add(isPassing ? 'the refresh of grants that are due' : record, error)
      if (grant && !isPassing) await grants.postpone(id, grant.generation, pauseMs).catch(() => {})
      return null
    }
  }
}
