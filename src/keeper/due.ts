// When a token set is to be renewed. The time is drawn once, when the set is stored, so that a herd of grants that
// were connected together drifts apart; cost follows use, not stock.

import { fraction, type Random } from '../core/clock.ts'
import type { Provider } from '../core/provider.ts'
import { longestSpans } from '../core/store/longest-spans.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Grant, Schedule } from '../records/grants.ts'

/**
 * Which grants are renewed before they end. `used`: those used in the last day; `always`: all; `never`: none. Whatever
 * it says, an idle grant is renewed so often that its refresh token does not end.
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

/** The keeper looks at every grant that it is to renew at all so often that a time which was stored wrongly is found. */
function soonest(ms: number | null): number | null {
  return ms === null ? null : Math.min(ms, longestSpans.due)
}

/** What the keeper does with a grant that is due: `renew` it, or look again in that many ms (`null`: when it is used). */
export function whenDue(
  { random, keepWarm }: DueSettings,
  provider: Provider,
  grant: Pick<Grant, 'readAt' | 'usedAt' | 'refreshAt' | 'outcomeUnknown'>,
): 'refresh' | { readonly lookInMs: number | null } {
  const early = (grant.refreshAt ?? 0) - grant.readAt
  // A set in doubt is a spare that has just been put in place, with the times of the set before it.
  if (early > 0 && !grant.outcomeUnknown) return { lookInMs: soonest(early) }
  const idle = keepWarm === 'used' && grant.readAt - grant.usedAt > dayMs
  if (!idle || provider.refreshTokenLifetime === null) return idle ? { lookInMs: null } : 'refresh'
  // Between 45 % and 50 % of the refresh token's life: Cal.com's 30 days give about every 14 to 15 days.
  const age = grant.readAt - (grant.refreshAt ?? 0)
  if (age >= provider.refreshTokenLifetime * 450) return 'refresh'
  return { lookInMs: soonest((idleAfterMs(random, provider) ?? 0) - age) }
}

function idleAfterMs(random: Random, provider: Provider): number | null {
  if (provider.refreshTokenLifetime === null) return null
  return Math.round(provider.refreshTokenLifetime * (450 + 50 * fraction(random)))
}
