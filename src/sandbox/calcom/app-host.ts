// Cal.com's web app: the authorization page and the older token endpoints.

import { type Answer, type Exchange, refused } from '../http/exchange.ts'
import { createRouter, type RouteKey } from '../http/router.ts'
import { problemPage } from '../pages/problem.ts'
import type { World } from '../world/world.ts'
import { authorize } from './oauth/authorize.ts'
import { legacyMe, legacyRefresh, legacyToken } from './oauth/legacy.ts'

type Endpoint = RouteKey & { readonly answer: (world: World, exchange: Exchange) => Answer }

const table: readonly Endpoint[] = [
  { method: 'GET', path: '/auth/oauth2/authorize', answer: authorize },
  { method: 'POST', path: '/auth/oauth2/authorize', answer: authorize },
  { method: 'POST', path: '/api/auth/oauth/token', answer: legacyToken },
  { method: 'POST', path: '/api/auth/oauth/refreshToken', answer: legacyRefresh },
  { method: 'GET', path: '/api/auth/oauth/me', answer: legacyMe },
  { method: 'POST', path: '/api/auth/oauth/me', answer: legacyMe },
]
const findRoute = createRouter(table)

/** Serves a request to Cal.com's web app. */
export function calcomApp(world: World, exchange: Exchange): Answer {
  const found = findRoute(exchange.method, exchange.path)
  if (found !== null) return found.route.answer(world, exchange)
  const why = 'this endpoint does not exist; Cal.com has neither a revoke nor an introspect endpoint'
  return refused(exchange, why, problemPage('Cal.com', 404, 'This page does not exist.', why))
}
