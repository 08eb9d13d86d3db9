// The form of a booking: drawn from the event type, and read into a booking request.

import { html } from 'hono/html'
import type { BookingRequest, EventType, Slot } from 'punctual/scheduling'
import { type Form, textField } from './fields.ts'
import type { Html } from './page.ts'
import { drawPlaces, readPlace } from './place.ts'
import { drawQuestion, isPhone, readAnswers } from './questions.ts'
import { dateAndTime, isInstant, isTimeZone } from './times.ts'

export interface BookingFormView {
  readonly form: Form
  readonly eventType: EventType
  /** Where the form is sent. */
  readonly action: string
  /** The key of the booking: the same form is booked once, however often it is sent. */
  readonly key: string
  readonly timeZone: string
  /** Times to choose from instead of the chosen one, which is taken; otherwise empty. */
  readonly otherTimes: readonly Slot[]
  /** Whether to ask for a phone number, even if nobody would call it. */
  readonly asksPhone: boolean
}

export function bookingForm(view: BookingFormView): Html {
  const { form, eventType, action, key, timeZone, otherTimes, asksPhone } = view
  const hidden = {
    key,
    service: eventType.id,
    zone: timeZone,
    minutes: form.typed.get('minutes') ?? '',
    ...(otherTimes.length === 0 && { start: form.typed.get('start') ?? '' }),
  }
  const { locations } = eventType
  const calls = locations.filter(({ kind }) => kind === 'host_calls').length
  const phone = {
    name: 'phone',
    label: 'Your phone number, with country code',
    required: calls > 0 && calls === locations.length,
    type: 'tel',
    autocomplete: 'tel',
  } as const
  return html`<form method="post" action="${action}" class="booking">
${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${otherTimes.length === 0 ? '' : timeChoice(otherTimes, timeZone)}
${textField(form, { name: 'name', label: 'Your name', required: true, autocomplete: 'name' })}
${textField(form, { name: 'email', label: 'Your e-mail address', required: true, type: 'email', autocomplete: 'email' })}
${calls > 0 || asksPhone ? textField(form, phone) : ''}
${drawPlaces(form, eventType.locations)}
${eventType.questions.map((question) => drawQuestion(form, question))}
<p class="actions"><button class="primary">Book</button></p>
</form>`
}

function timeChoice(slots: readonly Slot[], timeZone: string): Html {
  const options = slots.map(({ start }) => html`<option value="${start}">${dateAndTime(start, timeZone)}</option>`)
  return html`<div class="field">
<label for="start">Another time</label>
<select id="start" name="start" required autofocus>${options}</select>
</div>`
}

/** What a form asks for, and a sentence by the name of each field that is missing or wrong. */
export interface ReadForm {
  readonly request: BookingRequest
  readonly problems: ReadonlyMap<string, string>
}

export function readBooking(eventType: EventType, typed: URLSearchParams): ReadForm {
  const read = (name: string) => typed.get(name)?.trim() ?? ''
  const [name, email, start, timeZone] = [read('name'), read('email'), read('start'), read('zone')]
  const [minutes, phone] = [Number(read('minutes')), read('phone')]
  const place = readPlace(eventType.locations, typed)
  const { answers, problems } = readAnswers(eventType.questions, typed)
  const request: BookingRequest = {
    eventType,
    start,
    attendee: { name, email, phone: phone || undefined, timeZone: isTimeZone(timeZone) ? timeZone : 'UTC' },
    location: place.location,
    answers,
    durationMinutes: eventType.durations.includes(minutes) ? minutes : undefined,
  }
  const own = new Map<string, string>()
  if (name === '') own.set('name', 'Please enter your name.')
  if (!/^\S+@\S+$/.test(email)) own.set('email', 'Please enter your e-mail address, such as ada@example.com.')
  if (phone !== '' && !isPhone(phone)) own.set('phone', 'Please enter a phone number with country code.')
  if (!isInstant(start)) own.set('start', 'Please choose a time.')
  return { request, problems: new Map([...own, ...place.problems, ...problems]) }
}
