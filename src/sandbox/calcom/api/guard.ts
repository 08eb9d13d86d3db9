// The guards before Cal.com's routes: who calls, and whether the token's scopes suffice. Their words and statuses
// differ from route to route, as they do at Cal.com. An access token is stateless. Which error a dead one gets depends
// on the route's guards.

import type { Answer, Exchange, Refused } from '../../http/exchange.ts'
import { type CalcomAccount, findAccount } from '../../world/accounts.ts'
import { findClient } from '../../world/clients.ts'
import { ownProperty } from '../../world/own-property.ts'
import { digest } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import { areLegacy, isLegacy } from '../oauth/legacy-scopes.ts'
import { type CalcomClaims, open, teamOf } from '../oauth/tokens.ts'
import { type CalcomRoute, closedToApps } from './call.ts'
import { isApiKey, presentedToken } from './credentials.ts'
import { apiError } from './errors.ts'

type Passed = { readonly account: CalcomAccount | null } | Refused

/** Whose call it is, or the refusal. */
export function passGuards(
  world: World,
  exchange: Exchange,
  route: CalcomRoute,
  params: Readonly<Record<string, string>>,
): Passed {
  if (route.guard === 'open') return { account: null }
  const token = presentedToken(exchange.headers)
  if (token === null) return withoutToken(exchange, route, params.clientId ?? null)
  if (isApiKey(token)) return byApiKey(world, exchange, token)
  const claims = open(world, token, 'Access Token', exchange.now)
  const client = claims === null ? null : findClient(world.state.clients, 'calcom', claims.client)
  if (claims === null || client === null) return { refusal: deadToken(exchange, route, token) }
  const scope = typeof route.scope === 'function' ? route.scope(world.state.switches) : route.scope
  if (!isLegacy(client) && !areLegacy(claims.scopes)) {
    const lacking = lackingScope(scope, claims.scopes)
    if (lacking !== null) return refuse(exchange, 403, lacking, `the token lacks the scope ${scope}`)
  }
  return asUser(world, exchange, claims)
}

/** Scopes of legacy clients and legacy tokens are not checked. A team's token acts for the team's owner. */
function asUser(world: World, exchange: Exchange, claims: CalcomClaims): Passed {
  const team = teamOf(claims.account)
  const { accounts } = world.state
  const account =
    team === null
      ? findAccount(accounts, 'calcom', claims.account)
      : accounts.find((one) => one.provider === 'calcom' && one.teams.includes(team))
  if (account?.provider !== 'calcom') {
    const who = team === null ? 'No user or team owner associated with the token.' : ownerless
    return refuse(
      exchange,
      401,
      `ApiAuthStrategy - third-party token - ${who}`,
      'the account of the token no longer exists',
    )
  }
  exchange.note.client = claims.client
  exchange.note.account = account.id
  return { account }
}

const ownerless = 'No owner found for the associated team.'

/** An API key may do what its user may: no scope is checked. */
function byApiKey(world: World, exchange: Exchange, key: string): Passed {
  const row = ownProperty(world.state.calcom.apiKeys, digest(key))
  const account = row === undefined ? null : findAccount(world.state.accounts, 'calcom', row.user)
  if (account?.provider !== 'calcom') {
    return refuse(exchange, 401, 'ApiAuthStrategy - api key - Your api key is not valid', 'no account has this API key')
  }
  exchange.note.account = account.id
  return { account }
}

/** A client id in the path counts as one in the header. */
function withoutToken(exchange: Exchange, { guard }: CalcomRoute, inPath: string | null): Passed {
  if (guard === 'public') return { account: null }
  const id = inPath ?? exchange.headers.get('x-cal-client-id')
  const secret = exchange.headers.get('x-cal-secret-key')
  if (guard === 'permissions') {
    const message =
      id === null
        ? "PermissionsGuard - no authentication provided. Provide either authorization bearer token containing managed user access token or oAuth client id in 'x-cal-client-id' header."
        : `PermissionsGuard - no oAuth client found for client id=${id}`
    return refuse(exchange, 403, message, 'the Authorization header with a token is missing')
  }
  const message = `ApiAuthStrategy - ${whyUnauthenticated(id, secret)}`
  return refuse(exchange, 401, message, 'the Authorization header with a token is missing')
}

/** The headers belong to Cal.com's platform clients; the sandbox has no such client. */
function whyUnauthenticated(id: string | null, secret: string | null): string {
  const lacking = (given: string, other: string): string =>
    `Only '${given}' header provided. Please also provide '${other}' header or Auth bearer token as 'Authentication' header`
  if (id !== null && secret !== null) return `oAuth client - Client with ID ${id} not found`
  if (id !== null) return lacking('x-cal-client-id', 'x-cal-secret-key')
  if (secret !== null) return lacking('x-cal-secret-key', 'x-cal-client-id')
  return "No authentication method provided. Either pass an API key as 'Bearer' header or OAuth client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers"
}

function deadToken(exchange: Exchange, { guard }: CalcomRoute, token: string): Answer {
  const why = 'the access token is invalid or has ended'
  if (guard !== 'permissions') return apiError(exchange, 401, 'Invalid Access Token.', why)
  return apiError(exchange, 403, `PermissionsGuard - no oAuth client found for access token=${token}`, why)
}

/** `X_WRITE` does not imply `X_READ`. */
function lackingScope(scope: string | null, granted: readonly string[]): string | null {
  if (scope === closedToApps) return 'insufficient_scope: this endpoint is not available for third-party OAuth tokens'
  if (scope === null || granted.includes(scope)) return null
  const has = granted.join(', ')
  return `insufficient_scope: token does not have the required scopes. Required: ${scope}. Token has: ${has}`
}

function refuse(exchange: Exchange, status: number, message: string, why: string): Refused {
  return { refusal: apiError(exchange, status, message, why) }
}
