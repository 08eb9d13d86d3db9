// What a token endpoint's failure means for a grant: the grant is refused, the client is refused, or the provider is
// away.

import type { Provider } from '../core/provider.ts'
import { isDefinite } from '../oauth/answer.ts'
import type { AwayReason } from '../oauth/away.ts'
import type { TokenOutcome } from '../oauth/outcome.ts'
import type { Grant } from '../records/grants.ts'

export type Failure =
  /** The provider does not honour the refresh token. A second look decides whether the grant is over. */
  | { readonly kind: 'refused' }
  /** The client is refused. The circuit breaker finds out whether that is so for all of its grants. */
  | { readonly kind: 'client'; readonly code: string; readonly reason: string }
  /** No usable answer. */
  | {
      readonly kind: 'away'
      readonly harmless: boolean
      readonly reason: AwayReason
      readonly retryAfterMs: number | null
      /** Whether the provider refused with a code that no standard has. */
      readonly definite: boolean
    }

// RFC 6749, section 5.2. All but `invalid_grant` speak of the client or of how it asks.
const clientErrors = /^(invalid_client|unauthorized_client|invalid_request|unsupported_grant_type|invalid_scope)$/

/** Returns what a failed token request means: by the provider's definition, else by RFC 6749. */
export function classify(provider: Provider, outcome: Exclude<TokenOutcome, { kind: 'issued' }>): Failure {
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

const dayMs = 86_400_000

/**
 * Whether a grant that has just been refused once more, in words that no standard has, is over: it was refused so for
 * three days and at least twenty times, and its access token ended more than a day ago.
 */
export function isLastingRefusal({ refusals, refusedSince, readAt, remaining }: Grant): boolean {
  return refusals + 1 >= 20 && refusedSince !== null && readAt - refusedSince >= 3 * dayMs && remaining <= -dayMs
}
