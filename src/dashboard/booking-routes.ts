// The pages that show bookings, book, move and cancel. A form that is sent is answered with a redirect, or with itself and
// what is wrong: a reload then repeats it with the same key, which does nothing twice.

import type { Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { Clock } from '../core/clock.ts'
import { type Client, titleOf } from '../core/provider.ts'
import type { Punctual } from '../punctual.ts'
import { scheduling } from '../scheduling/scheduling.ts'
import { bookPages } from './book-pages.ts'
import { type Handle, sheet } from './bookable.ts'
import { bookingsPage } from './bookings-page.ts'
import { changePages } from './change-pages.ts'
import type { ForOwner } from './forms.ts'
import { type Frame, problemPage } from './layout.ts'
import { accountOf } from './names.ts'
import { noticeOf } from './notice.ts'
import { upcomingOf } from './upcoming.ts'

export interface BookingRoutesInit {
  readonly punctual: Pick<Punctual, 'connections'>
  readonly clients: readonly Client[]
  readonly mayBook: (client: Client) => boolean
  readonly frame: Frame
  readonly forOwner: ForOwner
  readonly clock: Clock
}

/** Accounts whose bookings are on one page. */
const pageSize = 12

export function addBookings(app: Hono, init: BookingRoutesInit): void {
  const { frame, clients, mayBook, forOwner, punctual, clock } = init
  const { base } = frame
  const clientOf = (id: string) => clients.find((client) => client.id === id) ?? null

  async function accountsOf(c: Context, owner: string) {
    const { connections, cursor } = await punctual.connections.list({
      owner,
      cursor: c.req.query('after'),
      limit: pageSize,
    })
    const accounts = connections.map((connection) => ({ connection, client: clientOf(connection.client) }))
    return { accounts, older: cursor }
  }

  const showBookings = async (c: Context, owner: string) => {
    const { accounts, older } = await accountsOf(c, owner)
    const [now, asked] = [clock.now(), Number(c.req.query('from'))]
    const from = Number.isSafeInteger(asked) && asked > now ? asked : now
    return bookingsPage(frame, {
      ...(await upcomingOf(accounts, from, clock)),
      clients,
      mayBook,
      hasAccounts: accounts.length > 0,
      notice: noticeOf(new URL(c.req.url).searchParams, clients, []),
      now,
      isFirst: from === now,
      older,
    })
  }

  const chooseAccount = async (c: Context, owner: string) => {
    const { accounts, older } = await accountsOf(c, owner)
    const rows = accounts
      .filter(({ client }) => client && mayBook(client))
      .map(({ connection, client }) => {
        const [href, name] = [`${base}/connections/${connection.id}/book`, accountOf(connection, client)]
        return html`<li><div><p><a href="${href}"><strong>${name}</strong></a></p></div></li>`
      })
    const more =
      older === null
        ? ''
        : html`<p class="more"><a href="${base}/book?after=${encodeURIComponent(older)}">More accounts</a></p>`
    const list =
      rows.length > 0
        ? html`<ul class="card list">${rows}</ul>`
        : html`<p class="empty">There is no account to book at.</p>`
    return sheet(frame, 'Book a meeting', null, html`${list}${more}`)
  }

  /** Whatever a form says, nothing is changed where the page may not book. */
  const at = (handle: Handle) =>
    forOwner(async (c, owner) => {
      const connection = await punctual.connections.get(c.req.param('id') ?? '', { owner })
      const client = clientOf(connection.client)
      if (!client || !mayBook(client))
        return problemPage(
          frame,
          403,
          'Only shown here',
          'The bookings of this account are shown here, and not changed.',
        )
      const path = `${base}/connections/${connection.id}`
      const names = { title: titleOf(client), account: accountOf(connection, client) }
      return handle(c, { connection, calendar: scheduling(connection), base: path, ...names })
    })

  const [book, change] = [bookPages({ frame, clock }), changePages({ frame, clock })]
  app.get('/bookings', forOwner(showBookings))
  app.get('/book', forOwner(chooseAccount))
  app.get('/connections/:id/book', at(book.choose))
  app.post('/connections/:id/book', at(book.book))
  app.get('/connections/:id/move', at(change.chooseTime))
  app.post('/connections/:id/move', at(change.move))
  app.get('/connections/:id/cancel', at(change.confirmCancel))
  app.post('/connections/:id/cancel', at(change.cancel))
}
