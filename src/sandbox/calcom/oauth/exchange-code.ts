// The two grants of Cal.com, behind both generations of its token endpoint: the order of their checks.
// Invariant: a wrong secret or redirect URI leaves the code; looking the code up deletes it, whatever follows.

import type { Exchange } from '../../http/exchange.ts'
import { firstDifference } from '../../http/exchange.ts'
import type { Client } from '../../world/clients.ts'
import { findClient, isRegistered } from '../../world/clients.ts'
import { challengeOf, digest, sameDigest } from '../../world/seal.ts'
import type { CodeRow } from '../../world/state.ts'
import type { World } from '../../world/world.ts'
import type { CalcomTokens } from './tokens.ts'
import { hasRow, issue, open, takeLegacy } from './tokens.ts'

/** Why there are no tokens. */
export interface Failure {
  status: number
  error: string
  reason: string
  why: string
}

type Outcome = { tokens: CalcomTokens } | { failure: Failure }
type Fields = ReadonlyMap<string, string>

/** `authorization_code`. The address is checked before the secret, and not at all when it is empty. */
export function exchangeCode(world: World, exchange: Exchange, fields: Fields): Outcome {
  const client = clientOf(world, exchange, fields)
  if (client === null) return fail(401, 'invalid_client', 'client_not_found', 'no client has this client_id')
  const redirectUri = fields.get('redirect_uri') ?? ''
  if (redirectUri !== '' && !isRegistered(client, redirectUri)) {
    const why =
      client.redirectUris === 'loopback'
        ? 'redirect_uri is not an http address on this machine'
        : `redirect_uri ${firstDifference(redirectUri, client.redirectUris)}`
    return fail(400, 'invalid_grant', 'redirect_uri_mismatch', why)
  }
  const unproven = whyUnproven(client, fields)
  if (unproven !== null) return { failure: unproven }
  const taken = takeCode(world, exchange, client, fields.get('code') ?? '')
  if ('failure' in taken) return taken
  const { code } = taken
  exchange.note.account = code.account
  const closed = whyClosed(client, code.account)
  if (closed !== null) return { failure: closed }
  const wrong = wrongVerifier(client, code.challenge, fields.get('code_verifier') ?? '')
  if (wrong !== null) return { failure: wrong }
  const { account, scopes, challenge } = code
  return { tokens: issue(world, exchange.now, { client: client.id, account, scopes, challenge }, false) }
}

/** `refresh_token`. No verifier is asked for, and the scopes stay those of the grant. */
export function renew(world: World, exchange: Exchange, fields: Fields): Outcome {
  const client = clientOf(world, exchange, fields)
  if (client === null) return fail(401, 'invalid_client', 'client_not_found', 'no client has this client_id')
  const unproven = whyUnproven(client, fields)
  if (unproven !== null) return { failure: unproven }
  const presented = fields.get('refresh_token') ?? ''
  const claims = open(world, presented, 'Refresh Token', exchange.now)
  if (claims === null) {
    const why = 'this is no refresh token of this sandbox, or it is older than 30 days'
    return fail(400, 'invalid_grant', 'invalid_refresh_token', why)
  }
  exchange.note.account = claims.account
  if (claims.client !== client.id) {
    return fail(400, 'invalid_grant', 'client_id_mismatch', 'the refresh token was issued to another client')
  }
  const closed = whyClosed(client, claims.account)
  if (closed !== null) return { failure: closed }
  const isKnown =
    claims.secret === null ? takeLegacy(world, claims, presented) : hasRow(world.state, claims, exchange.now)
  if (!isKnown) {
    const why = 'the refresh token is gone: used, taken back, or ended by another refresh of the same user and client'
    return fail(400, 'invalid_grant', 'refresh_token_revoked', why)
  }
  // A challenge is in the first refresh token alone.
  const { account, scopes } = claims
  return { tokens: issue(world, exchange.now, { client: client.id, account, scopes, challenge: null }, true) }
}

function clientOf(world: World, exchange: Exchange, fields: Fields): Client | null {
  const client = findClient(world.state.clients, 'calcom', fields.get('client_id') ?? null)
  if (client !== null) exchange.note.client = client.id
  return client
}

/** A public client has nothing to prove. */
function whyUnproven(client: Client, fields: Fields): Failure | null {
  if (!client.confidential) return null
  const secret = fields.get('client_secret')
  const presented = digest(secret ?? '')
  if (secret && client.secretDigests.some((one) => sameDigest(one, presented))) return null
  const why = secret ? 'the client secret is wrong' : 'no client secret was sent, and this client is confidential'
  return { status: 401, error: 'invalid_client', reason: 'invalid_client_credentials', why }
}

function takeCode(
  world: World,
  exchange: Exchange,
  client: Client,
  presented: string,
): { code: CodeRow } | { failure: Failure } {
  const { calcom, switches } = world.state
  const key = digest(presented)
  const code = calcom.codes[key]
  const invalid = (why: string) => fail(400, 'invalid_grant', 'code_invalid_or_expired', why)
  if (code === undefined) return invalid('no code like this was issued, or it has been used already')
  if (code.client === client.id || switches.calcomForeignLookupBurnsCode) {
    delete calcom.codes[key]
    world.changed()
  }
  if (code.client !== client.id) return invalid('the code was issued to another client')
  return exchange.now < code.expiresAt ? { code } : invalid('the code is older than 10 minutes')
}

function whyClosed(client: Client, account: string): Failure | null {
  if (client.status === 'REJECTED') {
    const why = 'the client has been rejected'
    return { status: 401, error: 'unauthorized_client', reason: 'client_rejected', why }
  }
  if (client.status === 'APPROVED' || client.owner === account) return null
  const why = 'the client is not approved, and the user is not its owner'
  return { status: 401, error: 'unauthorized_client', reason: 'client_not_approved', why }
}

function wrongVerifier(client: Client, challenge: string | null, verifier: string): Failure | null {
  if (challenge === null && client.confidential) return null
  if (challenge === null || verifier === '') {
    const why = 'the code has a code_challenge, and no code_verifier was sent'
    return { status: 400, error: 'invalid_request', reason: 'pkce_missing_parameters_or_invalid_method', why }
  }
  if (challengeOf(verifier) === challenge) return null
  const why = 'the code_verifier does not match the code_challenge'
  return { status: 400, error: 'invalid_grant', reason: 'pkce_verification_failed', why }
}

function fail(status: number, error: string, reason: string, why: string): { failure: Failure } {
  return { failure: { status, error, reason, why } }
}
