// The forms that move and cancel a booking. Their hidden keys make a form that is sent twice do it once.

import { html } from 'hono/html'
import type { PunctualError } from '../core/errors.ts'
import type { Can } from '../core/scheduling/capabilities.ts'
import type { Booking } from '../core/scheduling/model.ts'
import { attendeesText } from './bookings-page.ts'
import { drawFailure } from './failure.ts'
import type { Html } from './layout.ts'
import { textsIn } from './time.ts'

export interface ChangeForm {
  readonly action: string
  readonly booking: Booking
  readonly key: string
  readonly timeZone: string | null
  readonly failure: { readonly error: PunctualError; readonly title: string } | null
}

/** `can`: whether the provider moves it. Where it does not, a tick lets the page book again and cancel. */
export function drawMoveForm(form: ChangeForm & { readonly start: string; readonly can: Can }): Html {
  const { booking, start, timeZone, can } = form
  const texts = textsIn(timeZone)
  const at = new Date(start)
  return drawForm(
    form,
    html`<input type="hidden" name="start" value="${start}">
<p>To <time datetime="${start}"><strong>${texts.day(at)}, ${texts.clock(at)}</strong></time> <span class="quiet">${texts.zone}</span></p>
${can.yes ? '' : html`<label class="tick"><input type="checkbox" name="rebook" value="yes" required> Book this time, then cancel the old booking. ${attendeesText(booking)} gets both e-mails.</label>`}`,
    'Move',
  )
}

export function drawCancelForm(form: ChangeForm): Html {
  return drawForm(
    form,
    html`<p>The whole booking is cancelled, for ${attendeesText(form.booking)} too.</p>`,
    'Cancel the booking',
  )
}

/** Says that a booking does not stand any more; `null`: it does. `hrefOf` leads to the same page of another booking. */
export function drawEnded({ status, declined, replacedBy }: Booking, hrefOf: (id: string) => string): Html | null {
  if (replacedBy !== null)
    return html`<div class="notice" role="status"><p>This booking was moved. <a href="${hrefOf(replacedBy)}">Show the new one</a></p></div>`
  if (status !== 'cancelled') return null
  const what = declined ? 'was declined' : 'is cancelled already'
  return html`<div class="notice" role="status"><p>This booking ${what}. There is nothing left to change.</p></div>`
}

/** What only the attendee can do, and where. */
export function drawObstacle(can: Can, otherwise: string): Html | '' {
  if (can.yes) return ''
  return html`<div class="notice"><p>${can.note ?? otherwise}${can.instead && /^https?:/.test(can.instead.url) ? html` <a href="${can.instead.url}">The attendee’s page</a>` : ''}</p></div>`
}

function drawForm({ action, booking, key, failure }: ChangeForm, fields: Html, title: string): Html {
  return html`<form class="card sheet" method="post" action="${action}" autocomplete="off">
${failure ? html`<div role="alert">${drawFailure(failure.error, failure.title)}</div>` : ''}
<input type="hidden" name="booking" value="${booking.id}">
<input type="hidden" name="key" value="${key}">
${fields}
<label>Reason (optional) <input name="reason"></label>
<p><button class="primary">${title}</button></p>
</form>`
}
