// Serves a caller a token that lives: one that was read a moment ago, the stored one, or a refreshed one. Waits for a
// provider that is away, within a bound.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { connectionNotFound } from '../core/not-found.ts'
import { within } from '../core/timeouts.ts'
import type { GrantRecords, ServedGrant } from '../records/grants.ts'
import type { KeepWarm } from './due.ts'
import { misconfigured, unavailable } from './failures.ts'
import { untilChanged } from './lease.ts'
import { createRead, isWhole, type ReadDependencies, wholeOf } from './read-grant.ts'
import type { LiveResult, RefreshResult } from './refresh-result.ts'
import type { JournalReplay } from './replay-journal.ts'
import type { SharedRefreshes } from './share-refresh.ts'
import type { TokenMemory } from './token-memory.ts'
import type { ServedToken, TokenRequest, TokenTarget } from './token-request.ts'

/**
 * Returns a token that lives, refreshed if need be.
 *
 * @throws {PunctualError} `needs_reconnect`, `provider_unavailable`, `client_misconfigured`, `connection_not_found`
 *   (also for a connection that has been disconnected while its grant lives on for another) or `store_unavailable`.
 */
export type ServeToken = (target: TokenTarget, request: TokenRequest) => Promise<ServedToken>

/** Milliseconds that a caller without a live token waits for a provider that is away. */
const longestWaitMs = 30_000
const pollMs = 150
/** A grant in use is noted as used once an hour. */
const noteUseMs = 3_600_000

export interface ServeTokenDependencies extends ReadDependencies {
  readonly grants: Pick<GrantRecords, 'changed' | 'get' | 'ofConnection' | 'touch'>
  readonly memory: Pick<TokenMemory, 'beforeRead' | 'get'>
  readonly replay: Pick<JournalReplay, 'ready'>
  readonly refreshes: SharedRefreshes
  readonly clock: Clock
  readonly keepWarm: KeepWarm
  readonly background: Pick<BackgroundWork, 'follow' | 'goesOn' | 'track'>
}

export function createServeToken(dependencies: ServeTokenDependencies): ServeToken {
  const { grants, memory, replay, refreshes, clock, keepWarm, background } = dependencies
  const read = createRead(dependencies)
  const refreshIfDue = createRefreshIfDue(dependencies)
  const isDue = ({ refreshAt, readAt, retryAt }: ServedGrant) =>
    keepWarm !== 'never' && refreshAt !== null && refreshAt <= readAt && retryAt <= readAt
  const served = ({ generation, scopes, open }: ServedGrant, leftMs: number): ServedToken => ({
    generation,
    scopes,
    expiresAt: clock.now() + leftMs,
    open,
  })

  const serveResult = createServeResult({ clock, read, served })

  async function serve(
    target: TokenTarget,
    { minimumValidityMs, refused, signal }: TokenRequest,
  ): Promise<ServedToken> {
    const began = clock.monotonic()
    const leftMs = () => Math.max(0, longestWaitMs - (clock.monotonic() - began))
    /** What the caller gets unless one more look finds a token: another process may have refreshed meanwhile. */
    let last: PunctualError | null = null
    const loading = replay.ready()
    if (loading && (await within(clock, longestWaitMs, loading, signal)) === null) throw unavailable('timeout', 1000)
    for (let sleptMs = 0; ; ) {
      signal?.throwIfAborted()
      const remember = memory.beforeRead()
      const readFrom = clock.monotonic()
      const grant = await read(target)
      // A process may be suspended while it reads, or waits.
      const remaining = () => grant.remaining - (clock.monotonic() - readFrom)
      const isUsable = () => remaining() > 0 && grant.generation !== refused
      if (isUsable() && remaining() > minimumValidityMs) {
        if (grant.readAt - grant.usedAt > noteUseMs) background.track(grants.touch(grant.id))
        if (isDue(grant)) {
          const result = await refreshIfDue(grant, leftMs(), signal)
          const newest = result?.kind === 'live' ? await serveResult(target, result, refused) : null
          if (newest) return newest
          if (!isUsable()) continue
        }
        const token = served(grant, remaining())
        if (!isWhole(grant)) remember(target, grant, token)
        return token
      }
      if (last) throw last
      const whole = await wholeOf(grants, grant)
      if (!whole) continue
      const result = await refreshes.wait(whole, leftMs(), signal)
      if (result?.kind === 'live') {
        const token = await serveResult(target, result, refused)
        if (token) return token
        continue
      }
      if (result?.kind === 'gone') throw connectionNotFound()
      if (result?.kind === 'over') {
        // This caller may have come after a reconnection that the shared refresh has not seen.
        await read(target)
        continue
      }
      if (isUsable() && (result === null || result.kind === 'client_refused' || result.why === 'away'))
        return served(grant, remaining())
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
      if (result.why === 'leased') await untilChanged({ grants, clock }, target.grant, waitMs, signal)
      else await clock.sleep(waitMs, signal)
    }
  }

  return (target, request) => {
    const known = request.signal?.aborted ? null : memory.get(target, request)
    return known ? Promise.resolve(known) : background.follow(serve(target, request))
  }
}

/**
 * Returns a function that refreshes a token that is due but still valid; `null`: in the background, or not at all. If the
 * process keeps running, the caller uses the old token in the meantime. A process that may be suspended after its
 * response refreshes first, so that no answer of the provider is lost.
 */
function createRefreshIfDue({
  grants,
  refreshes,
  background,
}: Pick<ServeTokenDependencies, 'grants' | 'refreshes' | 'background'>) {
  return async (grant: ServedGrant, ms: number, signal: AbortSignal | undefined): Promise<RefreshResult | null> => {
    if (background.goesOn()) {
      background.track(beginRefresh(grant).catch(() => {}))
      return null
    }
    const result = await waitForRefresh(grant, ms, signal).catch(() => null)
    signal?.throwIfAborted()
    return result
  }

  async function beginRefresh(grant: ServedGrant): Promise<void> {
    const whole = await wholeOf(grants, grant)
    if (whole) await refreshes.begin(whole)
  }

  async function waitForRefresh(
    grant: ServedGrant,
    ms: number,
    signal: AbortSignal | undefined,
  ): Promise<RefreshResult | null> {
    const whole = await wholeOf(grants, grant)
    return whole && refreshes.wait(whole, ms, signal)
  }
}

/** Returns a function that serves what a refresh has brought; `null`: that has ended, or is the refused set. */
function createServeResult({
  clock,
  read,
  served,
}: {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly read: (target: TokenTarget) => Promise<unknown>
  readonly served: (grant: ServedGrant, leftMs: number) => ServedToken
}) {
  return async (target: TokenTarget, { grant, issued, at }: LiveResult, refused: number | undefined) => {
    // The caller may have read the connection long ago, or not at all while the store was away: it may have ended.
    await read(target).catch((error: unknown) => {
      if (!(error instanceof PunctualError && error.code === 'store_unavailable')) throw error
    })
    const leftMs = grant.remaining - (clock.monotonic() - at)
    return grant.generation !== refused && mayBeTried(issued, leftMs) ? served(grant, leftMs) : null
  }
}

/**
 * Whether a token set that has so much left may be served: one that has just been issued is tried once even if its label
 * says that it has ended, since only the API knows whether it lives. One that has ended for longer has waited for a
 * process that was away.
 */
function mayBeTried(issued: boolean, leftMs: number): boolean {
  return leftMs > (issued ? -60_000 : 0)
}
