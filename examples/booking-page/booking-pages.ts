// The pages on which a visitor books: services, free times, form. What comes after the booking is in change-pages.ts.

import { randomUUID } from 'node:crypto'
import type { Context, Hono } from 'hono'
import { html, raw } from 'hono/html'
import type { EventType, Slot } from 'punctual/scheduling'
import { bookingForm, readBooking } from './booking-form.ts'
import type { BookingLinks } from './booking-links.ts'
import type { Form } from './fields.ts'
import { againPage, type Html, page } from './page.ts'
import { type Problem, problemOf } from './problem.ts'
import type { Salon, Salons } from './salon.ts'
import { facts, serviceCard, summary } from './service.ts'
import { dateAndTime, dateOf, freeDays, isInstant } from './times.ts'
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
      const eventType = await salon.calendar.eventType(query.get('service') ?? '')
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
      const eventType = await salon.calendar.eventType(typed.get('service') ?? '')
      return c.html(formPage(salon, eventType, { typed, problems: new Map() }, randomUUID()))
    }),
  )

  app.post(
    '/salons/:owner/book',
    forSalon(async (c, salon) => {
      const typed = new URLSearchParams(await c.req.text())
      const key = typed.get('key') ?? ''
      if (!keyShape.test(key)) return c.redirect(addressOf(salon), 303)
      try {
        return await book(c, salon, typed, key)
      } catch (error) {
        const problem = problemOf(error)
        return c.html(againPage(problem, c.req.path, typed), problem.status)
      }
    }),
  )

  async function book(c: Context, salon: Salon, typed: URLSearchParams, key: string): Promise<Response> {
    const eventType = await salon.calendar.eventType(typed.get('service') ?? '')
    const { request, problems } = readBooking(eventType, typed)
    if (problems.size > 0) return c.html(formPage(salon, eventType, { typed, problems }, key, incomplete), 422)
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
}

const incomplete = { title: 'Please check the form', sentence: 'Something is missing. It is marked below.' }

async function refusedPage(salon: Salon, eventType: EventType, typed: URLSearchParams, problem: Problem) {
  const week = weekOf(typed, salon.timeZone, eventType)
  const from = dateOf(typed.get('start') ?? '', week.timeZone)
  const days = problem.next === 'other_time' ? await freeDays(salon.calendar, eventType, { ...week, from }) : []
  const otherTimes = days.flatMap(({ slots }) => slots)
  return formPage(salon, eventType, { typed, problems: new Map() }, randomUUID(), problem, otherTimes)
}

function servicesPage(salon: Salon, services: readonly EventType[]): Html {
  const cards = services.map((service) =>
    serviceCard(service, lengthsOf(salon, service), addressOf(salon, '/times', { service: service.id })),
  )
  return page(
    salon.name,
    html`<h1>${salon.name}</h1>
<p class="lead">What would you like to book?</p>
${services.length === 0 ? html`<p class="empty">There is nothing to book at the moment.</p>` : html`<ul class="cards">${cards}</ul>`}
${raw(ownZoneScript)}`,
  )
}

/** Where scripts run, the times are shown in the visitor's own zone from the beginning; elsewhere, in the salon's. */
const ownZoneScript = `<script>
for (const link of document.querySelectorAll('.card a'))
  link.search += '&zone=' + encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone)
</script>`

function timesPage(salon: Salon, eventType: EventType, times: Html): Html {
  return page(
    `${eventType.name} · ${salon.name}`,
    html`<p class="back"><a href="${addressOf(salon)}">← ${salon.name}</a></p>
<h1>${eventType.name}</h1>
${eventType.description ? html`<p class="lead">${eventType.description}</p>` : ''}
${facts(eventType, lengthsOf(salon, eventType))}
${times}`,
  )
}

function formPage(
  salon: Salon,
  eventType: EventType,
  form: Form,
  key: string,
  problem?: Pick<Problem, 'title' | 'sentence'> & Partial<Problem>,
  otherTimes: readonly Slot[] = [],
): Html {
  const week = weekOf(form.typed, salon.timeZone, eventType)
  const back = addressOf(salon, '/times', { service: eventType.id, ...queryOf(week) })
  const start = form.typed.get('start') ?? ''
  const isOpen = otherTimes.length === 0 && isInstant(start)
  const minutes = week.durationMinutes ?? eventType.durations[0] ?? 0
  return page(
    `${problem ? `${problem.title} · ` : ''}${eventType.name} · ${salon.name}`,
    html`<p class="back"><a href="${back}">← Other times</a></p>
<h1>${eventType.name}</h1>
${problem ? html`<p class="notice bad" role="alert">${problem.sentence}</p>` : ''}
<div class="split">
${summary(eventType, minutes, isOpen ? dateAndTime(start, week.timeZone, minutes) : null, week.timeZone)}
${bookingForm({
  form,
  eventType,
  action: addressOf(salon, '/book'),
  key,
  timeZone: week.timeZone,
  otherTimes,
  // Whether an event type wants a number, only the refusal says.
  asksPhone: problem?.next === 'change',
})}
</div>`,
  )
}

/** The lengths that a visitor can choose from, in minutes. */
function lengthsOf({ calendar }: Salon, eventType: EventType): readonly number[] {
  return calendar.can('book.chooseDuration', eventType).yes ? eventType.durations : eventType.durations.slice(0, 1)
}

function addressOf({ owner }: Salon, path = '', query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString()
  return `/salons/${encodeURIComponent(owner)}${path}${search && `?${search}`}`
}
