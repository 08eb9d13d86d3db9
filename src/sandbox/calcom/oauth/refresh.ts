// Refreshes with a rotated refresh token at Cal.com. No verifier is required, and the scopes stay those of the grant.

import type { Exchange } from '../../http/exchange.ts'
import type { World } from '../../world/world.ts'
import { clientOf, type Fields, fail, type Outcome, whyClosed, whyUnproven } from './client-authentication.ts'
import { hasRow, issue, open, spendLegacy } from './tokens.ts'

/** `refresh_token`. No verifier is required, and the scopes stay those of the grant. */
export function refresh(world: World, exchange: Exchange, fields: Fields): Outcome {
  const client = clientOf(world, exchange, fields)
  if (client === null) return fail(401, 'invalid_client', 'client_not_found', 'no client has this client_id')
  const unproven = whyUnproven(client, fields)
  if (unproven !== null) return { failure: unproven }
  const presented = fields.get('refresh_token') ?? ''
  const claims = open(world, presented, 'Refresh Token', exchange.now)
  if (claims === null) {
    const why = 'the value is not a refresh token of this sandbox, or it is older than 30 days'
    return fail(400, 'invalid_grant', 'invalid_refresh_token', why)
  }
  exchange.note.account = claims.account
  if (claims.client !== client.id) {
    return fail(400, 'invalid_grant', 'client_id_mismatch', 'the refresh token was issued to another client')
  }
  const closed = whyClosed(client, claims.account)
  if (closed !== null) return { failure: closed }
  const isKnown =
    claims.secret === null ? spendLegacy(world, claims, presented) : hasRow(world.state, claims, exchange.now)
  if (!isKnown) {
    const why =
      'the refresh token no longer works: it was used, revoked, or replaced by another refresh of the same user and client'
    return fail(400, 'invalid_grant', 'refresh_token_revoked', why)
  }
  // A challenge is in the first refresh token alone.
  const { account, scopes } = claims
  return { tokens: issue(world, exchange.now, { client: client.id, account, scopes, challenge: null }, true) }
}
