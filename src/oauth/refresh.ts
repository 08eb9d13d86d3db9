// Builds and sends the request of RFC 6749, section 6. It decides nothing: whether a refresh token may be presented is decided in
// keeper/refresh.ts, the only file that uses this one.

import * as oauth from 'oauth4webapi'
import type { Client } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import { standardTokenResponse } from './answer.ts'
import { clientAuthentication, metadataOf } from './client-authentication.ts'
import { outcomeOf, type TokenOutcome } from './outcome.ts'
import { type RequestLimits, send, type Transport } from './transport.ts'

export type RefreshRequest = RequestLimits & {
  readonly refreshToken: Secret
  /** The scopes that the grant has. Default: not known. */
  readonly scopes?: readonly string[]
}

/**
 * Presents a refresh token, once.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 RFC 6749, section 6}
 */
export async function refresh(transport: Transport, client: Client, request: RefreshRequest): Promise<TokenOutcome> {
  const { refreshToken } = request
  const [server, self] = metadataOf(client)
  const authentication = clientAuthentication(client, client.provider.clientAuthentication)
  const outcome = await send(
    transport,
    {
      client,
      endpoint: client.provider.tokenEndpoint,
      secrets: [refreshToken],
      request: (options) =>
        oauth.refreshTokenGrantRequest(server, self, authentication, refreshToken.reveal(), options),
      standard: standardTokenResponse,
      read: (response) => oauth.processRefreshTokenResponse(server, self, response),
    },
    request,
  )
  return outcomeOf(outcome, request.scopes ?? [])
}
