// The pages that a person looks at. None but the two that ask a provider waits for one.

import type { Context, Hono } from 'hono'
import { PunctualError } from '../core/errors.ts'
import type { Punctual } from '../punctual.ts'
import { attemptsPage } from './attempts-page.ts'
import { auditPage } from './audit-page.ts'
import { charts } from './chart.ts'
import { clientsPage } from './clients-page.ts'
import { addConnectionPages, type ConnectionPagesInit } from './connection-pages.ts'
import { deliveriesPage } from './deliveries-page.ts'
import { addressOf } from './elements.ts'
import { errorsPage } from './errors-page.ts'
import { eventPage } from './event-page.ts'
import { eventsPage } from './events-page.ts'
import type { Note } from './note.ts'
import { noticeOf } from './notice.ts'
import { overviewPage } from './overview-page.ts'
import type { Visit } from './visit.ts'

export interface PagesInit extends ConnectionPagesInit {
  readonly punctual: Pick<Punctual, 'connections' | 'events' | 'operator' | 'webhooks'>
  readonly note: Note | undefined
  readonly eventsNote: Note | undefined
}

/** Rows on one page. */
const pageSize = 50
/** Dispatches of one event: more than a day has. */
const fewDispatches = 100
/** Errors on the first page. */
const fewErrors = 5

export function addPages(app: Hono, init: PagesInit): void {
  const { doors, punctual, clients, clock } = init
  const { operator } = punctual
  const word = (c: Context, name: string) => c.req.query(name) ?? ''
  const pageIn = (c: Context) => ({ cursor: word(c, 'after') || null, limit: pageSize })
  const shownAt = (c: Context) => ({ clients, now: clock.now(), after: word(c, 'after') })
  const noticeIn = (c: Context) => noticeOf(new URL(c.req.url).searchParams, clients, [])

  app.get(
    '/',
    doors.looks((c, visit) => showOverview(init, visit, noticeIn(c))),
  )
  app.get(
    '/errors',
    doors.looks(async (c, frame) =>
      errorsPage({ frame, ...shownAt(c) }, await operator.errors(pageIn(c)), word(c, 'after') === ''),
    ),
  )
  addConnectionPages(app, init)
  app.get(
    '/events',
    doors.looks(async (c, visit) => {
      const state = word(c, 'state') as '' | 'pending'
      const { events, cursor } = await punctual.events.list({ ...pageIn(c), ...(state !== '' && { state }) })
      return eventsPage(visit, { events, cursor, state, notice: noticeIn(c), note: init.eventsNote, ...shownAt(c) })
    }),
  )
  app.get(
    '/events/:id',
    doors.looks(async (c, visit) => {
      const destination = c.req.query('destination')
      const event = await punctual.events.get(c.req.param('id') ?? '', destination === undefined ? {} : { destination })
      const dispatches = await operator.dispatches(event.id, { destination: event.destination, limit: fewDispatches })
      return eventPage(visit, { event, dispatches: dispatches.items, notice: noticeIn(c), ...shownAt(c) })
    }),
  )
  app.get(
    '/deliveries',
    doors.looks(async (c, visit) => {
      const client = word(c, 'client')
      const [refusals, series] = await Promise.all([
        operator.refusals({ ...pageIn(c), client: client || undefined }),
        operator.series({ kind: 'webhook' }),
      ])
      return deliveriesPage(visit, { refusals, series, client, ...shownAt(c) })
    }),
  )
  app.get(
    '/attempts',
    doors.looks(async (c, visit) =>
      attemptsPage(visit, { attempts: await operator.attempts(pageIn(c)), ...shownAt(c) }),
    ),
  )
  app.get(
    '/clients',
    doors.looks(async (c, visit) => clientsPage(visit, { overview: await operator.overview(), ...shownAt(c) })),
  )
  app.get(
    '/audit',
    doors.looks(async (c, visit) => auditPage(visit, { audit: await operator.audit(pageIn(c)), ...shownAt(c) })),
  )
  app.get(
    '/back',
    doors.looks(async (c, visit) => comeBack(c, visit)),
  )
}

async function showOverview(
  { punctual, clients, owner, note, clock }: PagesInit,
  visit: Visit,
  notice: ReturnType<typeof noticeOf>,
): Promise<Response> {
  const { operator } = punctual
  const [overview, errors, ...series] = await Promise.all([
    operator.overview(),
    operator.errors({ limit: fewErrors }).catch(nullIfAway),
    ...charts.map(({ kind }) => operator.series({ kind }).catch(nullIfAway)),
  ])
  const connectable = owner !== null && visit.person.mayAct ? clients : []
  const now = clock.now()
  return overviewPage(visit, {
    overview,
    series,
    errors: errors?.items ?? null,
    clients,
    connectable,
    notice,
    note,
    now,
  })
}

/** From the provider: the page that shows what came of it is that of the connection, if there is one. */
async function comeBack(c: Context, { base }: Visit): Promise<Response> {
  const { punctual, client, error, reason, connection, of } = c.req.query()
  const id = [connection, of].find((one) => one !== undefined && /^[\w-]{1,100}$/.test(one))
  const path = id === undefined ? '/' : `/connections/${id}`
  c.header('cache-control', 'no-store')
  return c.redirect(addressOf(`${base}${path}`, { punctual, client, error, reason, connection }), 303)
}

function nullIfAway(error: unknown): null {
  if (error instanceof PunctualError && error.code === 'store_unavailable') return null
  throw error
}
