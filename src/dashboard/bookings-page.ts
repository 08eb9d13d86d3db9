// The next bookings of one account, as the provider tells them right now. Where the page may book, each can be moved and
// cancelled. The script puts its part into the page of the connection.

import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import type { PunctualError } from '../core/errors.ts'
import { type Client, titleOf } from '../core/provider.ts'
import type { Booking } from '../core/scheduling/model.ts'
import { scheduling } from '../scheduling/scheduling.ts'
import { drawEmpty } from './elements.ts'
import { drawFailure } from './failure.ts'
import { drawHead, type Html, page } from './layout.ts'
import { nameOf } from './names.ts'
import { drawNotice } from './notice.ts'
import { placeText } from './place.ts'
import type { Notice } from './sentences.ts'
import { distanceText, textsIn } from './time.ts'
import type { Upcoming } from './upcoming.ts'
import type { Visit } from './visit.ts'

export interface ShownBookings {
  readonly connection: Connection
  readonly client: Client
  readonly upcoming: Upcoming | PunctualError
  /** Whether bookings can be changed from here. */
  readonly isBookable: boolean
  readonly notice: Notice | null
  readonly now: number
  /** Whether it is the first page. */
  readonly isFirst: boolean
}

export function bookingsPage(visit: Visit, shown: ShownBookings): Promise<Response> {
  const { connection, client, upcoming, isBookable, notice, isFirst } = shown
  const [title, name] = [titleOf(client), nameOf(connection)]
  const path = `${visit.base}/connections/${connection.id}`
  const content = html`${drawHead('Bookings', { back: { href: path, text: name }, note: `${name} at ${title}` })}
${notice ? drawNotice(notice) : ''}
<section class="part" id="bookings" aria-labelledby="bookings-title">
<div class="part-head"><h2 id="bookings-title">${isFirst ? 'Upcoming bookings' : 'Later bookings'}</h2><p class="quiet"><a href="${path}/bookings" data-into="bookings">Ask again</a></p></div>
${isBookable ? html`<p class="actions"><a class="button" href="${path}/book">Book a meeting</a></p>` : html`<p class="note">They are only shown, so that nobody’s calendar is changed by accident.</p>`}
${upcoming instanceof Error ? html`<div class="notice bad">${drawFailure(upcoming, title)}${upcoming.code === 'insufficient_scope' ? html`<p><a href="${path}#scopes">See what was granted</a></p>` : ''}</div>` : drawUpcoming(path, shown, upcoming)}
</section>`
  return page(visit, 200, notice ? `${notice.title} · ${name}` : `Bookings of ${name}`, content)
}

function drawUpcoming(path: string, shown: ShownBookings, { bookings, later }: Upcoming): Html {
  const { connection, isBookable, now, isFirst } = shown
  if (bookings.length === 0) return drawEmpty(isFirst ? 'Nothing is booked yet' : 'Nothing is booked after that')
  const links = (booking: Booking) => (isBookable ? drawLinks(path, connection, booking) : '')
  return html`<ol class="card rows">${bookings.map((booking) => html`<li><div>${drawBooking(booking, connection.account.timeZone, now)}</div>${links(booking)}</li>`)}</ol>
${later === null ? '' : html`<p class="more"><a href="${path}/bookings?from=${later}">Later bookings</a></p>`}`
}

/** What a booking is, when and where. */
export function drawBooking(booking: Booking, timeZone: string | null, now: number): Html {
  const { status, title, attendees, start, end, location, joinUrl } = booking
  const texts = textsIn(timeZone)
  const [from, to] = [new Date(start), new Date(end)]
  // A link to join is shown once.
  const place = location.kind === 'link' && location.url === joinUrl ? null : placeText(location)
  return html`<p><strong>${attendeesText(booking)}</strong>${title === null ? '' : html` <span class="quiet">${title}</span>`}${statusTag(status)}</p>
<p><time datetime="${start}">${texts.day(from)}, ${texts.clock(from)}–${texts.clock(to)}</time> <span class="quiet">${texts.zone}, ${distanceText(from, now)}</span></p>
<p class="quiet">${[...attendees.flatMap(({ email }) => email ?? []), ...(place === null ? [] : [place])].join(' · ')}${status !== 'cancelled' && joinUrl !== null && /^https?:/.test(joinUrl) ? html` <a href="${joinUrl}">Join</a>` : ''}</p>`
}

function statusTag(status: Booking['status']): Html | '' {
  if (status === 'tentative') return html` <span class="tag warn">Not confirmed yet</span>`
  return status === 'cancelled' ? html` <span class="tag">Cancelled</span>` : ''
}

/** Of a booking that is cancelled, those who had it. */
export function attendeesText({ attendees }: Booking): string {
  const coming = attendees.filter(({ status }) => status === 'confirmed')
  const names = (coming.length > 0 ? coming : attendees).map(({ name, email, id }) => name ?? email ?? id)
  return names.join(', ') || 'Nobody'
}

/** The links that can work: what an event type rules out has none. */
function drawLinks(path: string, connection: Connection, booking: Booking): Html {
  const calendar = scheduling(connection)
  const [move, cancel] = [calendar.can('reschedule', booking), calendar.can('cancel', booking)]
  const link = (verb: string, title: string) =>
    html`<a class="button" href="${path}/${verb}?booking=${encodeURIComponent(booking.id)}" aria-label="${title} the booking of ${attendeesText(booking)}">${title}</a>`
  return html`<div class="state">${move.yes || move.because === 'provider' ? link('move', 'Move') : ''} ${cancel.yes ? link('cancel', 'Cancel') : ''}</div>`
}
