// Cal.com's API v2: body, route, version, throttle and guards, in that order; then the resource's own file answers.
// Invariant: an access token is stateless. What a dead one is answered with depends on the route's guards.

import type { Account, CalcomAccount } from '../accounts.ts'
import { findAccount } from '../accounts.ts'
import type { Client } from '../clients.ts'
import { findClient } from '../clients.ts'
import type { Answer, Exchange } from '../exchange.ts'
import { bearerOf, mediaType } from '../exchange.ts'
import { findRoute } from '../routes.ts'
import type { World } from '../world.ts'
import { isLegacy } from './authorize.ts'
import { bookingListRoutes } from './booking-list.ts'
import { bookingRoutes } from './bookings.ts'
import { calendarRoutes } from './calendars.ts'
import type { CalcomRoute } from './call.ts'
import { oauthClientRoutes } from './clients.ts'
import { apiError, cannot } from './envelope.ts'
import { eventTypeRoutes } from './event-types.ts'
import { meRoutes } from './me.ts'
import { scheduleRoutes } from './schedules.ts'
import { slotRoutes } from './slots.ts'
import { throttle } from './throttle.ts'
import { token } from './token.ts'
import { open, teamOf } from './tokens.ts'
import { webhookRoutes } from './webhooks.ts'

const tokenRoute: CalcomRoute = {
  ...{ method: 'POST', path: '/v2/auth/oauth2/token', guard: 'open', scope: null, versions: 'any' },
  answer: ({ world, exchange }) => token(world, exchange),
}
const table: readonly CalcomRoute[] = [
  tokenRoute,
  ...oauthClientRoutes,
  ...meRoutes,
  ...scheduleRoutes,
  ...eventTypeRoutes,
  ...slotRoutes,
  ...bookingRoutes,
  ...bookingListRoutes,
  ...calendarRoutes,
  ...webhookRoutes,
]

const knownVersions = ['2024-04-15', '2024-06-11', '2024-06-14', '2024-08-13', '2024-09-04', '2026-02-25']

/** Answers a request to Cal.com's API, from any origin. */
export function calcomApi(world: World, exchange: Exchange): Answer {
  const answer = exchange.method === 'OPTIONS' ? preflight : respond(world, exchange)
  return { ...answer, headers: { ...answer.headers, 'access-control-allow-origin': '*' } }
}

const preflight: Answer = {
  status: 204,
  headers: {
    'access-control-allow-methods': 'GET,POST,PATCH,PUT,DELETE,OPTIONS',
    'access-control-allow-headers':
      'x-cal-client-id, x-cal-secret-key, x-cal-platform-embed, cal-api-version, Accept, Authorization, Content-Type, Origin',
  },
  body: '',
}

function respond(world: World, exchange: Exchange): Answer {
  const malformed = malformedJson(exchange)
  if (malformed !== null) return malformed
  const found = findRoute(table, exchange.method, canonicalPath(exchange.path))
  if (found === null) return cannot(exchange, 'there is no such endpoint, or the sandbox does not have it yet')
  const { row, params } = found
  const version = wrongVersion(world, exchange, row)
  if (version !== null) return cannot(exchange, version)
  return throttle(world, exchange, () => {
    const passed = guard(world, exchange, row)
    return 'refusal' in passed ? passed.refusal : row.answer({ world, exchange, account: passed.account, params })
  })
}

/** `/api/v2/...` and `/v2/ee/...` are rewritten to `/v2/...`. */
function canonicalPath(path: string): string {
  return path.replace(/^\/api\/v2\//, '/v2/').replace(/^\/v2\/ee\//, '/v2/')
}

function malformedJson(exchange: Exchange): Answer | null {
  if (exchange.body === '' || mediaType(exchange) !== 'application/json') return null
  try {
    const value: unknown = JSON.parse(exchange.body)
    if (typeof value === 'object' && value !== null) return null
    return apiError(
      exchange,
      400,
      'the body must be an object or an array',
      'the JSON body is neither object nor array',
    )
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/ \(line \d+ column \d+\)$/, '') : 'Invalid JSON'
    return apiError(exchange, 400, message, 'the body is not JSON')
  }
}

/** A version that the route does not list is 404; a missing or unknown one counts as the oldest. */
function wrongVersion(world: World, exchange: Exchange, row: CalcomRoute): string | null {
  if (row.versions === 'any') return null
  const given = exchange.headers.get('cal-api-version') ?? ''
  const version = knownVersions.includes(given) ? given : '2024-04-15'
  if (row.versions.includes(version)) return null
  if (version !== '2024-04-15') return `this endpoint answers cal-api-version ${row.versions.join(', ')} only`
  if (world.state.switches.calcomOldVersions === 'current') return null
  return `cal-api-version is missing or unknown, which means 2024-04-15, whose answers look different; send ${row.versions[0]}`
}

function guard(
  world: World,
  exchange: Exchange,
  row: CalcomRoute,
): { account: CalcomAccount | null } | { refusal: Answer } {
  if (row.guard === 'open') return { account: null }
  const bearer = bearerOf(exchange.headers)
  if (bearer === null) {
    if (row.guard === 'optional' || row.guard === 'public') return { account: null }
    const message =
      "ApiAuthStrategy - No authentication method provided. Either pass an API key as 'Bearer' header or OAuth client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers"
    return { refusal: apiError(exchange, 401, message, 'there is no Authorization header with a bearer token') }
  }
  const claims = open(world, bearer, 'Access Token', exchange.now)
  const client = claims === null ? null : findClient(world.state.clients, 'calcom', claims.client)
  const account = claims === null ? null : ownerOf(world, claims.account)
  if (claims === null || client === null || account?.provider !== 'calcom') {
    return { refusal: deadToken(exchange, row, bearer) }
  }
  exchange.note.client = claims.client
  exchange.note.account = account.id
  const scope = typeof row.scope === 'function' ? row.scope(world.state.switches) : row.scope
  const lacking = lackingScope(client, scope, claims.scopes)
  return lacking === null
    ? { account }
    : { refusal: apiError(exchange, 403, lacking, `the token lacks the scope ${scope}`) }
}

/** The token's user. What a team's token may do at a user's endpoints is not known, so a switch says. */
function ownerOf(world: World, account: string): Account | null {
  const team = teamOf(account)
  if (team === null) return findAccount(world.state.accounts, 'calcom', account)
  if (world.state.switches.calcomTeamTokenActsFor === 'nobody') return null
  return world.state.accounts.find((one) => one.provider === 'calcom' && one.teams.includes(team)) ?? null
}

function deadToken(exchange: Exchange, row: CalcomRoute, bearer: string): Answer {
  const why = 'the access token is invalid or has ended'
  if (row.guard === 'token' || row.guard === 'public') return apiError(exchange, 401, 'Invalid Access Token.', why)
  return apiError(exchange, 403, `PermissionsGuard - no oAuth client found for access token=${bearer}`, why)
}

/** `X_WRITE` does not imply `X_READ`; a legacy client's scopes are not looked at. */
function lackingScope(client: Client, scope: string | null, granted: readonly string[]): string | null {
  if (scope === null || isLegacy(client) || granted.includes(scope)) return null
  const has = granted.join(', ')
  return `insufficient_scope: token does not have the required scopes. Required: ${scope}. Token has: ${has}`
}
