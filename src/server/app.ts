// The HTTP service: routes each request to the part that answers it. It decides nothing about connections. Every response
// has the headers that protect a page from other sites.

import { Hono } from 'hono'
import { address, type Checks, checkOptions, func, optional } from '../core/check.ts'
import { PunctualError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import type { Punctual } from '../punctual.ts'

export interface ServerOptions {
  /** Its `baseUrl` must be the origin at which this server is reached. */
  readonly punctual: Pick<Punctual, 'handler' | 'ready'>
  /** Answers every other path than health and Punctual's own: `createDashboard({...}).fetch`. Default: 404. */
  readonly dashboard?: (request: Request) => Response | Promise<Response>
  /**
   * The only origin by which a browser may reach this server. Other names of it, and pages of other sites, are refused
   * on every route but health. Default: not checked, for a server behind a proxy that knows its names.
   */
  readonly origin?: string | URL
  /** Called with a fault for which a client gets only a 500. */
  readonly onFault?: (error: unknown) => void
}

const checks: Checks<ServerOptions> = {
  punctual: (value) =>
    typeof (value as Partial<Punctual> | null | undefined)?.handler === 'function'
      ? null
      : 'must be what createPunctual returns',
  dashboard: optional(func('of the request, such as createDashboard({ … }).fetch')),
  origin: optional(address),
  onFault: optional(func('of the fault')),
}

/**
 * Builds the service. `app.fetch` answers a `Request`.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names the option.
 */
export function createServer(options: ServerOptions): Hono {
  checkOptions('createServer', options, checks)
  const { punctual, dashboard, origin, onFault } = options
  const app = new Hono()

  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(protections)) {
      if (!c.res.headers.has(name)) c.header(name, value)
    }
  })

  // Says only that the process is up, so that a database outage restarts no process.
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    try {
      await punctual.ready()
      return c.json({ status: 'ready' })
    } catch (error) {
      const reason = error instanceof PunctualError ? (error.reason ?? error.code) : 'unknown'
      return c.json({ status: 'not_ready', reason }, 503)
    }
  })

  if (origin !== undefined) {
    const own = new URL(origin)
    // The providers post webhooks there, and sign them.
    const programs = (path: string) => path.startsWith('/webhooks/')
    app.use(async (c, next) => guard(c.req.raw, own, { programs: programs(c.req.path) }) ?? (await next()))
  }
  for (const path of ['/connect/*', '/callback/*', '/webhooks/*']) app.all(path, (c) => punctual.handler(c.req.raw))
  if (dashboard) app.all('*', (c) => dashboard(c.req.raw))

  app.notFound((c) => c.text('There is no page at this address.', 404))
  app.onError((error, c) => {
    // A fault of onFault itself is ignored.
    new Promise((resolve) => resolve(onFault?.(error))).catch(() => {})
    return c.text('Something went wrong. The fault has been reported. Try again in a moment.', 500)
  })
  return app
}

/** Added to responses that do not set them. */
const protections: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
