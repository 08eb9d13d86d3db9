// The outcome of a token request, with the tokens wrapped as secrets the moment they are read.

import type * as oauth from 'oauth4webapi'
import { secret } from '../core/secret.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Away } from './away.ts'
import type { Refused } from './transport.ts'

/** The outcome of a token request. `sentAt` is the monotonic clock's time when the request was sent. */
export type TokenOutcome =
  | { readonly kind: 'issued'; readonly answer: TokenAnswer; readonly sentAt: number }
  | Refused
  | Away

/** Returns a token answer in the words of the rest of the product. `asked`: the scopes that were asked for. */
export function outcomeOf(
  outcome: { kind: 'answered'; result: oauth.TokenEndpointResponse; sentAt: number } | Refused | Away,
  asked: readonly string[],
): TokenOutcome {
  if (outcome.kind !== 'answered') return outcome
  const { result, sentAt } = outcome
  // oauth4webapi accepts DPoP-bound tokens, which Punctual cannot present.
  if (result.token_type !== 'bearer') {
    return { kind: 'away', harmless: false, reason: 'unexpected', retryAfterMs: null, status: 200 }
  }
  return { kind: 'issued', answer: tokenAnswer(result, asked), sentAt }
}

function tokenAnswer(json: oauth.TokenEndpointResponse, asked: readonly string[]): TokenAnswer {
  const { access_token, refresh_token, token_type: _, expires_in, scope, ...rest } = json
  const tokens = refresh_token === undefined ? [access_token] : [access_token, refresh_token]
  return Object.freeze({
    accessToken: secret(access_token),
    refreshToken: refresh_token === undefined ? null : secret(refresh_token),
    expiresInMs: expires_in === undefined ? null : expires_in * 1000,
    scopes: scope === undefined ? null : Object.freeze(scopesOf(scope, asked)),
    extra: Object.freeze(withoutTokens(rest, tokens)),
  })
}

/**
 * The scopes of an answer, with spaces between them: RFC 6749, section 3.3. Some servers write commas; a comma may also
 * be a part of a scope, so it separates only where that gives exactly what was asked for.
 */
function scopesOf(text: string, asked: readonly string[]): string[] {
  const named = (separators: RegExp) => text.split(separators).filter((name) => name !== '')
  const scopes = named(/ /)
  if (scopes.every((name) => asked.includes(name))) return scopes
  const separate = new Set(named(/[ ,]/))
  const exact = separate.size === new Set(asked).size && asked.every((name) => separate.has(name))
  return exact ? [...separate] : scopes
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
