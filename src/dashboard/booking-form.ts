// The form that books: a name, an e-mail address, the questions of the event type. Its hidden key makes a form that is sent
// twice book once.

import { html } from 'hono/html'
import { systemRandom } from '../core/clock.ts'
import type { PunctualError } from '../core/errors.ts'
import type { EventType } from '../core/scheduling/model.ts'
import type { BookingRequest } from '../core/scheduling/requests.ts'
import { drawFailure } from './failure.ts'
import type { Html } from './layout.ts'
import { drawPlaceFields, placeChosen } from './place.ts'
import { answersOf, drawQuestion, type Given } from './question-fields.ts'
import { textsIn } from './time.ts'

/** A new key for a change. */
export function newKey(): string {
  return `page-${Buffer.from(systemRandom(16)).toString('base64url')}`
}

/** What was refused stays refused under its key: the form is then sent again with a new one. */
export function keyAfter(given: Given, error: PunctualError | null): string {
  return (error?.code === 'provider_refused' ? undefined : given('key')[0]) || newKey()
}

export interface BookingForm {
  readonly action: string
  readonly eventType: EventType
  readonly start: string
  readonly key: string
  /** The account's own; also that of the attendee, until another is given. */
  readonly timeZone: string | null
  /** What the form held before. */
  readonly given: Given
  readonly failure: { readonly error: PunctualError; readonly title: string } | null
  /** A sentence for each. */
  readonly mistakes: readonly string[]
}

export function drawBookingForm(form: BookingForm): Html {
  const { action, eventType, start, key, timeZone, given, failure, mistakes } = form
  const texts = textsIn(timeZone)
  const one = (name: string) => given(name)[0] ?? ''
  const at = new Date(start)
  return html`<form class="card sheet" method="post" action="${action}" autocomplete="off">
<p><strong>${eventType.name}</strong>, <time datetime="${start}">${texts.day(at)}, ${texts.clock(at)}</time> <span class="quiet">${texts.zone}</span></p>
${failure ? html`<div role="alert">${drawFailure(failure.error, failure.title)}</div>` : ''}
${mistakes.length > 0 ? html`<div role="alert">${mistakes.map((sentence) => html`<p class="why">${sentence}</p>`)}</div>` : ''}
<input type="hidden" name="eventType" value="${eventType.id}">
<input type="hidden" name="start" value="${start}">
<input type="hidden" name="key" value="${key}">
<label>Name <input name="name" value="${one('name')}" required></label>
<label>E-mail <input name="email" type="email" value="${one('email')}" required></label>
<label>Phone (optional) <input name="phone" type="tel" value="${one('phone')}"></label>
<label>Time zone <input name="timeZone" value="${one('timeZone') || texts.zone}" required></label>
${drawPlaceFields(eventType.locations, one)}
${eventType.questions.map((question) => drawQuestion(question, given))}
<p><button class="primary">Book</button></p>
</form>`
}

/** Reads a form that was sent. The model checks it. */
export function bookingRequestOf(eventType: EventType, start: string, given: Given): BookingRequest {
  const one = (name: string) => given(name)[0] ?? ''
  const [email, phone] = [one('email'), one('phone')]
  const location = placeChosen(eventType.locations, one)
  return {
    eventType,
    start,
    attendee: {
      name: one('name'),
      timeZone: one('timeZone'),
      ...(email !== '' && { email }),
      ...(phone !== '' && { phone }),
    },
    ...(location && { location }),
    answers: answersOf(eventType.questions, given),
  }
}
