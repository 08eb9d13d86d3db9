// The older token endpoints on Cal.com's web app, which its own mobile app still uses.
// They read any body as a form, ignore unknown fields, and return errors with `error` alone.

import { type Answer, bearerOf, type Exchange, jsonAnswer, refused } from '../../http/exchange.ts'
import { findAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import type { Failure } from './client-authentication.ts'
import { exchangeCode } from './exchange-code.ts'
import { refresh } from './refresh.ts'
import { type CalcomTokens, open } from './tokens.ts'

/** Of a success; an error has neither the charset nor the headers that keep it out of caches. */
const headers = {
  'content-type': 'application/json;charset=UTF-8',
  'cache-control': 'no-store',
  pragma: 'no-cache',
}

/** `POST /api/auth/oauth/token`. */
export function legacyToken(world: World, exchange: Exchange): Answer {
  const fields = new Map(new URLSearchParams(exchange.body))
  exchange.note.grantType = 'authorization_code'
  if (fields.get('grant_type') !== 'authorization_code') return badGrantType(exchange)
  const absent = ['client_id', 'code', 'redirect_uri'].find((name) => !fields.get(name))
  if (absent !== undefined) return failed(exchange, 400, 'invalid_request', `the field ${absent} is missing`)
  return answer(world, exchange, exchangeCode(world, exchange, fields))
}

/** `POST /api/auth/oauth/refreshToken`: the refresh token comes in the body, or else as a bearer token. */
export function legacyRefresh(world: World, exchange: Exchange): Answer {
  const fields = new Map(new URLSearchParams(exchange.body))
  exchange.note.grantType = 'refresh_token'
  if (fields.get('grant_type') !== 'refresh_token') return badGrantType(exchange)
  if (!fields.get('refresh_token')) fields.set('refresh_token', bearerOf(exchange.headers) ?? '')
  return answer(world, exchange, refresh(world, exchange, fields))
}

/** `GET|POST /api/auth/oauth/me`, which answers 201. */
export function legacyMe(world: World, exchange: Exchange): Answer {
  const claims = open(world, bearerOf(exchange.headers) ?? '', 'Access Token', exchange.now)
  const account = claims === null ? null : findAccount(world.state.accounts, 'calcom', claims.account)
  if (claims === null || account?.provider !== 'calcom' || !claims.scopes.includes('READ_PROFILE')) {
    const why = claims === null ? 'the access token is invalid or has ended' : 'the token lacks the scope READ_PROFILE'
    return refused(exchange, why, jsonAnswer(401, { message: 'Unauthorized' }))
  }
  exchange.note.client = claims.client
  exchange.note.account = account.id
  return jsonAnswer(201, { username: account.username })
}

function answer(world: World, exchange: Exchange, outcome: { tokens: CalcomTokens } | { failure: Failure }): Answer {
  if ('failure' in outcome) {
    const { status, error, why } = outcome.failure
    return failed(exchange, status, error, why)
  }
  const { scope, ...rest } = outcome.tokens
  const body = world.state.switches.calcomLegacyScopeInAnswer ? { ...rest, scope } : rest
  return jsonAnswer(200, body, headers)
}

function badGrantType(exchange: Exchange): Answer {
  return failed(exchange, 400, 'invalid_request', 'grant_type is not the one of this endpoint')
}

function failed(exchange: Exchange, status: number, error: string, why: string): Answer {
  return refused(exchange, why, jsonAnswer(status, { error }, { 'content-type': 'application/json' }))
}
