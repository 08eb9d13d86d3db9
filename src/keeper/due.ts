// When a token set is refreshed. The time is drawn once, when the set is stored, so that grants that were connected at the
// same time drift apart. The cost follows the use of grants, not their number.

import { fraction, type Random } from '../core/clock.ts'
import type { Provider } from '../core/provider.ts'
import { longestSpans } from '../core/store/longest-spans.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Grant } from '../records/grants.ts'
import type { Schedule } from '../records/refreshed-set.ts'

/**
 * Which grants are refreshed before their access token ends. `used`: those used in the last day; `always`: all; `never`:
 * none. In any case an idle grant is refreshed often enough that its refresh token does not end.
 */
export type KeepWarm = 'used' | 'always' | 'never'

const dayMs = 86_400_000

/** Where the times are drawn from, and which grants are kept warm. */
export interface DueSettings {
  readonly random: Random
  readonly keepWarm: KeepWarm
}

/** Returns the schedule of a set that was asked for `elapsedMs` ago. */
export type Scheduler = (
  provider: Provider,
  answer: Pick<TokenAnswer, 'expiresInMs' | 'refreshToken'>,
  elapsedMs: number,
) => Schedule

export function createSchedule({ random, keepWarm }: DueSettings): Scheduler {
  return (provider, answer, elapsedMs) => {
    const lifetimeMs = answer.expiresInMs ?? provider.accessTokenLifetime * 1000
    const expiresInMs = Math.round(lifetimeMs - elapsedMs)
    if (!answer.refreshToken) return { expiresInMs, refreshInMs: null, dueInMs: null }
    const warmMs = Math.round(lifetimeMs * (0.85 - 0.15 * fraction(random)) - elapsedMs)
    const refreshInMs = keepWarm === 'never' ? idleAfterMs(random, provider) : Math.max(0, warmMs)
    return { expiresInMs, refreshInMs, dueInMs: soonest(refreshInMs) }
  }
}

/** The keeper looks at every such grant at least this often, so that it finds a time that was stored by a wrong clock. */
function soonest(ms: number | null): number | null {
  return ms === null ? null : Math.min(ms, longestSpans.due)
}

/** Returns what the keeper does with a grant that is due: `refresh` it, or look again later (`null`: when it is used). */
export function whenDue(
  { random, keepWarm }: DueSettings,
  provider: Provider,
  grant: Pick<Grant, 'readAt' | 'usedAt' | 'refreshAt' | 'outcomeUnknown'>,
): 'refresh' | { readonly lookInMs: number | null } {
  const earlyMs = (grant.refreshAt ?? 0) - grant.readAt
  // A set whose outcome is unknown is a fallback token set that has just been put in place, with the times of the set before it.
  if (earlyMs > 0 && !grant.outcomeUnknown) return { lookInMs: soonest(earlyMs) }
  const isIdle = keepWarm === 'used' && grant.readAt - grant.usedAt > dayMs
  if (!isIdle || provider.refreshTokenLifetime === null) return isIdle ? { lookInMs: null } : 'refresh'
  // Between 45 % and 50 % of the refresh token's life: Cal.com's 30 days give about every 14 to 15 days.
  const ageMs = grant.readAt - (grant.refreshAt ?? 0)
  if (ageMs >= provider.refreshTokenLifetime * 450) return 'refresh'
  return { lookInMs: soonest((idleAfterMs(random, provider) ?? 0) - ageMs) }
}

function idleAfterMs(random: Random, provider: Provider): number | null {
  if (provider.refreshTokenLifetime === null) return null
  return Math.round(provider.refreshTokenLifetime * (450 + 50 * fraction(random)))
}
