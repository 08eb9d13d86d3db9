// The pages that show the bookings of an account, book, move and cancel. A form that is sent is answered with a redirect, or
// with itself and what is wrong: a reload then repeats it with the same key, which does nothing twice.

import type { Context, Hono } from 'hono'
import type { Connection } from '../connection.ts'
import type { Clock } from '../core/clock.ts'
import { type Client, titleOf } from '../core/provider.ts'
import type { Punctual } from '../punctual.ts'
import { scheduling } from '../scheduling/scheduling.ts'
import type { Audit } from './audit.ts'
import { bookPages } from './book-pages.ts'
import type { HandleBookable } from './bookable.ts'
import { bookingsPage } from './bookings-page.ts'
import { changePages } from './change-pages.ts'
import { problemPage } from './layout.ts'
import { accountOf } from './names.ts'
import { noticeOf } from './notice.ts'
import { upcomingOf } from './upcoming.ts'
import type { Doors, Visit } from './visit.ts'

export interface BookingRoutesInit {
  readonly punctual: Pick<Punctual, 'connections'>
  readonly clients: readonly Client[]
  readonly mayBook: (client: Client) => boolean
  readonly doors: Doors
  readonly audit: Audit
  readonly clock: Clock
}

export function addBookings(app: Hono, init: BookingRoutesInit): void {
  const { clients, mayBook, doors, audit, punctual, clock } = init

  async function accountIn(c: Context): Promise<{ connection: Connection; client: Client | null }> {
    const connection = await punctual.connections.get(c.req.param('id') ?? '')
    return { connection, client: clients.find(({ id }) => id === connection.client) ?? null }
  }

  const showBookings = doors.looks(async (c, visit) => {
    const { connection, client } = await accountIn(c)
    if (!client?.provider.scheduling || connection.status === 'disconnected')
      return problemPage(visit, 404, 'No bookings', 'The bookings of this account cannot be read here.')
    const [now, asked] = [clock.now(), Number(c.req.query('from'))]
    const from = Number.isSafeInteger(asked) && asked > now ? asked : now
    return bookingsPage(visit, {
      connection,
      client,
      upcoming: await upcomingOf(connection, from, clock),
      isBookable: mayBook(client) && visit.person.mayAct,
      notice: noticeOf(new URL(c.req.url).searchParams, clients, []),
      now,
      isFirst: from === now,
    })
  })

  /** Whatever a form says, nothing is changed where the page may not book. */
  const at = (handle: HandleBookable) =>
    doors.acts(async (c, visit: Visit) => {
      const { connection, client } = await accountIn(c)
      if (!client || !mayBook(client))
        return problemPage(
          visit,
          403,
          'Only shown here',
          'The bookings of this account are shown here, and not changed.',
        )
      return handle(c, {
        connection,
        calendar: scheduling(connection),
        base: `${visit.base}/connections/${connection.id}`,
        title: titleOf(client),
        account: accountOf(connection, client),
        visit,
        noted: (action, outcome) => audit.record(visit, action, connection.id, outcome),
      })
    })

  const [book, change] = [bookPages({ clock }), changePages({ clock })]
  app.get('/connections/:id/bookings', showBookings)
  app.get('/connections/:id/book', at(book.choose))
  app.post('/connections/:id/book', at(book.book))
  app.get('/connections/:id/move', at(change.chooseTime))
  app.post('/connections/:id/move', at(change.move))
  app.get('/connections/:id/cancel', at(change.confirmCancel))
  app.post('/connections/:id/cancel', at(change.cancel))
}
