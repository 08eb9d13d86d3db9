// What a resource of Cal.com's API is given, and how it enters the table of routes.

import type { Answer, Exchange } from '../../http/exchange.ts'
import type { RouteKey } from '../../http/router.ts'
import type { CalcomAccount } from '../../world/accounts.ts'
import type { Switches } from '../../world/switches.ts'
import type { World } from '../../world/world.ts'

/** One call that has passed its guards. */
export interface CalcomCall {
  readonly world: World
  readonly exchange: Exchange
  /** Whose token it is; null on a route that needs none. */
  readonly account: CalcomAccount | null
  readonly params: Record<string, string>
}

/**
 * Which guards protect a route.
 * `open`: none. `token`: a dead token is 401. `permissions`: no token and a dead one are 403, and the dead one is echoed.
 * `public`: as `token`, but a token is optional.
 */
export type Guard = 'open' | 'token' | 'permissions' | 'public'

/** In the place of a scope: tokens of apps cannot use the route. */
export const closedToApps = 'closed to apps'

/** One endpoint: its place, its guards, the scope it asks for, the versions it answers, and its answer. */
export type CalcomRoute = RouteKey & {
  readonly guard: Guard
  readonly scope: string | null | ((switches: Switches) => string | null)
  readonly versions: readonly string[] | 'any'
  /** A limit of its own beside the general one, in calls a minute. */
  readonly perMinute?: (switches: Switches) => number | null
  readonly answer: (call: CalcomCall) => Answer
}

/** A scope that the sources do not name. */
export function assumedScope(scope: string): (switches: Switches) => string | null {
  return ({ calcomUnknownScopes: unknown }) =>
    unknown === 'assumed' ? scope : unknown === 'closed' ? closedToApps : null
}

/** Returns whose token it is, on a route whose guard requires one. */
export function ownerOf({ account }: CalcomCall): CalcomAccount {
  if (account === null) throw new Error('the route stands behind a guard')
  return account
}
