// Calendly's introspection endpoint. Only `active` is certain; a token of another client is simply not active.

import { type Answer, type Exchange, jsonAnswer } from '../../http/exchange.ts'
import { findAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import { organizationUri, userUri } from '../resources/uris.ts'
import { authenticate } from './client-authentication.ts'
import { invalidClient, missingParameter } from './errors.ts'
import { readParameters } from './parameters.ts'
import { findToken } from './tokens.ts'

/** `POST /oauth/introspect`. */
export function introspect(world: World, exchange: Exchange): Answer {
  const { switches } = world.state
  const parameters = readParameters(exchange)
  const authenticated = authenticate(world.state, exchange, parameters)
  if ('refusal' in authenticated) return authenticated.refusal
  const { client } = authenticated
  if (!client.confidential && !switches.calendlyNativeMayIntrospect) {
    return invalidClient(exchange, switches, 'a native client may not introspect')
  }
  const presented = parameters.get('token')
  if (!presented) return missingParameter(exchange, switches, 'token')
  const found = findToken(world, presented)
  if (found === null || found.row.client !== client.id) return jsonAnswer(200, { active: false })
  const { row, kind } = found
  exchange.note.account = row.account
  const active =
    kind === 'access' ? row.accessRevokedAt === null && exchange.now < row.expiresAt : row.refreshRevokedAt === null
  const account = findAccount(world.state.accounts, 'calendly', row.account)
  if (!active || account?.provider !== 'calendly') return jsonAnswer(200, { active: false })
  const fewer = kind === 'refresh' && switches.calendlyIntrospectRefreshToken === 'fewer'
  return jsonAnswer(200, {
    active: true,
    scope: row.scopes.join(' '),
    client_id: row.client,
    ...(fewer ? {} : { token_type: 'Bearer', exp: Math.floor(row.expiresAt / 1000) }),
    iat: Math.floor(row.createdAt / 1000),
    owner: userUri(world, row.account),
    organization: organizationUri(world, account.organization),
  })
}
