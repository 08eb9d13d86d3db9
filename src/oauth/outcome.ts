// What came of a token request, with the tokens wrapped as secrets the moment they are read.

import type * as oauth from 'oauth4webapi'
import { secret } from '../core/secret.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Away } from './away.ts'
import type { Refused } from './transport.ts'

/** What came of a token request. `sentAt` is the clock's time when the request was sent. */
export type TokenOutcome =
  | { readonly kind: 'issued'; readonly answer: TokenAnswer; readonly sentAt: number }
  | Refused
  | Away

/** Hands a token answer on in the words of the rest of the product. */
export function outcomeOf(
  outcome: { kind: 'answered'; result: oauth.TokenEndpointResponse; sentAt: number } | Refused | Away,
): TokenOutcome {
  if (outcome.kind !== 'answered') return outcome
  const { result, sentAt } = outcome
  // oauth4webapi lets DPoP-bound tokens through, which nobody here could present.
  if (result.token_type !== 'bearer') {
    return { kind: 'away', harmless: false, reason: 'unexpected', retryAfter: null, status: 200 }
  }
  return { kind: 'issued', answer: tokenAnswer(result), sentAt }
}

function tokenAnswer(json: oauth.TokenEndpointResponse): TokenAnswer {
  const { access_token, refresh_token, token_type: _, expires_in, scope, ...rest } = json
  const tokens = refresh_token === undefined ? [access_token] : [access_token, refresh_token]
  return Object.freeze({
    accessToken: secret(access_token),
    refreshToken: refresh_token === undefined ? null : secret(refresh_token),
    expiresIn: expires_in ?? null,
    scopes: scope === undefined ? null : Object.freeze(scope.split(' ').filter((name) => name !== '')),
    extra: Object.freeze(withoutTokens(rest, tokens)),
  })
}

/** Leaves out members that are named like a token or hold one of these. */
function withoutTokens(members: Readonly<Record<string, unknown>>, tokens: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).filter(([name, value]) => {
      const text = JSON.stringify(value)
      return !/token|secret/i.test(name) && !tokens.some((token) => text.includes(JSON.stringify(token).slice(1, -1)))
    }),
  )
}
