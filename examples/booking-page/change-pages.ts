// The pages of one booking, for the visitor who has its link: what was booked, its calendar file, and cancel.

import type { Context, Hono } from 'hono'
import { toICalendar } from 'punctual/scheduling'
import type { BookingLinks } from './booking-links.ts'
import { bookingPage, cancelPage } from './change-views.ts'
import { againPage } from './page.ts'
import { problemOf } from './problem.ts'
import type { Salons } from './salon.ts'
import { type Visit, visitOf, wayToCancel, wayToMove } from './visit.ts'

export function addChangePages(app: Hono, { salons, links }: { salons: Salons; links: BookingLinks }): void {
  const forVisit = (handle: (c: Context, visit: Visit) => Response | Promise<Response>) => async (c: Context) => {
    const visit = await visitOf(c.req.param('key') ?? '', salons, links)
    return visit ? handle(c, visit) : c.notFound()
  }

  app.get(
    '/bookings/:key',
    forVisit((c, visit) => {
      const ways = { move: wayToMove(visit, salons.rebooks(visit.link.owner)), cancel: wayToCancel(visit) }
      return c.html(bookingPage(visit, ways, c.req.query('done')))
    }),
  )

  app.get(
    '/bookings/:key/booking.ics',
    forVisit((c, { booking, isShared, attendee }) => {
      // The file of one visitor does not name the others.
      const own = isShared ? { ...booking, attendees: attendee ? [attendee] : [], guests: [] } : booking
      return c.body(toICalendar(own), 200, { 'content-type': 'text/calendar; charset=utf-8' })
    }),
  )

  app.get(
    '/bookings/:key/cancel',
    forVisit((c, visit) =>
      wayToCancel(visit) === 'here' ? c.html(cancelPage(visit)) : c.redirect(`/bookings/${visit.key}`, 303),
    ),
  )

  app.post('/bookings/:key/cancel', async (c) => {
    const key = c.req.param('key')
    const typed = new URLSearchParams(await c.req.text())
    try {
      const visit = await visitOf(key, salons, links)
      if (!visit) return c.notFound()
      const { booking, isShared, attendee, salon } = visit
      // Without the check, the visitor of a group meeting would cancel it for everybody.
      if (wayToCancel(visit) !== 'here') return c.redirect(`/bookings/${key}`, 303)
      const reason = typed.get('reason')?.trim() || undefined
      await salon.calendar.cancel(booking, { reason, ...(isShared && attendee && { attendee }) })
      return c.redirect(`/bookings/${key}?done=cancelled`, 303)
    } catch (error) {
      const problem = problemOf(error)
      return c.html(againPage(problem, c.req.path, typed), problem.status)
    }
  })
}
