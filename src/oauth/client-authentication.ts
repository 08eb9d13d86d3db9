// How a client proves itself: by exactly one mechanism in each request. A client with a secret never names itself twice.

import * as oauth from 'oauth4webapi'
import type { Client, ClientAuthentication } from '../core/provider.ts'

/**
 * Returns the client authentication of a request to the token or revocation endpoint.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749, section 2.3.1}
 */
export function clientAuthentication(client: Client, method: ClientAuthentication): oauth.ClientAuth {
  if (!client.clientSecret) return oauth.None()
  const secret = client.clientSecret.reveal()
  switch (method) {
    case 'client_secret_post':
      return oauth.ClientSecretPost(secret)
    case 'client_secret_basic':
      return oauth.ClientSecretBasic(secret)
    case 'client_secret_basic_raw':
      // For servers that compare the two halves without decoding them, against the RFC.
      return (_server, { client_id }, _body, headers) => {
        headers.set('authorization', `Basic ${Buffer.from(`${client_id}:${secret}`).toString('base64')}`)
      }
  }
}

/** Returns the client's provider and the client as oauth4webapi describes them. */
export function metadataOf({ provider, clientId }: Client): [oauth.AuthorizationServer, oauth.Client] {
  return [
    {
      issuer: provider.issuer,
      authorization_endpoint: provider.authorizationEndpoint,
      token_endpoint: provider.tokenEndpoint,
      ...(provider.revocation && { revocation_endpoint: provider.revocation.endpoint }),
    },
    { client_id: clientId },
  ]
}
