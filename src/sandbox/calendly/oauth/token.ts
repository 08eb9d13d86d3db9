// Calendly's token endpoint: checks what both grants have in common. The grant's own file does the rest.
// Check and commit are one synchronous step. The limit of tokens a minute is checked before anything is spent.

import type { Answer, Exchange } from '../../http/exchange.ts'
import type { World } from '../../world/world.ts'
import { authenticate } from './client-authentication.ts'
import { missingParameter, texts, tokenError } from './errors.ts'
import { exchangeCode } from './exchange-code.ts'
import { readParameters } from './parameters.ts'
import { refresh } from './refresh.ts'

/** `POST /oauth/token`. */
export function token(world: World, exchange: Exchange): Answer {
  const { switches } = world.state
  const parameters = readParameters(exchange)
  const grantType = parameters.get('grant_type')
  if (!grantType) return missingParameter(exchange, switches, 'grant_type')
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    const why = 'grant_type is neither authorization_code nor refresh_token'
    return tokenError(exchange, switches, {
      error: 'unsupported_grant_type',
      description: texts.unsupported_grant_type,
      why,
    })
  }
  exchange.note.grantType = grantType
  const wanted = grantType === 'refresh_token' ? 'refresh_token' : 'code'
  if (!parameters.get(wanted)) return missingParameter(exchange, switches, wanted)
  const authenticated = authenticate(world.state, exchange, parameters)
  if ('refusal' in authenticated) return authenticated.refusal
  const serve = grantType === 'refresh_token' ? refresh : exchangeCode
  return serve(world, exchange, authenticated.client, parameters)
}
