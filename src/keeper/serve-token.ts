// Serves a caller a token that lives: the stored one, or a refreshed one. Waits for a provider that is away, within a
// bound.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Clock } from '../core/clock.ts'
import type { PunctualError } from '../core/errors.ts'
import { connectionNotFound } from '../core/not-found.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'
import type { KeepWarm } from './due.ts'
import { misconfigured, needsReconnect, unavailable } from './failures.ts'
import type { Journal } from './journal.ts'
import { untilChanged } from './lease.ts'
import type { RefreshResult } from './refresh-result.ts'
import type { JournalReplay } from './replay-journal.ts'
import type { SharedRefreshes } from './share-refresh.ts'

export interface TokenRequest {
  /** Milliseconds that the token must still live. A token that lives, but less, is served when the provider is away. */
  readonly minimumValidityMs: number
  /** The generation that the provider's API has refused; the served one will be newer. */
  readonly refused?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Returns the grant with a token that lives, refreshed if need be.
 *
 * @throws {PunctualError} `needs_reconnect`, `provider_unavailable`, `client_misconfigured`, `connection_not_found` or
 *   `store_unavailable`.
 */
export type ServeToken = (id: string, request: TokenRequest) => Promise<Grant>

/** Milliseconds that a caller without a live token waits for a provider that is away. */
const longestWaitMs = 30_000
const pollMs = 150
/** A grant in use is noted as used once an hour. */
const noteUseMs = 3_600_000

export interface ServeTokenDependencies {
  readonly grants: Pick<GrantRecords, 'changed' | 'get' | 'touch'>
  readonly journal: Pick<Journal, 'newer'>
  readonly replay: Pick<JournalReplay, 'ready'>
  readonly refreshes: SharedRefreshes
  readonly clock: Clock
  readonly keepWarm: KeepWarm
  readonly background: Pick<BackgroundWork, 'goesOn' | 'track'>
}

export function createServeToken(dependencies: ServeTokenDependencies): ServeToken {
  const { grants, journal, replay, refreshes, clock, keepWarm, background } = dependencies
  const read = createRead({ grants, journal })
  const refreshIfDue = createRefreshIfDue({ refreshes, keepWarm, background })

  return async (id, { minimumValidityMs, refused, signal }) => {
    await replay.ready()
    const began = clock.monotonic()
    const leftMs = () => Math.max(0, longestWaitMs - (clock.monotonic() - began))
    /** What the caller gets unless one more look finds a token: another process may have refreshed meanwhile. */
    let last: PunctualError | null = null
    for (let sleptMs = 0; ; ) {
      signal?.throwIfAborted()
      const grant = await read(id)
      const isUsable = grant.remaining > 0 && grant.generation !== refused
      if (isUsable && grant.remaining > minimumValidityMs) {
        if (grant.readAt - grant.usedAt > noteUseMs) background.track(grants.touch(id))
        return refreshIfDue(grant, leftMs(), signal)
      }
      if (last) throw last
      const result = await refreshes.wait(grant, leftMs(), signal)
      if (result?.kind === 'live') {
        if (result.grant.generation !== refused && mayBeTried(result)) return result.grant
        continue
      }
      if (result?.kind === 'gone') throw connectionNotFound()
      if (result?.kind === 'over') {
        // This caller may have come after a reconnection that the shared refresh has not seen.
        await read(id)
        continue
      }
      if (isUsable && (result === null || result.kind === 'client_refused' || result.why === 'away')) return grant
      if (result === null) {
        last = unavailable('timeout', 1000)
        continue
      }
      if (result.kind === 'client_refused') throw misconfigured(result.reason, result.waitMs)
      const waitMs = result.why === 'leased' ? Math.min(pollMs, Math.max(result.waitMs, 1)) : result.waitMs
      if (waitMs > Math.min(leftMs(), longestWaitMs - sleptMs)) {
        last = unavailable(result.reason, waitMs)
        continue
      }
      sleptMs += waitMs
      if (result.why === 'leased') await untilChanged({ grants, clock }, id, waitMs, signal)
      else await clock.sleep(waitMs, signal)
    }
  }
}

/** Returns a function that reads a grant that can be served or refreshed, from the store or from the journal. */
function createRead({
  grants,
  journal,
}: Pick<ServeTokenDependencies, 'grants' | 'journal'>): (id: string) => Promise<Grant> {
  return async (id) => {
    const held = journal.newer(id, -1)
    const stored = await grants.get(id).catch((error: unknown) => {
      if (held) return null
      throw error
    })
    const grant = held && (!stored || held.generation > stored.generation) ? held : stored
    if (!grant || grant.status === 'closing' || grant.status === 'closed') throw connectionNotFound()
    if (grant.status === 'over') throw needsReconnect(grant.reason ?? 'refused')
    return grant
  }
}

/**
 * Returns a function that refreshes a token that is due but still valid. If the process keeps running, the caller uses
 * the old token in the meantime. A process that may be suspended after its response refreshes first, so that no answer
 * of the provider is lost.
 */
function createRefreshIfDue({
  refreshes,
  keepWarm,
  background,
}: Pick<ServeTokenDependencies, 'refreshes' | 'keepWarm' | 'background'>) {
  return async (grant: Grant, ms: number, signal: AbortSignal | undefined): Promise<Grant> => {
    const { refreshAt, readAt, retryAt } = grant
    if (keepWarm === 'never' || refreshAt === null || refreshAt > readAt || retryAt > readAt) return grant
    if (background.goesOn()) {
      void refreshes.begin(grant)
      return grant
    }
    const result = await refreshes.wait(grant, ms, signal).catch(() => null)
    signal?.throwIfAborted()
    return result?.kind === 'live' && mayBeTried(result) ? result.grant : grant
  }
}

/**
 * Whether a token set may be served although its label says that it has ended: one that has just come is tried once,
 * since only the API knows whether it lives. One that has ended for longer has waited for a process that was away.
 */
function mayBeTried({ issued, grant }: Extract<RefreshResult, { kind: 'live' }>): boolean {
  return grant.remaining > (issued ? -60_000 : 0)
}
