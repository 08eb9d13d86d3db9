// What a resource of Cal.com's API is given, and how it enters the table of routes.

import type { CalcomAccount } from '../accounts.ts'
import type { Answer, Exchange } from '../exchange.ts'
import type { RouteKey } from '../routes.ts'
import type { Switches } from '../switches.ts'
import type { World } from '../world.ts'

/** One call that has passed its guards. */
export interface CalcomCall {
  world: World
  exchange: Exchange
  /** Whose token it is; null on a route that needs none. */
  account: CalcomAccount | null
  params: Record<string, string>
}

/**
 * Which guards stand before a route.
 * `open`: none. `token`: a dead token is 401. `permissions`: a dead token is 403, and is echoed.
 * `optional`: as `permissions`, but no token is fine as well. `public`: as `token`, but no token is fine as well.
 */
export type Guard = 'open' | 'token' | 'permissions' | 'optional' | 'public'

/** One endpoint: its place, its guards, the scope it asks for, the versions it answers, and its answer. */
export type CalcomRoute = RouteKey & {
  guard: Guard
  scope: string | null | ((switches: Switches) => string | null)
  versions: readonly string[] | 'any'
  answer: (call: CalcomCall) => Answer
}
