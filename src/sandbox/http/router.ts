// Finds the route of a request among the endpoints of one host, with hono's router. It is synchronous, so that a
// handler can check and commit in one go. What an unknown path or method gets is the host's own business.

import { TrieRouter } from 'hono/router/trie-router'

/** The part of a route that is matched; `:name` in a path stands for one part that is not empty. */
export interface RouteKey {
  readonly method: string
  readonly path: string
}

/** Returns the first route for the method and path, with the values of its `:names`; null when none matches. */
export type FindRoute<Route> = (method: string, path: string) => { route: Route; params: Record<string, string> } | null

/**
 * Builds the lookup for a host's routes. A slash at the end counts, and so does case, unless `ignoreCase` is set. Values
 * of `:names` stay as they were sent: percent-encoded, and in their own case.
 */
export function createRouter<Route extends RouteKey>(
  routes: readonly Route[],
  { ignoreCase = false }: { ignoreCase?: boolean } = {},
): FindRoute<Route> {
  const router = new TrieRouter<Route>()
  for (const route of routes) router.add(route.method, route.path, route)
  // Hono looks methods up in a plain object, where `constructor` would be found.
  const methods = new Set(routes.map(({ method }) => method))
  return (method, path) => {
    if (!methods.has(method)) return null
    const [[match]] = router.match(method, ignoreCase ? path.toLowerCase() : path)
    return match === undefined ? null : { route: match[0], params: paramsIn(match[0].path, path) }
  }
}

/** Reads the values from the path as it was sent, since hono has matched a lower-case copy where case is ignored. */
function paramsIn(pattern: string, path: string): Record<string, string> {
  const sent = path.split('/')
  const named = pattern.split('/').map((part, at) => [part, sent[at] ?? ''] as const)
  return Object.fromEntries(
    named.filter(([part]) => part.startsWith(':')).map(([part, value]) => [part.slice(1), value]),
  )
}
