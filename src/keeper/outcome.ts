// What a token endpoint's answer means for a grant: four kinds of failure, four ways on.

import { fraction, type Random } from '../core/clock.ts'
import type { Provider } from '../core/provider.ts'
import type { Pace } from '../core/store.ts'
import type { TokenOutcome } from '../oauth/outcome.ts'

export type Verdict =
  | { readonly kind: 'issued' }
  /** The provider does not honour the refresh token. Whether the grant is over is for a second look to say. */
  | { readonly kind: 'refused' }
  /** Our client is refused: no grant of this client can be renewed, and none is to blame. */
  | { readonly kind: 'client'; readonly reason: string }
  /** No answer that counts. */
  | { readonly kind: 'away'; readonly harmless: boolean; readonly reason: string; readonly retryAfter: number | null }

// RFC 6749, section 5.2. All but `invalid_grant` speak of the client or of how it asks.
const clientErrors = /^(invalid_client|unauthorized_client|invalid_request|unsupported_grant_type|invalid_scope)$/

export function verdict(outcome: TokenOutcome): Verdict {
  if (outcome.kind === 'issued') return outcome
  if (outcome.kind === 'away') return outcome
  if (outcome.error === 'invalid_grant') return { kind: 'refused' }
  if (clientErrors.test(outcome.error)) return { kind: 'client', reason: outcome.description ?? outcome.error }
  return { kind: 'away', harmless: false, reason: 'unexpected', retryAfter: null }
}

/** Milliseconds before presentation number `failures + 1`: doubling from one second to a quarter of an hour, half of it drawn. */
export function backoff(random: Random, failures: number, retryAfter: number | null): number {
  const whole = Math.min(1000 * 2 ** Math.min(failures, 10), 900_000)
  return Math.max(Math.round(whole * (0.5 + 0.5 * fraction(random))), (retryAfter ?? 0) * 1000)
}

/**
 * The pace at which one grant's refresh token is presented: a short burst, then evenly, and never more than the
 * provider bears in any minute.
 */
export function paceOf(provider: Provider): Pace {
  const perMinute = Math.max(2, provider.tokenRequestsPerMinute)
  const steady = Math.max(1, Math.floor((perMinute * 3) / 8))
  return { interval: 60_000 / steady, burst: perMinute - steady }
}
