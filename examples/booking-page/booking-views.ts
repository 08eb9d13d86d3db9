// What the pages show on which a visitor books.

import { html, raw } from 'hono/html'
import type { EventType, Slot } from 'punctual/scheduling'
import { bookingForm } from './booking-form.ts'
import type { Form } from './fields.ts'
import { type Html, page } from './page.ts'
import type { Problem } from './problem.ts'
import type { Salon } from './salon.ts'
import { facts, serviceCard, summary } from './service.ts'
import { dateAndTime, isInstant } from './times.ts'
import { queryOf, weekOf } from './week.ts'

export function servicesPage(salon: Salon, services: readonly EventType[]): Html {
  const cards = services.map((service) => {
    const address = isBookable(salon, service) ? addressOf(salon, '/times', { service: service.id }) : null
    return serviceCard(service, lengthsOf(salon, service), address)
  })
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

export function timesPage(salon: Salon, eventType: EventType, times: Html): Html {
  return page(
    `${eventType.name} · ${salon.name}`,
    html`<p class="back"><a href="${addressOf(salon)}">← ${salon.name}</a></p>
<h1>${eventType.name}</h1>
${eventType.description ? html`<p class="lead">${eventType.description}</p>` : ''}
${facts(eventType, lengthsOf(salon, eventType))}
${times}`,
  )
}

export interface FormView {
  readonly form: Form
  readonly key: string
  /** Why the form is shown again. */
  readonly problem?: Problem
  /** Times to choose from instead of the chosen one, which is taken. */
  readonly otherTimes?: readonly Slot[]
}

export function formPage(salon: Salon, eventType: EventType, { form, key, problem, otherTimes = [] }: FormView): Html {
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
  // Whether an event type wants a number, only a refusal says.
  asksPhone: problem?.status === 422 && form.problems.size === 0,
})}
</div>`,
  )
}

/** Some services can be booked only on a page of the provider, or not at the moment. */
export function isBookable({ calendar }: Salon, eventType: EventType): boolean {
  return calendar.can('book', eventType).yes
}

/** The lengths that a visitor can choose from, in minutes. */
export function lengthsOf({ calendar }: Salon, eventType: EventType): readonly number[] {
  return calendar.can('book.chooseDuration', eventType).yes ? eventType.durations : eventType.durations.slice(0, 1)
}

/** Returns the address of a page of the salon. */
export function addressOf({ owner }: Salon, path = '', query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString()
  return `/salons/${encodeURIComponent(owner)}${path}${search && `?${search}`}`
}
