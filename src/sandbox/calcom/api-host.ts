// Cal.com's API v2: body, route, version, throttle and guards, in that order. The resource's own file does the rest.

import type { Answer, Exchange } from '../http/exchange.ts'
import { createRouter } from '../http/router.ts'
import type { World } from '../world/world.ts'
import type { CalcomRoute } from './api/call.ts'
import { cannot } from './api/errors.ts'
import { passGuards } from './api/guard.ts'
import { throttle } from './api/limits.ts'
import { canonicalPath, tokenPath } from './api/paths.ts'
import { refuseBody } from './api/request-body.ts'
import { withRequestId } from './api/success.ts'
import { token } from './oauth/token.ts'
import { calendarRoutes } from './people/calendars.ts'
import { meRoutes } from './people/me.ts'
import { oauthClientRoutes } from './people/oauth-clients.ts'
import { outOfOfficeRoutes } from './people/out-of-office.ts'
import { teamRoutes } from './people/teams.ts'
import { timeZoneRoutes } from './people/time-zones.ts'
import { attendeeRoutes } from './scheduling/attendees.ts'
import { bookingExtraRoutes } from './scheduling/booking-extras.ts'
import { bookingListRoutes } from './scheduling/booking-list.ts'
import { bookingRoutes } from './scheduling/bookings.ts'
import { eventTypeRoutes } from './scheduling/event-types.ts'
import { reservationRoutes } from './scheduling/reservations.ts'
import { scheduleRoutes } from './scheduling/schedules.ts'
import { slotRoutes } from './scheduling/slots.ts'
import { webhookRoutes } from './webhooks/subscriptions.ts'

const tokenRoute: CalcomRoute = {
  method: 'POST',
  path: tokenPath,
  guard: 'open',
  scope: null,
  versions: 'any',
  answer: ({ world, exchange }) => token(world, exchange),
}
const table: readonly CalcomRoute[] = [
  tokenRoute,
  ...oauthClientRoutes,
  ...meRoutes,
  ...outOfOfficeRoutes,
  ...scheduleRoutes,
  ...eventTypeRoutes,
  ...slotRoutes,
  ...reservationRoutes,
  ...bookingRoutes,
  ...bookingListRoutes,
  ...bookingExtraRoutes,
  ...attendeeRoutes,
  ...calendarRoutes,
  ...teamRoutes,
  ...timeZoneRoutes,
  ...webhookRoutes,
]
const findRoute = createRouter(table, { ignoreCase: true })

const knownVersions: readonly string[] = [
  '2024-04-15',
  '2024-06-11',
  '2024-06-14',
  '2024-08-13',
  '2024-09-04',
  '2026-02-25',
  '2026-05-01',
  '2026-06-12',
]

/** Serves a request to Cal.com's API, from any origin. */
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
  return refuseBody(exchange) ?? withRequestId(world, answerRoute(world, exchange))
}

function answerRoute(world: World, exchange: Exchange): Answer {
  const found = findRoute(exchange.method, canonicalPath(exchange.path))
  if (found === null) return cannot(exchange, 'this endpoint does not exist, or the sandbox does not have it yet')
  const { route, params } = found
  const version = wrongVersion(world, exchange, route)
  if (version !== null) return cannot(exchange, version)
  return throttle(world, exchange, route, () => {
    const passed = passGuards(world, exchange, route, params)
    return 'refusal' in passed ? passed.refusal : route.answer({ world, exchange, account: passed.account, params })
  })
}

/** A version that the route does not list is 404; a missing or unknown one counts as the oldest. */
function wrongVersion(world: World, exchange: Exchange, route: CalcomRoute): string | null {
  if (route.versions === 'any') return null
  const given = exchange.headers.get('cal-api-version') ?? ''
  const version = knownVersions.includes(given) ? given : '2024-04-15'
  if (route.versions.includes(version)) return null
  if (version !== '2024-04-15') return `this endpoint answers cal-api-version ${route.versions.join(', ')} only`
  if (world.state.switches.calcomOldVersions === 'current') return null
  return `cal-api-version is missing or unknown, which means 2024-04-15, whose answers look different; send ${route.versions[0]}`
}
