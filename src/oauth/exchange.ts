// Presents an authorization code for a token set. Speaks the protocol and decides nothing.

import * as oauth from 'oauth4webapi'
import type { Client } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import { standardTokenResponse } from './answer.ts'
import { clientAuthentication, metadataOf } from './client-authentication.ts'
import { outcomeOf, type TokenOutcome } from './outcome.ts'
import { type RequestLimits, send, type Transport } from './transport.ts'

export type CodeExchange = RequestLimits & {
  /** The same as in the authorization request, character for character. */
  readonly redirectUri: string
  readonly code: Secret
  /** `null`: the authorization request had no code challenge. */
  readonly codeVerifier: Secret | null
  /** The scopes that the authorization request asked for. Default: not known. */
  readonly scopes?: readonly string[]
}

/**
 * Exchanges an authorization code. The caller must have checked state and issuer of the callback.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 RFC 6749, section 4.1.3}
 */
export async function exchange(transport: Transport, client: Client, request: CodeExchange): Promise<TokenOutcome> {
  const { redirectUri, code, codeVerifier } = request
  const [server, self] = metadataOf(client)
  const authentication = clientAuthentication(client, client.provider.clientAuthentication)
  const callback = oauth.validateAuthResponse(
    server,
    self,
    new URLSearchParams({ code: code.reveal() }),
    oauth.expectNoState,
  )
  const verifier = codeVerifier?.reveal() ?? oauth.nopkce
  const outcome = await send(
    transport,
    {
      client,
      endpoint: client.provider.tokenEndpoint,
      secrets: [code, codeVerifier],
      request: (options) =>
        oauth.authorizationCodeGrantRequest(server, self, authentication, callback, redirectUri, verifier, options),
      standard: standardTokenResponse,
      read: (response) => oauth.processAuthorizationCodeResponse(server, self, response),
    },
    request,
  )
  return outcomeOf(outcome, request.scopes ?? [])
}
