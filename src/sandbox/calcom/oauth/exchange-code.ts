// Exchanges an authorization code at Cal.com, for both generations of its token endpoint: the order of the checks. A
// wrong secret or redirect URI leaves the code. Looking the code up deletes it, also when a later check fails: a reused
// code is `code_invalid_or_expired`.

import { type Exchange, firstDifference } from '../../http/exchange.ts'
import { type Client, isRegistered } from '../../world/clients.ts'
import { challengeOf, digest } from '../../world/seal.ts'
import type { CodeRow } from '../../world/state.ts'
import type { World } from '../../world/world.ts'
import {
  clientOf,
  type Failure,
  type Fields,
  fail,
  type Outcome,
  whyClosed,
  whyUnproven,
} from './client-authentication.ts'
import { issue } from './tokens.ts'

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
  const taken = spendCode(world, exchange, client, fields.get('code') ?? '')
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

function spendCode(
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
