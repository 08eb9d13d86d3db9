// Exchanges an authorization code at Calendly: the order of the checks, and what a used, old or foreign code gets.

import { type Answer, type Exchange, jsonAnswer } from '../../http/exchange.ts'
import { findAccount } from '../../world/accounts.ts'
import type { Client } from '../../world/clients.ts'
import { challengeOf, digest } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import { invalidGrant, missingParameter, noStore } from './errors.ts'
import { overLimit } from './limits.ts'
import type { Parameters } from './parameters.ts'
import { issue } from './tokens.ts'

export function exchangeCode(world: World, exchange: Exchange, client: Client, parameters: Parameters): Answer {
  const { switches, calendly } = world.state
  const redirectUri = parameters.get('redirect_uri')
  const verifier = parameters.get('code_verifier')
  if (!redirectUri) return missingParameter(exchange, switches, 'redirect_uri')
  const row = calendly.codes[digest(parameters.get('code') ?? '')]
  if (row?.challenge && !verifier) return missingParameter(exchange, switches, 'code_verifier')
  if (row === undefined) return invalidGrant(exchange, switches, 'no code like this was issued')
  exchange.note.account = row.account
  if (row.client !== client.id) return invalidGrant(exchange, switches, 'the code was issued to another client')
  if (row.usedAt !== null) return invalidGrant(exchange, switches, 'the code has been used already')
  if (exchange.now >= row.expiresAt) return invalidGrant(exchange, switches, 'the code is older than 10 minutes')
  const wrong = wrongProof(row, redirectUri, verifier)
  if (wrong !== null) {
    if (switches.calendlyFailedExchangeBurnsCode) row.usedAt = exchange.now
    return invalidGrant(exchange, switches, wrong)
  }
  const account = findAccount(world.state.accounts, 'calendly', row.account)
  if (account?.provider !== 'calendly') return invalidGrant(exchange, switches, 'the account no longer exists')
  const limited = overLimit(world, exchange, account)
  if (limited !== null) return limited
  row.usedAt = exchange.now
  return jsonAnswer(200, issue(world, exchange.now, { client: client.id, account, scopes: row.scopes }), noStore)
}

function wrongProof(
  row: { redirectUri: string; challenge: string | null },
  redirectUri: string,
  verifier: string | undefined,
): string | null {
  if (row.redirectUri !== redirectUri) return 'redirect_uri differs from the one of the authorization request'
  if (row.challenge === null) return verifier ? 'a code_verifier was sent, but the code has no code_challenge' : null
  return challengeOf(verifier ?? '') === row.challenge ? null : 'the code_verifier does not match the code_challenge'
}
