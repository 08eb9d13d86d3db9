// The HTTP service: hands each request to the part that answers it. It decides nothing about connections, and no
// answer leaves without the headers that keep a page to itself.

import { Hono } from 'hono'
import { PunctualError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import type { Punctual } from '../punctual.ts'

export interface ServerOptions {
  /** Its `baseUrl` must be the origin at which this server is reached. */
  readonly punctual: Pick<Punctual, 'handler' | 'ready'>
  /** Answers everything that is neither health nor Punctual's own: `createDashboard({...}).fetch`. Default: 404. */
  readonly dashboard?: (request: Request) => Response | Promise<Response>
  /**
   * The only origin by which a browser may reach this server. Other names of it, and pages of other sites, are refused
   * on every route but health. Default: not checked, for a server behind a proxy that knows its names.
   */
  readonly origin?: string | URL
  /** Told of a fault that a client sees as a bare 500. */
  readonly onFault?: (error: unknown) => void
}

/** Builds the service. `app.fetch` answers a `Request`. */
export function createServer({ punctual, dashboard, origin, onFault }: ServerOptions): Hono {
  const app = new Hono()

  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(protections)) {
      if (!c.res.headers.has(name)) c.header(name, value)
    }
  })

  // The process is up: nothing else is asked, so that a database outage restarts nobody.
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
    // The providers post there, and sign what they post.
    const programs = (path: string) => path.startsWith('/webhooks/')
    app.use(async (c, next) => guard(c.req.raw, own, { programs: programs(c.req.path) }) ?? (await next()))
  }
  for (const path of ['/connect/*', '/callback/*', '/webhooks/*']) app.all(path, (c) => punctual.handler(c.req.raw))
  if (dashboard) app.all('*', (c) => dashboard(c.req.raw))

  app.notFound((c) => c.text('There is nothing at this address.', 404))
  app.onError((error, c) => {
    // A fault in telling of a fault ends there.
    new Promise((resolve) => resolve(onFault?.(error))).catch(() => {})
    return c.text('Something went wrong here. The fault has been reported; try again in a moment.', 500)
  })
  return app
}

/** For answers that do not say it themselves. */
const protections: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
