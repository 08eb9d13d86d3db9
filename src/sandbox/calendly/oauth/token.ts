// Calendly's token endpoint: exchanges a code, renews with a single-use refresh token.
// Invariant: check and commit happen in one go; the limit of tokens per minute is asked before anything is spent.

import type { Answer, Exchange } from '../../http/exchange.ts'
import { jsonAnswer, refused } from '../../http/exchange.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import { findAccount } from '../../world/accounts.ts'
import type { Client } from '../../world/clients.ts'
import { calendlyScopes } from '../../world/clients.ts'
import { challengeOf, digest } from '../../world/seal.ts'
import type { CalendlyTokenRow } from '../../world/state.ts'
import type { World } from '../../world/world.ts'
import { invalidGrant, missingParameter, texts, tokenError } from '../api/errors.ts'
import type { Parameters } from './parameters.ts'
import { authenticate, readParameters } from './parameters.ts'
import { findToken, issue, revokeRows, spend } from './tokens.ts'

const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** `POST /oauth/token`. */
export function token(world: World, exchange: Exchange): Answer {
  const { switches } = world.state
  const parameters = readParameters(exchange)
  const grantType = parameters.get('grant_type')
  if (!grantType) return missingParameter(exchange, switches, 'grant_type')
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    const why = 'grant_type is neither authorization_code nor refresh_token'
    return tokenError(exchange, switches, 400, 'unsupported_grant_type', texts.unsupported_grant_type, why)
  }
  exchange.note.grantType = grantType
  const wanted = grantType === 'refresh_token' ? 'refresh_token' : 'code'
  if (!parameters.get(wanted)) return missingParameter(exchange, switches, wanted)
  const authenticated = authenticate(world.state, exchange, parameters)
  if ('refusal' in authenticated) return authenticated.refusal
  const serve = grantType === 'refresh_token' ? renew : exchangeCode
  return serve(world, exchange, authenticated.client, parameters)
}

function exchangeCode(world: World, exchange: Exchange, client: Client, parameters: Parameters): Answer {
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
  if (account?.provider !== 'calendly') return invalidGrant(exchange, switches, 'the account does not exist any more')
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

function renew(world: World, exchange: Exchange, client: Client, parameters: Parameters): Answer {
  const { switches } = world.state
  const found = findToken(world, parameters.get('refresh_token') ?? '')
  if (found === null) return invalidGrant(exchange, switches, 'no refresh token like this was issued')
  const { row } = found
  exchange.note.account = row.account
  if (found.kind === 'access') return invalidGrant(exchange, switches, 'this is an access token, not a refresh token')
  if (row.client !== client.id)
    return invalidGrant(exchange, switches, 'the refresh token was issued to another client')
  const dead = whyDead(world, row, exchange.now)
  if (dead !== null) return invalidGrant(exchange, switches, dead)
  const scopes = (parameters.get('scope') ?? '').split(/\s+/).filter((one) => one !== '')
  if (scopes.some((one) => !row.scopes.includes(one))) {
    const why = 'a requested scope was not granted'
    return tokenError(exchange, switches, 400, 'invalid_scope', texts.invalid_scope, why)
  }
  const account = findAccount(world.state.accounts, 'calendly', row.account)
  if (account?.provider !== 'calendly') return invalidGrant(exchange, switches, 'the account does not exist any more')
  const limited = overLimit(world, exchange, account)
  if (limited !== null) return limited
  if (!switches.calendlyLegacyRefresh) spend(world, row, exchange.now)
  const descent = { family: row.family, ...(switches.calendlyLegacyRefresh ? { previous: row.id } : {}) }
  const granted = scopes.length > 0 ? scopes : migrated(world, row.scopes)
  const answer = issue(world, exchange.now, { client: client.id, account, scopes: granted, ...descent })
  return jsonAnswer(200, answer, noStore)
}

/** The full access of a legacy app becomes a list of scopes with its first refresh. */
function migrated(world: World, scopes: string[]): string[] {
  const migrates = world.state.switches.calendlyDefaultScopeOnRefresh === 'migrated'
  return migrates && scopes.includes('default') ? [...calendlyScopes] : scopes
}

function whyDead(world: World, row: CalendlyTokenRow, now: number): string | null {
  const { calendlyRefreshGraceSeconds: grace, calendlyReuseRevokesFamily: punish } = world.state.switches
  if (row.refreshRevokedAt === null) return null
  if (grace > 0 && now <= row.refreshRevokedAt + grace * 1000) return null
  if (punish) revokeRows(world, (one) => one.family === row.family, now, 'a used refresh token was presented again')
  return 'the refresh token has been used or revoked already'
}

function overLimit(world: World, exchange: Exchange, account: CalendlyAccount): Answer | null {
  const { switches } = world.state
  const limit = switches.calendlyTokensPerMinute
  if (limit === null) return null
  const { allowed, reset } = world.meter.slide(`calendly tokens ${account.id}`, limit, 60_000, exchange.now)
  return allowed ? null : tokenLimit(world, exchange, limit, reset)
}

/** The 429 of the token endpoint. Its body is unknown, so a switch words it. */
export function tokenLimit(world: World, exchange: Exchange, limit: number, reset: number): Answer {
  const { switches } = world.state
  const bodies = {
    empty: {},
    oauth: { error: 'too_many_requests', error_description: 'Too many requests.' },
    title: { title: 'Too Many Requests', message: 'Too many requests.' },
  }
  const headers: Record<string, string> = { ...noStore }
  if (switches.calendlyRetryAfter) headers['retry-after'] = String(reset)
  if (switches.calendlyAuthRateLimitHeaders) {
    headers['x-ratelimit-limit'] = String(limit)
    headers['x-ratelimit-remaining'] = '0'
    headers['x-ratelimit-reset'] = String(reset)
  }
  const why = `more than ${limit} tokens were requested for this user within a minute`
  return refused(exchange, why, jsonAnswer(429, bodies[switches.calendlyTokenLimitBody], headers))
}
