// The pages on which a visitor books: services, free times, form. What comes after the booking is in change-pages.ts.

import { randomUUID } from 'node:crypto'
import type { Context, Hono } from 'hono'
import { PunctualError } from 'punctual'
import type { EventType } from 'punctual/scheduling'
import { readBooking } from './booking-form.ts'
import type { BookingLinks } from './booking-links.ts'
import { addressOf, formPage, isBookable, lengthsOf, servicesPage, timesPage } from './booking-views.ts'
import { againPage, problemPage } from './page.ts'
import { closed, over, type Problem, problemOf } from './problem.ts'
import type { Salon, Salons } from './salon.ts'
import { dateOf, freeDays, isInstant } from './times.ts'
import { queryOf, weekOf, weekView } from './week.ts'

/** The shape of the keys that this server makes. */
const keyShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function addBookingPages(app: Hono, { salons, links }: { salons: Salons; links: BookingLinks }): void {
  /** Calls the handler with the salon of the address. */
  const forSalon = (handle: (c: Context, salon: Salon) => Promise<Response>) => async (c: Context) => {
    const salon = await salons.find(c.req.param('owner') ?? '')
    return salon ? handle(c, salon) : c.notFound()
  }

  app.get(
    '/salons/:owner',
    forSalon(async (c, salon) => {
      const services: EventType[] = []
      for await (const service of salon.calendar.eventTypes({ active: true }))
        if (!service.hidden) services.push(service)
      return c.html(servicesPage(salon, services))
    }),
  )

  app.get(
    '/salons/:owner/times',
    forSalon(async (c, salon) => {
      const query = new URL(c.req.url).searchParams
      const eventType = await serviceOf(salon, query)
      if (!eventType) return c.notFound()
      if (!isBookable(salon, eventType)) return c.html(problemPage(closed.title, closed.sentence), closed.status)
      const week = weekOf(query, salon.timeZone, eventType)
      const days = await freeDays(salon.calendar, eventType, week)
      const times = weekView({
        week,
        days,
        eventType,
        path: addressOf(salon, '/times'),
        fixed: { service: eventType.id },
        lengths: lengthsOf(salon, eventType),
        addressOf: ({ start }) => addressOf(salon, '/form', { service: eventType.id, ...queryOf(week), start }),
      })
      return c.html(timesPage(salon, eventType, times))
    }),
  )

  app.get(
    '/salons/:owner/form',
    forSalon(async (c, salon) => {
      const typed = new URL(c.req.url).searchParams
      if (!isInstant(typed.get('start') ?? '')) return c.redirect(addressOf(salon))
      const eventType = await serviceOf(salon, typed)
      if (!eventType) return c.notFound()
      if (!isBookable(salon, eventType)) return c.html(problemPage(closed.title, closed.sentence), closed.status)
      return c.html(formPage(salon, eventType, { form: { typed, problems: new Map() }, key: randomUUID() }))
    }),
  )

  app.post(
    '/salons/:owner/book',
    forSalon(async (c, salon) => {
      const typed = new URLSearchParams(await c.req.text())
      const key = typed.get('key') ?? ''
      try {
        if (!keyShape.test(key)) return await askAgain(c, salon, typed)
        return await book(c, salon, links, { typed, key })
      } catch (error) {
        const problem = problemOf(error)
        return c.html(againPage(problem, c.req.path, typed), problem.status)
      }
    }),
  )
}

/** The service that an address or a form names; `null`: no service can have this id. */
async function serviceOf({ calendar }: Salon, typed: URLSearchParams): Promise<EventType | null> {
  try {
    return await calendar.eventType(typed.get('service') ?? '')
  } catch (error) {
    if (error instanceof PunctualError && error.code === 'invalid_argument') return null
    throw error
  }
}

/** A form without a key of this server: the same form, with one. */
async function askAgain(c: Context, salon: Salon, typed: URLSearchParams): Promise<Response> {
  const eventType = await serviceOf(salon, typed)
  if (!eventType) return c.notFound()
  const again: Problem = { ...incomplete, sentence: 'Please send the form once more.' }
  return c.html(
    formPage(salon, eventType, { form: { typed, problems: new Map() }, key: randomUUID(), problem: again }),
    again.status,
  )
}

interface SentForm {
  readonly typed: URLSearchParams
  readonly key: string
}

async function book(c: Context, salon: Salon, links: BookingLinks, { typed, key }: SentForm): Promise<Response> {
  const eventType = await serviceOf(salon, typed)
  if (!eventType) return c.notFound()
  const { request, problems } = readBooking(eventType, typed)
  if (!problems.has('start') && Date.parse(typed.get('start') ?? '') < Date.now())
    return c.html(await refusedPage(salon, eventType, typed, over), over.status)
  if (problems.size > 0)
    return c.html(
      formPage(salon, eventType, { form: { typed, problems }, key, problem: incomplete }),
      incomplete.status,
    )
  try {
    const booking = await salon.calendar.book(request, { key })
    const { email = '', timeZone } = request.attendee
    const isShared = (eventType.capacity ?? 1) > 1
    const { owner, connection } = salon
    links.set(key, { owner, connection, booking: booking.id, service: eventType.name, isShared, email, timeZone })
    return c.redirect(`/bookings/${key}`, 303)
  } catch (error) {
    // The form was sent before, and then changed: its booking stands.
    if (links.get(key)) return c.redirect(`/bookings/${key}`, 303)
    const problem = problemOf(error)
    if (problem.next === 'again') throw error
    // What was refused stays refused under its key. The form is sent again with a new one.
    return c.html(await refusedPage(salon, eventType, typed, problem), problem.status)
  }
}

const incomplete: Problem = {
  title: 'Please check the form',
  sentence: 'Something is missing. It is marked below.',
  status: 422,
  next: 'change',
}

/** The form again, with what was typed; if the time is taken, with others to choose from. */
async function refusedPage(salon: Salon, eventType: EventType, typed: URLSearchParams, problem: Problem) {
  const week = weekOf(typed, salon.timeZone, eventType)
  const asked = dateOf(typed.get('start') ?? '', week.timeZone)
  const from = asked > week.from ? asked : week.from
  const days = problem.next === 'other_time' ? await freeDays(salon.calendar, eventType, { ...week, from }) : []
  const otherTimes = days.flatMap(({ slots }) => slots)
  return formPage(salon, eventType, { form: { typed, problems: new Map() }, key: randomUUID(), problem, otherTimes })
}
