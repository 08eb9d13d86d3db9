// The address that a browser is sent to for consent. What a definition adds never replaces a parameter of the protocol.

import { createHash } from 'node:crypto'
import type { Client } from '../core/provider.ts'

export interface AuthorizationRequest {
  readonly redirectUri: string
  readonly state: string
  readonly scopes: readonly string[]
  /** `null`: no code challenge is sent. */
  readonly codeVerifier: string | null
}

const ownedByTheProtocol = [
  'client_id',
  'response_type',
  'redirect_uri',
  'state',
  'scope',
  'code_challenge',
  'code_challenge_method',
]

/**
 * Builds the authorization URL.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 RFC 6749, section 4.1.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.3 RFC 7636, section 4.3}
 */
export function authorizationUrl(client: Client, request: AuthorizationRequest): URL {
  const url = new URL(client.provider.authorizationEndpoint)
  const query = url.searchParams
  for (const [name, value] of Object.entries(client.provider.authorizationParameters)) query.set(name, value)
  for (const name of ownedByTheProtocol) query.delete(name)
  query.set('client_id', client.clientId)
  query.set('response_type', 'code')
  query.set('redirect_uri', request.redirectUri)
  if (request.scopes.length > 0) query.set('scope', request.scopes.join(' '))
  query.set('state', request.state)
  if (request.codeVerifier !== null) {
    query.set('code_challenge', codeChallenge(request.codeVerifier))
    query.set('code_challenge_method', 'S256')
  }
  return url
}

/** RFC 7636, section 4.2. oauth4webapi's takes a job of another thread, which costs more than the digest. */
function codeChallenge(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}
