// Calendly's API: who calls, how often, with which scope. The resource's own file does the rest.

import type { Answer, Exchange } from '../http/exchange.ts'
import { createRouter } from '../http/router.ts'
import type { CalendlyAccount } from '../world/accounts.ts'
import { digest, uuid } from '../world/seal.ts'
import type { CalendlyTokenRow } from '../world/state.ts'
import type { World } from '../world/world.ts'
import { allows, type CalendlyRoute } from './api/call.ts'
import { apiError, notFound } from './api/errors.ts'
import { identify } from './api/guard.ts'
import { withinLimit } from './api/limits.ts'
import { activityLogRoutes } from './people/activity-log.ts'
import { dataComplianceRoutes } from './people/data-compliance.ts'
import { groupRoutes } from './people/groups.ts'
import { invitationRoutes } from './people/invitations.ts'
import { membershipRoutes } from './people/memberships.ts'
import { organizationRoutes } from './people/organizations.ts'
import { routingFormRoutes } from './people/routing-forms.ts'
import { teamRoutes } from './people/teams.ts'
import { userRoutes } from './people/users.ts'
import { scheduledEventRoutes } from './scheduling/booking-list.ts'
import { bookingRoutes } from './scheduling/bookings.ts'
import { busyTimeRoutes } from './scheduling/busy-times.ts'
import { cancellationRoutes } from './scheduling/cancellation.ts'
import { eventTypeRoutes } from './scheduling/event-types.ts'
import { inviteeRoutes } from './scheduling/invitees.ts'
import { noShowRoutes } from './scheduling/no-shows.ts'
import { availabilityScheduleRoutes } from './scheduling/schedules.ts'
import { schedulingLinkRoutes } from './scheduling/scheduling-links.ts'
import { shareRoutes } from './scheduling/shares.ts'
import { availableTimeRoutes } from './scheduling/slots.ts'
import { sampleRoutes } from './webhooks/sample-data.ts'
import { webhookRoutes } from './webhooks/subscriptions.ts'

const table: readonly CalendlyRoute[] = [
  ...userRoutes,
  ...eventTypeRoutes,
  ...organizationRoutes,
  ...membershipRoutes,
  ...invitationRoutes,
  ...groupRoutes,
  ...teamRoutes,
  ...routingFormRoutes,
  ...activityLogRoutes,
  ...dataComplianceRoutes,
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
const findRoute = createRouter(table)

/** Serves a request to Calendly's API. */
export function calendlyApi(world: World, exchange: Exchange): Answer {
  return withLiveHeaders(world, serve(world, exchange))
}

function serve(world: World, exchange: Exchange): Answer {
  const caller = identify(world, exchange)
  if ('refusal' in caller) return caller.refusal
  const { account, row } = caller
  return withinLimit({ world, exchange, account, token: row }, () => answer(world, exchange, account, row))
}

/** Adds the headers that every recorded answer of the live API had. */
function withLiveHeaders(world: World, given: Answer): Answer {
  const isFresh = given.status === 200 || given.status === 201
  const body = typeof given.body === 'string' ? given.body : JSON.stringify(given.body)
  return {
    ...given,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD',
      'access-control-allow-headers':
        '*,x-requested-with,Content-Type,Accept,If-Modified-Since,If-None-Match,X-Token,Authorization',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '86400',
      'cache-control': isFresh ? 'max-age=0, private, must-revalidate' : 'no-cache',
      'x-request-id': uuid(world.random(16)),
      ...(isFresh ? { etag: `W/"${digest(body).slice(0, 32)}"` } : {}),
      ...given.headers,
    },
  }
}

function answer(world: World, exchange: Exchange, account: CalendlyAccount, row: CalendlyTokenRow): Answer {
  const found = findRoute(exchange.method, exchange.path)
  if (found === null) return notFound(exchange, 'this endpoint does not exist, or the sandbox does not have it yet')
  const scope = typeof found.route.scope === 'string' ? found.route.scope : found.route.scope(world.state.switches)
  if (!allows(row.scopes, scope)) {
    const message = "This operation requires the scopes listed in the 'required_scopes' array."
    const why = `the token lacks the scope ${scope}`
    const more = { required_scopes: [scope] }
    return apiError(exchange, { status: 403, title: 'Insufficient scope', message, why, more })
  }
  return found.route.answer({ world, exchange, account, token: row, params: found.params })
}
