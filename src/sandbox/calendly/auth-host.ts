// Calendly's authorization server: which path is which endpoint.

import { type Answer, type Exchange, refused } from '../http/exchange.ts'
import { createRouter, type RouteKey } from '../http/router.ts'
import { problemPage } from '../pages/problem.ts'
import type { World } from '../world/world.ts'
import { authorize } from './oauth/authorize.ts'
import { introspect } from './oauth/introspect.ts'
import { revoke } from './oauth/revoke.ts'
import { token } from './oauth/token.ts'

type Endpoint = RouteKey & { readonly answer: (world: World, exchange: Exchange) => Answer }

const table: readonly Endpoint[] = [
  { method: 'GET', path: '/oauth/authorize', answer: authorize },
  { method: 'POST', path: '/oauth/authorize', answer: authorize },
  { method: 'POST', path: '/oauth/token', answer: token },
  { method: 'POST', path: '/oauth/revoke', answer: revoke },
  { method: 'POST', path: '/oauth/introspect', answer: introspect },
]
const findRoute = createRouter(table)

/** Serves a request to Calendly's authorization server. */
export function calendlyAuth(world: World, exchange: Exchange): Answer {
  const found = findRoute(exchange.method, exchange.path)
  if (found !== null) return found.route.answer(world, exchange)
  const why = 'this endpoint does not exist'
  return refused(exchange, why, problemPage('Calendly', 404, 'The page you were looking for does not exist.', why))
}
