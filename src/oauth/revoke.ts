// Asks the provider to end a token, in the way its definition says, and returns the outcome.

import * as oauth from 'oauth4webapi'
import type { Client } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import { standardRevocationResponse } from './answer.ts'
import { clientAuthentication, metadataOf } from './client-authentication.ts'
import { send, type Transport, tokenRequestDeadlineMs } from './transport.ts'

export interface RevocationRequest {
  readonly token: Secret
  readonly hint: 'access_token' | 'refresh_token'
}

/** `unsupported`: the provider cannot. `refused`: it refused. `unavailable`: it may or may not have done it. */
export type RevocationOutcome =
  | { readonly revoked: true }
  | { readonly revoked: false; readonly reason: 'unsupported' | 'refused' | 'unavailable'; readonly detail: string }

/**
 * Revokes a token.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7009 RFC 7009}
 */
export async function revoke(
  transport: Transport,
  client: Client,
  request: RevocationRequest,
): Promise<RevocationOutcome> {
  const { token, hint } = request
  const { revocation, title } = client.provider
  if (!revocation) return { revoked: false, reason: 'unsupported', detail: `${title} has no way to revoke a token` }
  const [server, self] = metadataOf(client)
  const authentication = clientAuthentication(client, revocation.clientAuthentication)
  const additionalParameters: Record<string, string> = revocation.typeHint ? { token_type_hint: hint } : {}
  const outcome = await send(
    transport,
    {
      client,
      endpoint: revocation.endpoint,
      secrets: [token],
      request: (options) =>
        oauth.revocationRequest(server, self, authentication, token.reveal(), { ...options, additionalParameters }),
      standard: standardRevocationResponse,
      read: (response) => oauth.processRevocationResponse(response),
    },
    { deadlineMs: tokenRequestDeadlineMs },
  )
  if (outcome.kind === 'answered') return { revoked: true }
  if (outcome.kind === 'away') return { revoked: false, reason: 'unavailable', detail: outcome.reason }
  const { error, description } = outcome
  // RFC 7009, section 2.2, has status 200 for a token that is no longer honoured; some servers call it an error.
  if (error === 'invalid_token' || error === 'invalid_grant') return { revoked: true }
  return { revoked: false, reason: 'refused', detail: description === null ? error : `${error}: ${description}` }
}
