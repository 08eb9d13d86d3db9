// The operator's pages: what needs a person, every connection, what came in and what went out, and who did what. No token is
// ever on a page.

import { Hono } from 'hono'
import type { Connection } from '../connection.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { guard } from '../core/guard.ts'
import { formsToProviders, pageHeaders } from '../core/page-headers.ts'
import type { Client } from '../core/provider.ts'
import type { WebApp } from '../core/web-app.ts'
import type { Punctual } from '../punctual.ts'
import { createAudit } from './audit.ts'
import { addBookings } from './booking-routes.ts'
import { addConnectionForms } from './connection-forms.ts'
import { addEventForms } from './event-forms.ts'
import { problemPage } from './layout.ts'
import type { Note } from './note.ts'
import { addPages } from './pages.ts'
import { script } from './script.ts'
import { createSignIn, type SignIn, type SignInInit } from './sign-in.ts'
import { icon, stylesheet } from './stylesheet.ts'
import { createDoors } from './visit.ts'

export interface DashboardOptions {
  readonly punctual: Pick<Punctual, 'begin' | 'connectSessions' | 'connections' | 'events' | 'operator' | 'webhooks'>
  /** The clients that Punctual has. */
  readonly clients: readonly Client[]
  /** Where the pages are reached: on the origin of Punctual's `baseUrl`. A path is kept. */
  readonly baseUrl: string | URL
  /**
   * Who looks at the pages: a name of 1 to 200 characters for the audit, or `null` for nobody, who sees nothing. They show the
   * connections of all owners, so put them behind the login of the people who run your application.
   */
  readonly actor: (request: Request) => string | null | Promise<string | null>
  /** Whether that request may change something. Default: none may, and the pages are read-only. */
  readonly mayAct?: (request: Request) => boolean | Promise<boolean>
  /**
   * The owner of the accounts that a person connects from these pages, on a machine of one person. Default: none can be
   * connected here, and consent is given by a link for the owner.
   */
  readonly owner?: string
  /** Returns the address at which the owner of that connection gives consent again. Default: that of a connect session. */
  readonly reconnectLink?: (connection: Connection) => string | URL | Promise<string | URL>
  /**
   * Whether the pages may book, move and cancel at the accounts of that client. Default: nowhere. Say yes for a sandbox: in a
   * real calendar a click would book a real meeting.
   */
  readonly mayBook?: (client: Client) => boolean
  /** One remark on the first page. */
  readonly note?: Note
  /** One remark on the events, such as where they go. */
  readonly eventsNote?: Note
  readonly clock?: Clock
}

/** Builds the pages. `app.fetch` answers a `Request`. */
export function createDashboard(options: DashboardOptions): WebApp {
  return createPages(options, null)
}

/** The same where a person signs in with an API key. */
export function createDashboardWithSignIn(
  options: Omit<DashboardOptions, 'actor' | 'mayAct'>,
  { apiKeys, sealer }: Pick<SignInInit, 'apiKeys' | 'sealer'>,
): WebApp {
  const signIn = createSignIn({ apiKeys, sealer, own: new URL(options.baseUrl), clock: options.clock ?? systemClock })
  return createPages({ ...options, actor: signIn.actor, mayAct: signIn.mayAct }, signIn)
}

function createPages(options: DashboardOptions, signIn: SignIn | null): WebApp {
  const { punctual, clients, actor, mayAct = () => false, owner = null, mayBook = () => false } = options
  const { note, eventsNote, clock = systemClock, reconnectLink = linkOf(punctual) } = options
  const own = new URL(options.baseUrl)
  const base = own.pathname.replace(/\/+$/, '')
  const sources = { style: "'self'", image: "'self'", script: "'self'" }
  const frame = {
    base,
    own,
    path: '',
    person: null,
    headers: pageHeaders({ ...sources, forms: formsToProviders(clients) }),
  }
  const doors = createDoors({ frame, actor, mayAct, signIn })
  const audit = createAudit(punctual.operator)
  const app = new Hono({ getPath: pathWithin(base) }).basePath(base)

  // A session's cookie belongs to one host name, so no other name of the server can show it.
  app.use(async (c, next) => guard(c.req.raw, own, { anyHost: signIn !== null }) ?? (await next()))
  app.get('/dashboard.css', () => file('text/css; charset=utf-8', stylesheet))
  app.get('/dashboard.js', () => file('text/javascript; charset=utf-8', script))
  app.get('/dashboard.svg', () => file('image/svg+xml', icon))
  signIn?.addTo(app, { frame, doors, audit })
  addPages(app, { punctual, clients, owner, note, eventsNote, doors, clock })
  addBookings(app, { punctual, clients, mayBook, doors, audit, clock })
  const byId = new Map(clients.map((client) => [client.id, client]))
  addConnectionForms(app, { punctual, clients: byId, doors, audit, owner, reconnectLink, clock })
  addEventForms(app, { punctual, doors, audit, clock })
  app.notFound(doors.looks((_, visit) => problemPage(visit, 404, 'Not found', 'There is no page at this address.')))
  return app
}

/** The path of a request, whether the framework has cut off where the pages are mounted or not. No slash at its end. */
function pathWithin(base: string): (request: Request) => string {
  return ({ url }) => {
    const { pathname } = new URL(url)
    const whole = pathname === base || pathname.startsWith(`${base}/`) ? pathname : `${base}${pathname}`
    return whole.replace(/\/$/, '') || '/'
  }
}

function linkOf({ connectSessions }: DashboardOptions['punctual']): NonNullable<DashboardOptions['reconnectLink']> {
  return async ({ id, owner }) => (await connectSessions.create({ owner, connection: id, returnTo: '/' })).url
}

function file(type: string, body: string): Response {
  const headers = { 'content-type': type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }
  return new Response(body, { headers })
}
