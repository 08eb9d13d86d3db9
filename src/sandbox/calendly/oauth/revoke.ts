// Calendly's revocation endpoint. An unknown token gets the same answer as a revoked one.

import { type Answer, type Exchange, jsonAnswer, refused } from '../../http/exchange.ts'
import type { World } from '../../world/world.ts'
import { authenticate } from './client-authentication.ts'
import { missingParameter, texts } from './errors.ts'
import { readParameters } from './parameters.ts'
import { findToken, revoke as revokeToken } from './tokens.ts'

/** `POST /oauth/revoke`. */
export function revoke(world: World, exchange: Exchange): Answer {
  const parameters = readParameters(exchange)
  const authenticated = authenticate(world.state, exchange, parameters)
  if ('refusal' in authenticated) {
    return authenticated.refusal.status === 400 ? authenticated.refusal : forbidden(exchange, exchange.note.why ?? '')
  }
  const presented = parameters.get('token')
  if (!presented) return missingParameter(exchange, world.state.switches, 'token')
  const found = findToken(world, presented)
  if (found === null) return jsonAnswer(200, {})
  exchange.note.account = found.row.account
  if (found.row.client !== authenticated.client.id) return forbidden(exchange, 'the token was issued to another client')
  revokeToken(world, found, exchange.now)
  return jsonAnswer(200, {})
}

function forbidden(exchange: Exchange, why: string): Answer {
  return refused(exchange, why, jsonAnswer(403, { error: 'unauthorized_client', error_description: texts.revoke }))
}
