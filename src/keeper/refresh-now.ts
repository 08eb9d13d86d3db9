// Refreshes a grant because a person asks for it: by the same lease, pace and circuit breaker as ever, so it can spend no
// token that a refresh in the background would not spend.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { connectionNotFound } from '../core/not-found.ts'
import type { RefreshNowResult } from '../core/operator.ts'
import type { GrantRecords } from '../records/grants.ts'
import { outcomeOf, reasonOf } from './measured-refresh.ts'
import { createRead, type ReadDependencies, wholeOf } from './read-grant.ts'
import type { LiveResult, RefreshResult } from './refresh-result.ts'
import type { JournalReplay } from './replay-journal.ts'
import type { SharedRefreshes } from './share-refresh.ts'
import type { TokenTarget } from './token-request.ts'

/** @throws {PunctualError} `connection_not_found`, `store_unavailable`, or `client_misconfigured` for an unknown client. */
export type RefreshNow = (target: TokenTarget) => Promise<RefreshNowResult>

/** Milliseconds that the person waits. The refresh goes on. */
const longestWaitMs = 30_000

export interface RefreshNowDependencies extends ReadDependencies {
  readonly grants: Pick<GrantRecords, 'get' | 'ofConnection'>
  readonly replay: Pick<JournalReplay, 'ready'>
  readonly refreshes: SharedRefreshes
  readonly clock: Pick<Clock, 'monotonic' | 'now'>
  readonly background: Pick<BackgroundWork, 'follow'>
}

export function createRefreshNow(dependencies: RefreshNowDependencies): RefreshNow {
  const { grants, replay, refreshes, clock, background } = dependencies
  const read = createRead(dependencies)

  async function refresh(target: TokenTarget): Promise<RefreshNowResult> {
    await replay.ready()
    const seen = await read(target).catch((error: unknown) => overOf(error))
    if ('kind' in seen) return resultOf(seen)
    const whole = await wholeOf(grants, seen)
    // Another process has refreshed it in this very moment.
    if (!whole) return { outcome: 'current', reason: null, retryAfterMs: null, generation: null, expiresAt: null }
    const result = await refreshes.wait(whole, longestWaitMs)
    if (result?.kind === 'gone') throw connectionNotFound()
    return resultOf(result ?? { kind: 'later', why: 'away', waitMs: 1000, reason: 'timeout' })
  }

  function resultOf(result: RefreshResult): RefreshNowResult {
    const live = result.kind === 'live' ? result : null
    return {
      outcome: outcomeOf(result) as RefreshNowResult['outcome'],
      reason: reasonOf(result),
      retryAfterMs: 'waitMs' in result ? result.waitMs : null,
      generation: live?.grant.generation ?? null,
      expiresAt: live && expiryOf(live),
    }
  }

  const expiryOf = ({ grant, at }: LiveResult) => new Date(clock.now() + grant.remaining - (clock.monotonic() - at))

  return (target) => background.follow(refresh(target))
}

/** A grant that is over is the answer to the question, and no failure of it. */
function overOf(error: unknown): RefreshResult {
  if (error instanceof PunctualError && error.code === 'needs_reconnect' && error.reason)
    return { kind: 'over', reason: error.reason }
  throw error
}
