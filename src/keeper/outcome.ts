// What a token endpoint's answer means for a grant: four kinds of failure, four ways on.

import { fraction, type Random } from '../core/clock.ts'
import type { Provider } from '../core/provider.ts'
import type { Pace } from '../core/store/grants.ts'
import { isDefinite } from '../oauth/answer.ts'
import type { AwayReason } from '../oauth/away.ts'
import type { TokenOutcome } from '../oauth/outcome.ts'
import type { Grant } from '../records/grants.ts'

export type Verdict =
  | { readonly kind: 'issued' }
  /** The provider does not honour the refresh token. Whether the grant is over is for a second look to say. */
  | { readonly kind: 'refused' }
  /** The client is refused. Whether that is so for all of its grants is for the circuit breaker to find out. */
  | { readonly kind: 'client'; readonly code: string; readonly reason: string }
  /** No answer that counts. */
  | {
      readonly kind: 'away'
      readonly harmless: boolean
      readonly reason: AwayReason
      readonly retryAfterMs: number | null
      /** Whether it was a no, in words that nobody knows. */
      readonly definite: boolean
    }

// RFC 6749, section 5.2. All but `invalid_grant` speak of the client or of how it asks.
const clientErrors = /^(invalid_client|unauthorized_client|invalid_request|unsupported_grant_type|invalid_scope)$/

/** What an answer means: by the provider's definition, else by RFC 6749. */
export function verdict(provider: Provider, outcome: TokenOutcome): Verdict {
  if (outcome.kind === 'issued') return outcome
  if (outcome.kind === 'away' && !outcome.definite) return { ...outcome, definite: false }
  const error = outcome.kind === 'refused' ? outcome.error : null
  const description = outcome.kind === 'refused' ? outcome.description : null
  const status = outcome.status ?? 0
  const meaning = provider.tokenErrorMeaning({ status, error, description }) ?? standardMeaning(error)
  if (meaning === 'grant') return { kind: 'refused' }
  if (meaning === 'client') {
    return { kind: 'client', code: error ?? String(status), reason: description ?? error ?? 'unexpected' }
  }
  const definite = meaning === null && (isDefinite(status) || status < 300)
  return { kind: 'away', harmless: false, reason: 'unexpected', retryAfterMs: null, definite }
}

function standardMeaning(error: string | null): 'grant' | 'client' | null {
  if (error === null) return null
  if (error === 'invalid_grant') return 'grant'
  return clientErrors.test(error) ? 'client' : null
}

const day = 86_400_000

/**
 * Whether a grant whose renewal has just been refused once more, in words that nobody knows, is over: it was refused so for
 * three days and twenty times at least, and its access token ended more than a day ago.
 */
export function isLastingRefusal({ refusals, refusedSince, readAt, remaining }: Grant): boolean {
  return refusals + 1 >= 20 && refusedSince !== null && readAt - refusedSince >= 3 * day && remaining <= -day
}

/** Milliseconds before presentation number `failures + 1`: doubling from one second to a quarter of an hour, half of it drawn. */
export function backoff(random: Random, failures: number, retryAfterMs: number | null): number {
  const whole = Math.min(1000 * 2 ** Math.min(failures, 10), 900_000)
  return Math.max(Math.round(whole * (0.5 + 0.5 * fraction(random))), retryAfterMs ?? 0)
}

/**
 * The pace at which one grant's refresh token is presented: a short burst, then evenly, and never more than the
 * provider bears in any minute.
 */
export function paceOf(provider: Provider): Pace {
  const perMinute = Math.max(2, provider.tokenRequestsPerMinute)
  const steady = Math.max(1, Math.floor((perMinute * 3) / 8))
  return { intervalMs: 60_000 / steady, burst: perMinute - steady }
}
