// Calendly's API: who is asking, how often, with which scope; then the resource's own file answers.
// Invariant: a token is judged by its row, never by its looks; the three 401 messages tell the three cases apart.

import type { CalendlyAccount } from '../accounts.ts'
import { findAccount } from '../accounts.ts'
import type { Answer, Exchange } from '../exchange.ts'
import { bearerOf } from '../exchange.ts'
import { findRoute } from '../routes.ts'
import type { CalendlyTokenRow } from '../state.ts'
import type { World } from '../world.ts'
import { availabilityScheduleRoutes } from './availability-schedules.ts'
import { availableTimeRoutes } from './available-times.ts'
import { bookingRoutes } from './booking.ts'
import { busyTimeRoutes } from './busy-times.ts'
import type { CalendlyRoute } from './call.ts'
import { allows } from './call.ts'
import { cancellationRoutes } from './cancellation.ts'
import { apiError, notFound, unauthenticated } from './errors.ts'
import { eventTypeRoutes } from './event-types.ts'
import { inviteeRoutes } from './invitees.ts'
import { apiLimit, limitHeaders } from './limits.ts'
import { noShowRoutes } from './no-shows.ts'
import { organizationRoutes } from './organizations.ts'
import { sampleRoutes } from './sample-data.ts'
import { scheduledEventRoutes } from './scheduled-events.ts'
import { schedulingLinkRoutes } from './scheduling-links.ts'
import { shareRoutes } from './shares.ts'
import { findToken } from './tokens.ts'
import { userRoutes } from './users.ts'
import { webhookRoutes } from './webhook-subscriptions.ts'

const table: readonly CalendlyRoute[] = [
  ...userRoutes,
  ...eventTypeRoutes,
  ...organizationRoutes,
  ...availableTimeRoutes,
  ...busyTimeRoutes,
  ...availabilityScheduleRoutes,
  ...scheduledEventRoutes,
  ...inviteeRoutes,
  ...bookingRoutes,
  ...cancellationRoutes,
  ...noShowRoutes,
  ...schedulingLinkRoutes,
  ...shareRoutes,
  ...webhookRoutes,
  ...sampleRoutes,
]

/** Answers a request to Calendly's API. */
export function calendlyApi(world: World, exchange: Exchange): Answer {
  const caller = identify(world, exchange)
  if ('refusal' in caller) return caller.refusal
  const { account, row } = caller
  const { switches } = world.state
  const limit = account.plan === 'free' ? switches.calendlyFreePerMinute : switches.calendlyPaidPerMinute
  if (limit === null) return answer(world, exchange, account, row)
  const reading = world.meter.hit(`calendly api ${account.id}`, limit, 60_000, exchange.now)
  if (!reading.allowed) return apiLimit(world, exchange, reading)
  const given = answer(world, exchange, account, row)
  return { ...given, headers: { ...limitHeaders(reading), ...given.headers } }
}

function answer(world: World, exchange: Exchange, account: CalendlyAccount, row: CalendlyTokenRow): Answer {
  const found = findRoute(table, exchange.method, exchange.path)
  if (found === null) return notFound(exchange, 'there is no such endpoint, or the sandbox does not have it yet')
  const scope = typeof found.row.scope === 'string' ? found.row.scope : found.row.scope(world.state.switches)
  if (!allows(row.scopes, scope)) {
    const message = "This operation requires the scopes listed in the 'required_scopes' array."
    const why = `the token lacks the scope ${scope}`
    return apiError(exchange, 403, 'Insufficient scope', message, why, { required_scopes: [scope] })
  }
  return found.row.answer({ world, exchange, account, token: row, params: found.params })
}

function identify(
  world: World,
  exchange: Exchange,
): { account: CalendlyAccount; row: CalendlyTokenRow } | { refusal: Answer } {
  const refuse = (state: 'is invalid' | 'expired' | 'was revoked', why: string) => ({
    refusal: unauthenticated(exchange, state, why),
  })
  const bearer = bearerOf(exchange.headers)
  if (bearer === null) return refuse('is invalid', 'there is no Authorization header with a bearer token')
  const found = findToken(world, bearer)
  if (found === null) return refuse('is invalid', 'no access token like this was issued')
  const { row } = found
  exchange.note.client = row.client
  exchange.note.account = row.account
  if (found.kind === 'refresh') return refuse('is invalid', 'this is a refresh token, not an access token')
  if (row.accessRevokedAt !== null)
    return refuse('was revoked', 'the access token was revoked, or replaced by a refresh')
  if (exchange.now >= row.expiresAt) return refuse('expired', 'the access token is older than 2 hours')
  const account = findAccount(world.state.accounts, 'calendly', row.account)
  if (account?.provider !== 'calendly') return refuse('is invalid', 'the account does not exist any more')
  revokePrevious(world, row, exchange.now)
  return { account, row }
}

/** Before 2026 a refresh token ended only when an access token made from it was used. */
function revokePrevious(world: World, row: CalendlyTokenRow, now: number): void {
  const previous = row.previous === null ? undefined : world.state.calendly.tokens[row.previous]
  if (previous === undefined) return
  previous.refreshRevokedAt ??= now
  previous.accessRevokedAt ??= now
  row.previous = null
  world.changed()
}
