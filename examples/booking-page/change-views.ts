// What the pages of one booking show.

import { html } from 'hono/html'
import type { Booking } from 'punctual/scheduling'
import { type Html, page } from './page.ts'
import { placeName } from './place.ts'
import type { Problem } from './problem.ts'
import { dateAndTime, lengthOf, zoneName } from './times.ts'
import type { Visit, Way } from './visit.ts'

export interface Ways {
  readonly move: Way
  readonly cancel: Way
}

export function bookingPage(visit: Visit, { move, cancel }: Ways, done: string | undefined): Html {
  const { key, booking, salon, isCancelled } = visit
  const title = titleOf(visit)
  return page(
    `${title} · ${salon.name}`,
    html`<h1>${title}</h1>
${done === 'moved' && !isCancelled ? html`<p class="notice good" role="status">Your booking was moved.</p>` : ''}
${booking.status === 'tentative' && !isCancelled ? html`<p class="lead">${salon.name} will confirm it. You will get a mail.</p>` : ''}
${card(visit)}
${isCancelled ? html`<p class="actions"><a class="button primary" href="/salons/${encodeURIComponent(salon.owner)}">Book again</a></p>` : ''}
${
  isCancelled
    ? ''
    : html`<ul class="ways">
<li><a class="button" href="/bookings/${key}/booking.ics" download="booking.ics">Add to your calendar</a></li>
${wayView(move, `/bookings/${key}/move`, 'Move')}
${wayView(cancel, `/bookings/${key}/cancel`, 'Cancel')}
</ul>
<p class="quiet">Keep this page: only its address leads to your booking.</p>`
}`,
  )
}

/** Another page of the provider opens beside this one. */
function wayView(way: Way, here: string, verb: string): Html | '' {
  if (way === null) return ''
  if (way === 'here') return html`<li><a class="button" href="${here}">${verb}</a></li>`
  return html`<li><a class="button" href="${way.url}" rel="noreferrer">${verb} on another page</a></li>`
}

export function cancelPage(visit: Visit): Html {
  const { key, isShared, salon } = visit
  return page(
    `Cancel · ${salon.name}`,
    html`<h1>Cancel this booking?</h1>
${card(visit)}
<form method="post" action="/bookings/${key}/cancel">
<div class="field">
<label for="reason">Reason <span class="quiet">(optional)</span></label>
<textarea id="reason" name="reason" rows="3"></textarea>
</div>
${isShared ? html`<p>Only your own place is cancelled.</p>` : ''}
<p class="actions"><button class="danger">Cancel the booking</button> <a href="/bookings/${key}">Keep it</a></p>
</form>`,
  )
}

export function moveTimesPage(visit: Visit, times: Html, problem?: Problem): Html {
  const { key, salon, link } = visit
  return page(
    `Move · ${salon.name}`,
    html`<p class="back"><a href="/bookings/${key}">← Your booking</a></p>
<h1>Move: ${link.service}</h1>
<p class="lead">Now on ${whenOf(visit)}. Choose another time.</p>
${problem ? html`<p class="notice bad" role="alert">${problem.sentence}</p>` : ''}
${times}`,
  )
}

export function movePage(visit: Visit, start: string): Html {
  const { key, salon, link } = visit
  const path = `/bookings/${key}/move`
  return page(
    `Move · ${salon.name}`,
    html`<p class="back"><a href="${path}">← Other times</a></p>
<h1>Move this booking?</h1>
<dl class="panel">
<div><dt>From</dt><dd>${whenOf(visit)}</dd></div>
<div><dt>To</dt><dd><strong>${dateAndTime(start, link.timeZone, minutesOf(visit.booking))}</strong></dd></div>
</dl>
<form method="post" action="${path}">
<input type="hidden" name="start" value="${start}">
<p class="actions"><button class="primary">Move the booking</button> <a href="/bookings/${key}">Keep it as it is</a></p>
</form>`,
  )
}

export function elsewherePage(key: string, url: string): Html {
  return page(
    'Move',
    html`<h1>Move on another page</h1>
<p class="lead">This booking is moved on a page of its calendar service.</p>
<p class="actions"><a class="button primary" href="${url}" rel="noreferrer">Open that page</a> <a href="/bookings/${key}">Keep it as it is</a></p>`,
  )
}

function card(visit: Visit): Html {
  const { booking, link, salon } = visit
  return html`<dl class="panel">
<div><dt>What</dt><dd>${link.service}, ${lengthOf(minutesOf(booking))}, with ${salon.name}</dd></div>
<div><dt>When</dt><dd>${whenOf(visit)} <span class="quiet">${zoneName(link.timeZone)}</span></dd></div>
<div><dt>Where</dt><dd>${placeName(booking.location)}${
    booking.joinUrl && !visit.isCancelled
      ? html`<br><a href="${booking.joinUrl}" rel="noreferrer">Join the meeting</a>`
      : ''
  }</dd></div>
</dl>`
}

function whenOf({ booking, link }: Visit): string {
  return dateAndTime(booking.start, link.timeZone, minutesOf(booking))
}

function minutesOf({ start, end }: Booking): number {
  return (Date.parse(end) - Date.parse(start)) / 60_000
}

function titleOf({ booking, isCancelled }: Visit): string {
  if (booking.declined) return 'Your booking was declined'
  if (isCancelled) return 'Your booking is cancelled'
  return booking.status === 'tentative' ? 'Your booking is requested' : 'You are booked'
}
