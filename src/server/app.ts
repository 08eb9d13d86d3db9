// The HTTP service: routes each request to the part that answers it. It decides nothing about connections. Every response
// has the headers that protect a page from other sites.

import { Hono } from 'hono'
import { routePath } from 'hono/route'
import { address, anything, type Checks, checkOptions, func, optional } from '../core/check.ts'
import { systemClock, systemRandom } from '../core/clock.ts'
import { guard } from '../core/guard.ts'
import type { WebApp } from '../core/web-app.ts'
import type { Punctual } from '../punctual.ts'
import type { Api, ApiDependencies } from './api/api.ts'
import type { ApiOptions } from './api/options.ts'
import type { ApiHost } from './api/request/host.ts'
import { ApiError, problemResponse, usualDocuments } from './api/request/problem.ts'
import { createBrowserModule } from './browser-module.ts'
import { createReadiness, live } from './operation/health.ts'
import type { Operation } from './operation/operation.ts'
import { newRequestFacts, type RequestFacts } from './operation/request-facts.ts'
import { createRequestIds } from './request-id.ts'

type Site = Pick<Punctual, 'handler' | 'ready'> & Partial<Pick<Punctual, 'health' | 'statistics'>>

/** `punctual`: its `baseUrl` must be the origin at which this server is reached. With `api`, the HTTP API is served too. */
export type ServerOptions = PageOptions &
  (
    | { readonly punctual: Site; readonly api?: undefined }
    | { readonly punctual: Site & ApiHost; readonly api: ApiOptions }
  )

interface ServerEnv {
  readonly Variables: { facts: RequestFacts }
}

interface PageOptions {
  /**
   * Answers `/connect/{session}` and what is below: `createConnectPage({...}).fetch`. With it, `/connect.js` is the file of
   * `punctual/browser`. Default: Punctual's handler.
   */
  readonly connectPage?: (request: Request) => Response | Promise<Response>
  /** Answers `/operator` and what is below: the operator's pages of the service. Default: 404. */
  readonly operatorPages?: (request: Request) => Response | Promise<Response>
  /** Answers every other path than health and Punctual's own: `createDashboard({...}).fetch`. Default: 404. */
  readonly dashboard?: (request: Request) => Response | Promise<Response>
  /**
   * The only origin by which a browser may reach this server. Other names of it, and pages of other sites, are refused
   * on every route but health. Default: not checked, for a server behind a proxy that knows its names.
   */
  readonly origin?: string | URL
  /** Watches the requests, and answers `/metrics`. Default: neither metrics nor a log. */
  readonly operation?: Pick<Operation, 'watch' | 'metrics'>
  /** Called with a fault for which a client gets only a 500. */
  readonly onFault?: (error: unknown) => void
}

const checks: Checks<PageOptions & { readonly punctual: Site; readonly api?: ApiOptions }> = {
  punctual: (value) =>
    typeof (value as Partial<Punctual> | null | undefined)?.handler === 'function'
      ? null
      : 'must be what createPunctual returns',
  // The API checks its options itself.
  api: anything,
  operation: anything,
  connectPage: optional(func('of the request, such as createConnectPage({ … }).fetch')),
  operatorPages: optional(func('of the request')),
  dashboard: optional(func('of the request, such as createDashboard({ … }).fetch')),
  origin: optional(address),
  onFault: optional(func('of the fault')),
}

/**
 * Builds the service. `app.fetch` answers a `Request`.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names the option.
 */
export function createServer(options: ServerOptions): WebApp {
  checkOptions('createServer', options, checks)
  const { punctual, connectPage, operatorPages, dashboard, origin, operation, onFault } = options
  const app = new Hono<ServerEnv>()
  // A fault of onFault itself is ignored.
  const report = (error: unknown) => void new Promise((resolve) => resolve(onFault?.(error))).catch(() => {})

  const requestIdOf = createRequestIds(systemRandom)
  app.use(async (c, next) => {
    const facts = newRequestFacts(requestIdOf(c.req.raw))
    c.set('facts', facts)
    const answered = async () => {
      await next()
      facts.route ??= patternOf(routePath(c))
      if (!isWritable(c.res)) c.res = new Response(c.res.body, c.res)
      const { headers } = c.res
      headers.set('x-request-id', facts.requestId)
      for (const [name, value] of protections) if (!headers.has(name)) headers.set(name, value)
      return c.res
    }
    await (operation ? operation.watch(c.req.raw, facts, answered) : answered())
  })

  for (const path of ['/livez', '/healthz']) app.get(path, live)
  app.get('/readyz', createReadiness(punctual, systemClock))
  if (connectPage) {
    const browserModule = createBrowserModule()
    app.get('/connect.js', (c) => browserModule(c.req.raw))
  }
  const { statistics, health } = punctual
  if (operation && statistics && health)
    app.get('/metrics', (c) => operation.metrics({ statistics, health }, c.req.raw))
  for (const path of new Set(app.routes.filter(({ method }) => method === 'GET').map(({ path }) => path)))
    app.all(path, (c) => readOnly(c.get('facts')))

  if (origin !== undefined) {
    const own = new URL(origin)
    // The providers post webhooks, and sign them; the API is for programs alone.
    const programs = (path: string) => /^\/(webhooks|v1)\//.test(path)
    app.use(async (c, next) => guard(c.req.raw, own, { programs: programs(c.req.path) }) ?? (await next()))
  }
  if (connectPage) app.all('/connect/:session{session_.+}', (c) => connectPage(c.req.raw))
  for (const path of ['/connect/*', '/callback/*', '/webhooks/*']) app.all(path, (c) => punctual.handler(c.req.raw))
  if (operatorPages) for (const path of ['/operator', '/operator/*']) app.all(path, (c) => operatorPages(c.req.raw))
  if (options.api) {
    const api = loadApi({ ...options.api, punctual: options.punctual, onFault: report })
    const paths = dashboard ? ['/v1/*', '/openapi.json', '/docs', '/docs.css'] : ['*']
    for (const path of paths) app.all(path, async (c) => (await api)(c.req.raw, c.get('facts')))
  }
  if (dashboard) app.all('*', (c) => dashboard(c.req.raw))

  app.notFound((c) => c.text('There is no page at this address.', 404))
  app.onError((error, c) => {
    report(error)
    return c.text('Something went wrong. The fault has been reported. Try again in a moment.', 500)
  })
  return app
}

/** The answer for another method at an address that is only read. */
function readOnly(facts: RequestFacts): Response {
  const headers = { allow: 'GET, HEAD' }
  const error = new ApiError('method_not_allowed', 'This address takes GET, HEAD.', { headers })
  return problemResponse(error, { facts, documents: usualDocuments, onFault: () => {} })
}

/** Whether its headers can be set: not those of a redirect that the platform has made, or of an answer that was fetched. */
function isWritable({ headers }: Response): boolean {
  try {
    headers.delete('x-request-id')
    return true
  } catch {
    return false
  }
}

/** Loads the API at once, but without delaying the rest: a server without it loads neither its schemas nor their library. */
function loadApi(dependencies: ApiDependencies): Promise<Api> {
  const api = import('./api/api.ts').then(({ createApi }) => createApi(dependencies))
  api.catch(() => {})
  return api
}

/** The pattern of a route; `null` for one that matches every address. */
function patternOf(path: string): string | null {
  return /^[/*]*$/.test(path) && path !== '/' ? null : path
}

/** Added to responses that do not set them. */
const protections: readonly (readonly [name: string, value: string])[] = Object.entries({
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})
