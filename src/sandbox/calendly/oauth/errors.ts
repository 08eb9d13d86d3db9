// The errors of Calendly's authorization server, byte for byte. Sources: docs/providers/calendly.md.

import { type Answer, type Exchange, jsonAnswer, refused } from '../../http/exchange.ts'
import type { Switches } from '../../world/switches.ts'

/** The texts of the authorization server. One text for all causes of `invalid_grant`. */
export const texts = {
  invalid_grant:
    'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  invalid_client:
    'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
  unsupported_grant_type: 'The authorization grant type is not supported by the authorization server.',
  invalid_scope: 'The requested scope is invalid, unknown, or malformed.',
  two_mechanisms: 'The request utilizes more than one mechanism for authenticating the client.',
  access_denied: 'The resource owner or authorization server denied the request.',
  invalid_redirect_uri: "The requested redirect URI is malformed or doesn't match the client redirect URI.",
  unsupported_response_type: 'The authorization server does not support this response type.',
  challenge_required: 'Code challenge is required.',
  invalid_code_challenge_method: 'The code_challenge_method must be S256.',
  revoke: 'You are not authorized to revoke this token',
} as const

/** Keeps an answer of the token endpoint out of caches. */
export const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' } as const

/** The text for a parameter that is not there. */
export function missing(parameter: string): string {
  return `Missing required parameter: ${parameter}.`
}

/** An error of the token endpoint; `why` is for the person, and never says more than the journal may hold. */
export function tokenError(
  exchange: Exchange,
  switches: Switches,
  { status = 400, error, description, why }: { status?: number; error: string; description: string; why: string },
): Answer {
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  if (switches.calendlyTokenErrorChallenge) {
    headers['www-authenticate'] = `Bearer realm="Doorkeeper", error="${error}", error_description="${description}"`
  }
  return refused(exchange, why, jsonAnswer(status, { error, error_description: description }, headers))
}

/** `invalid_client`, 401. */
export function invalidClient(exchange: Exchange, switches: Switches, why: string): Answer {
  return tokenError(exchange, switches, {
    status: 401,
    error: 'invalid_client',
    description: texts.invalid_client,
    why,
  })
}

/** `invalid_grant`, 400. */
export function invalidGrant(exchange: Exchange, switches: Switches, why: string): Answer {
  return tokenError(exchange, switches, { error: 'invalid_grant', description: texts.invalid_grant, why })
}

/** `invalid_request`, 400, for a parameter that is not there. */
export function missingParameter(exchange: Exchange, switches: Switches, parameter: string): Answer {
  const description = missing(parameter)
  const why = `the parameter ${parameter} is missing`
  return tokenError(exchange, switches, { error: 'invalid_request', description, why })
}
