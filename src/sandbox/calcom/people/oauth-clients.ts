// `GET /v2/auth/oauth2/clients/{id}`: what a client may know of a client.

import type { Answer } from '../../http/exchange.ts'
import { findClient } from '../../world/clients.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { errorEnvelope } from '../api/errors.ts'
import { success } from '../api/success.ts'

/** The endpoints of this resource. */
export const oauthClientRoutes: readonly CalcomRoute[] = [
  {
    method: 'GET',
    path: '/v2/auth/oauth2/clients/:clientId',
    guard: 'token',
    scope: null,
    versions: 'any',
    answer: readClient,
  },
]

function readClient({ world, exchange, params }: CalcomCall): Answer {
  const client = findClient(world.state.clients, 'calcom', params.clientId ?? null)
  if (client === null) {
    const message = 'unauthorized_client'
    const why = 'no client has this id'
    return errorEnvelope(exchange, { status: 404, code: 'HttpException', message, details: message, why })
  }
  const redirectUris = client.redirectUris === 'loopback' ? [] : client.redirectUris
  return success({
    client_id: client.id,
    redirect_uris: redirectUris,
    redirect_uri: redirectUris[0] ?? null,
    name: client.name,
    logo: null,
    is_trusted: client.trusted === true,
    client_type: client.confidential ? 'CONFIDENTIAL' : 'PUBLIC',
  })
}
