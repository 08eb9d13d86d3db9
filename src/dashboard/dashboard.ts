// The operator's pages: connect an account, see it at work, disconnect it. Every form posts to this origin and is
// answered with a redirect; no token is ever on a page.

import { type Context, Hono } from 'hono'
import type { Connection } from '../connection.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import type { Client } from '../core/provider.ts'
import type { Punctual } from '../punctual.ts'
import { eventFacts } from './events.ts'
import { pageHeaders, problemPage } from './layout.ts'
import { liveFacts } from './live.ts'
import type { Note } from './note.ts'
import { disconnectedQuery, noticeOf, titleOf } from './notice.ts'
import { overviewPage } from './overview.ts'
import { icon, stylesheet } from './stylesheet.ts'
import type { WebhookSubscription } from './subscriptions.ts'
import { outcomeOf, webhookNotice } from './webhook-notice.ts'

export interface DashboardOptions {
  readonly punctual: Pick<Punctual, 'begin' | 'connections' | 'events' | 'webhooks'>
  /** The clients that an account can be connected through. */
  readonly clients: readonly Client[]
  /** Where the dashboard is reached: on the origin of Punctual's `baseUrl`. A path is kept. */
  readonly baseUrl: string | URL
  /** Whose connections are shown: the owner who is signed in, or `null`. */
  readonly currentOwner: (request: Request) => string | null | Promise<string | null>
  /** One remark below the title. */
  readonly note?: Note
  /** One remark on the events, such as where they go. */
  readonly eventsNote?: Note
  readonly clock?: Clock
}

/** Connections on one page. */
const pageSize = 12

/** Builds the pages. `app.fetch` answers a `Request`. */
export function createDashboard(options: DashboardOptions): Hono {
  const { punctual, clients, currentOwner, note, eventsNote, clock = systemClock } = options
  const own = new URL(options.baseUrl)
  const base = own.pathname.replace(/\/+$/, '')
  const home = `${base}/`
  const byId = new Map(clients.map((client) => [client.id, client]))
  const frame = { base, own, headers: pageHeaders(clients) }
  const app = new Hono().basePath(base)

  app.use(async (c, next) => guard(c.req.raw, own) ?? (await next()))
  app.get('/dashboard.css', () => file('text/css; charset=utf-8', stylesheet))
  app.get('/dashboard.svg', () => file('image/svg+xml', icon))

  app.get('/', async (c) => {
    const owner = await currentOwner(c.req.raw)
    if (owner === null) return notSignedIn()
    const after = c.req.query('after')
    const { connections, cursor } = await punctual.connections.list({ owner, cursor: after, limit: pageSize })
    const cards = await Promise.all(
      connections.map(async (connection) => {
        const client = byId.get(connection.client) ?? null
        const live = await liveFacts(connection, client, clock)
        return { connection, client, live, subscriptions: await punctual.webhooks.list(connection).catch(noneIfGone) }
      }),
    )
    const events = after === undefined ? await eventFacts(punctual, owner, connections) : null
    const query = new URL(c.req.url).searchParams
    const notice = webhookNotice(query, clients) ?? noticeOf(query, clients, connections)
    return overviewPage(frame, {
      ...{ clients, cards, notice, note, events, eventsNote },
      ...{ now: clock.now(), older: cursor },
    })
  })

  app.post('/connections', async (c) => {
    const owner = await currentOwner(c.req.raw)
    if (owner === null) return notSignedIn()
    const form = await c.req.formData().catch(() => null)
    if (!form) return problemPage(frame, 400, 'This did not work', 'What was sent is no form of this page.')
    const client = byId.get(String(form.get('client')))
    if (!client) return notThere()
    const connection = form.get('connection')
    const { url, headers } = await punctual.begin({
      client: client.id,
      owner,
      returnTo: new URL(`${home}?client=${client.id}`, own),
      ...(typeof connection === 'string' ? { connection } : {}),
    })
    headers.set('location', url.href)
    headers.set('cache-control', 'no-store')
    headers.set('referrer-policy', 'no-referrer')
    return new Response(null, { status: 303, headers })
  })

  app.post('/connections/:id/disconnect', async (c) => {
    const owner = await currentOwner(c.req.raw)
    if (owner === null) return notSignedIn()
    const connection = await punctual.connections.get(c.req.param('id'), { owner })
    return see(c, `${home}?${disconnectedQuery(connection, await connection.disconnect())}`)
  })

  app.post('/connections/:id/webhooks', async (c) => {
    const owner = await currentOwner(c.req.raw)
    if (owner === null) return notSignedIn()
    const connection = await punctual.connections.get(c.req.param('id'), { owner })
    const bookings = byId.get(connection.client)?.provider.webhooks?.bookings ?? []
    if (bookings.length === 0) return notThere()
    const made = punctual.webhooks.subscribe(connection, bookings).then((one) => [one])
    return seeOutcome(c, connection, made)
  })

  app.post('/connections/:id/webhooks/end', async (c) => {
    const owner = await currentOwner(c.req.raw)
    if (owner === null) return notSignedIn()
    const connection = await punctual.connections.get(c.req.param('id'), { owner })
    const scope = (await c.req.formData().catch(() => null))?.get('scope')
    if (typeof scope !== 'string') return notThere()
    return seeOutcome(c, connection, punctual.webhooks.unsubscribe(connection, { scope }))
  })

  app.post('/events/:id/replay', async (c) => {
    const owner = await currentOwner(c.req.raw)
    if (owner === null) return notSignedIn()
    const outcome = await punctual.events.replay(c.req.param('id'), { owner }).then(() => 'replayed', ifNotDead)
    return see(c, `${home}?punctual=webhooks&outcome=${outcome}`)
  })

  app.notFound(() => notThere())
  app.onError((error) => {
    if (!(error instanceof PunctualError)) throw error
    switch (error.code) {
      case 'connection_not_found':
        return problemPage(frame, 404, 'This connection is gone', 'It has been disconnected, or was never here.')
      case 'store_unavailable':
        return problemPage(frame, 503, 'One moment', 'The database cannot be reached. Reload this page in a moment.')
      default:
        return problemPage(frame, 400, 'This did not work', `The request was refused (${error.code}).`)
    }
  })
  return app

  /** A refusal is an outcome too; that the database is away is not. */
  async function seeOutcome(c: Context, of: Connection, work: Promise<WebhookSubscription[]>): Promise<Response> {
    const result = await work.catch((error: unknown) => {
      if (error instanceof PunctualError && !['store_unavailable', 'connection_not_found'].includes(error.code))
        return error
      throw error
    })
    const query = new URLSearchParams({ punctual: 'webhooks', client: of.client, outcome: outcomeOf(result) })
    return see(c, `${home}?${query}`)
  }

  function notSignedIn(): Promise<Response> {
    return problemPage(frame, 401, 'Sign in first', 'These pages show the connections of the person who is signed in.')
  }

  function notThere(): Promise<Response> {
    return problemPage(
      frame,
      404,
      'Not found',
      `There is nothing here. ${titles()} can be connected from the first page.`,
    )
  }

  function titles(): string {
    return clients.map((client) => titleOf(client)).join(' and ')
  }
}

function file(type: string, body: string): Response {
  const headers = { 'content-type': type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }
  return new Response(body, { headers })
}

/** Somebody may have disconnected it while the page was being made. */
function noneIfGone(error: unknown): [] {
  if (error instanceof PunctualError && error.code === 'connection_not_found') return []
  throw error
}

function ifNotDead(error: unknown): string {
  if (error instanceof PunctualError && error.code === 'event_not_dead') return 'not_dead'
  if (error instanceof PunctualError && error.code === 'event_not_found') return 'event_gone'
  throw error
}

/** The page to look at after a form; a reload of it repeats nothing. */
function see(c: Context, location: string): Response {
  c.header('cache-control', 'no-store')
  return c.redirect(location, 303)
}
