// The pages on which a visitor moves a booking: another time, and the question whether to move.

import type { Context, Hono } from 'hono'
import type { BookingLinks } from './booking-links.ts'
import { elsewherePage, movePage, moveTimesPage } from './change-views.ts'
import { againPage } from './page.ts'
import { over, type Problem, problemOf } from './problem.ts'
import type { Salons } from './salon.ts'
import { freeDays, isInstant } from './times.ts'
import { type Visit, visitOf, wayToMove } from './visit.ts'
import { queryOf, weekOf, weekView } from './week.ts'

export function addMovePages(app: Hono, { salons, links }: { salons: Salons; links: BookingLinks }): void {
  app.get('/bookings/:key/move', async (c) => {
    const visit = await visitOf(c.req.param('key'), salons, links)
    if (!visit) return c.notFound()
    const way = wayToMove(visit, salons.rebooks(visit.link.owner))
    if (way === null) return c.redirect(`/bookings/${visit.key}`, 303)
    if (way !== 'here') return c.html(elsewherePage(visit.key, way.url))
    const start = c.req.query('start') ?? ''
    return isInstant(start) ? c.html(movePage(visit, start)) : timesPage(c, visit)
  })

  app.post('/bookings/:key/move', async (c) => {
    const key = c.req.param('key')
    const link = links.get(key)
    if (!link) return c.notFound()
    const typed = new URLSearchParams(await c.req.text())
    const start = typed.get('start') ?? ''
    if (!isInstant(start)) return c.redirect(`/bookings/${key}/move`, 303)
    try {
      if (Date.parse(start) < Date.now()) return await timesAgain(c, key, over)
      const { calendar } = await salons.withConnection(link.owner, link.connection)
      const allow = salons.rebooks(link.owner) ? 'rebook' : undefined
      const result = await calendar.reschedule(link.booking, { start }, { allow })
      switch (result.outcome) {
        case 'moved':
        case 'rebooked':
          links.set(key, { ...link, booking: result.booking.id })
          return c.redirect(`/bookings/${key}?done=moved`, 303)
        case 'attendee_has_to':
          return c.html(elsewherePage(key, result.url))
        // The link still names the old booking: the same form again goes on with the same move.
        case 'half':
          return c.html(againPage({ title: 'Almost done', sentence: result.note }, c.req.path, typed), 503)
      }
    } catch (error) {
      const problem = problemOf(error)
      if (problem.next !== 'again') return timesAgain(c, key, problem)
      return c.html(againPage(problem, c.req.path, typed), problem.status)
    }
  })

  /** The times again, with what is wrong; the booking itself, if it does not stand any more. */
  async function timesAgain(c: Context, key: string, problem: Problem): Promise<Response> {
    const visit = await visitOf(key, salons, links)
    if (!visit) return c.notFound()
    if (visit.isCancelled) return c.redirect(`/bookings/${key}`, 303)
    return timesPage(c, visit, problem)
  }
}

async function timesPage(c: Context, visit: Visit, problem?: Problem): Promise<Response> {
  const { key, link, salon, booking } = visit
  const eventType = await salon.calendar.eventType(booking.eventType ?? '')
  const week = weekOf(new URL(c.req.url).searchParams, link.timeZone, eventType)
  const path = `/bookings/${key}/move`
  const times = weekView({
    week,
    days: await freeDays(salon.calendar, eventType, week),
    eventType,
    path,
    fixed: {},
    // A booking keeps its length.
    lengths: [],
    addressOf: ({ start }) => `${path}?${new URLSearchParams({ ...queryOf(week), start })}`,
  })
  return c.html(moveTimesPage(visit, times, problem), problem?.status ?? 200)
}
