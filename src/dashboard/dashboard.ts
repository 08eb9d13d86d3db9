// The operator's pages: connect an account, see it at work, disconnect it. No token is ever on a page.

import { Hono } from 'hono'
import { type Clock, systemClock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import { formsToProviders, pageHeaders } from '../core/page-headers.ts'
import { type Client, titleOf } from '../core/provider.ts'
import type { Punctual } from '../punctual.ts'
import { addBookings } from './booking-routes.ts'
import { eventFacts } from './events.ts'
import { addForms, type ForOwner } from './forms.ts'
import { problemPage } from './layout.ts'
import { liveFacts } from './live.ts'
import type { Note } from './note.ts'
import { noticeOf } from './notice.ts'
import { overviewPage } from './overview.ts'
import { icon, stylesheet } from './stylesheet.ts'

export interface DashboardOptions {
  readonly punctual: Pick<Punctual, 'begin' | 'connections' | 'events' | 'webhooks'>
  /** The clients that an account can be connected through. */
  readonly clients: readonly Client[]
  /** Where the dashboard is reached: on the origin of Punctual's `baseUrl`. A path is kept. */
  readonly baseUrl: string | URL
  /** Whose connections are shown: the owner who is signed in, or `null`. */
  readonly currentOwner: (request: Request) => string | null | Promise<string | null>
  /**
   * Whether the page may book, move and cancel at the accounts of that client. Default: nowhere. Say yes for a sandbox: in
   * a real calendar a click would book a real meeting.
   */
  readonly mayBook?: (client: Client) => boolean
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
  const { punctual, clients, currentOwner, mayBook = () => false, note, eventsNote, clock = systemClock } = options
  const own = new URL(options.baseUrl)
  const base = own.pathname.replace(/\/+$/, '')
  const byId = new Map(clients.map((client) => [client.id, client]))
  const headers = pageHeaders({ style: "'self'", image: "'self'", forms: formsToProviders(clients) })
  const frame = { base, own, headers }
  const app = new Hono().basePath(base)
  const notFound = () => {
    const titles = clients.map((client) => titleOf(client)).join(' and ')
    return problemPage(frame, 404, 'Not found', `There is no page here. You can connect ${titles} on the first page.`)
  }

  /** Calls the handler with the owner who is signed in. */
  const forOwner: ForOwner = (handle) => async (c) => {
    const owner = await currentOwner(c.req.raw)
    if (owner !== null) return handle(c, owner)
    const sentence = 'These pages show the connections of the person who is signed in.'
    return problemPage(frame, 401, 'Sign in first', sentence)
  }

  app.use(async (c, next) => guard(c.req.raw, own) ?? (await next()))
  app.get('/dashboard.css', () => file('text/css; charset=utf-8', stylesheet))
  app.get('/dashboard.svg', () => file('image/svg+xml', icon))
  app.get(
    '/',
    forOwner(async (c, owner) => {
      const after = c.req.query('after')
      const { connections, cursor } = await punctual.connections.list({ owner, cursor: after, limit: pageSize })
      const cards = await Promise.all(
        connections.map(async (connection) => {
          const client = byId.get(connection.client) ?? null
          const live = await liveFacts(connection, client, clock)
          return { connection, client, live, subscriptions: await punctual.webhooks.list(connection).catch(noneIfGone) }
        }),
      )
      return overviewPage(frame, {
        clients,
        cards,
        notice: noticeOf(new URL(c.req.url).searchParams, clients, connections),
        note,
        events: after === undefined ? await eventFacts(punctual, owner, connections) : null,
        eventsNote,
        now: clock.now(),
        older: cursor,
      })
    }),
  )
  addBookings(app, { punctual, clients, mayBook, frame, forOwner, clock })
  addForms(app, { punctual, clients: byId, frame, forOwner, notFound })

  app.notFound(() => notFound())
  app.onError((error) => {
    if (!(error instanceof PunctualError)) throw error
    switch (error.code) {
      case 'connection_not_found':
        return problemPage(frame, 404, 'This connection is gone', 'It was disconnected, or it never existed.')
      case 'store_unavailable':
        return problemPage(frame, 503, 'One moment', 'The database cannot be reached. Reload this page in a moment.')
      default:
        return problemPage(frame, 400, 'This did not work', `The request was refused (${error.code}).`)
    }
  })
  return app
}

function file(type: string, body: string): Response {
  const headers = { 'content-type': type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }
  return new Response(body, { headers })
}

/** The connection may have been disconnected while the page was made. */
function noneIfGone(error: unknown): [] {
  if (error instanceof PunctualError && error.code === 'connection_not_found') return []
  throw error
}
