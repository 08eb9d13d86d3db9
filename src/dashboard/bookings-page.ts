// The page of bookings: the next ones of all accounts in one list. Where the page may book, each can be moved and cancelled.

import { html } from 'hono/html'
import { type Client, titleOf } from '../core/provider.ts'
import type { Booking } from '../core/scheduling/model.ts'
import { scheduling } from '../scheduling/scheduling.ts'
import { drawFailure } from './failure.ts'
import { type Frame, type Html, page } from './layout.ts'
import { accountOf } from './names.ts'
import { drawNotice } from './notice.ts'
import { placeText } from './place.ts'
import type { Notice } from './sentences.ts'
import { distanceText, textsIn } from './time.ts'
import type { UnreadAccount, Upcoming, UpcomingBooking } from './upcoming.ts'

export interface BookingsOverview extends Upcoming {
  readonly clients: readonly Client[]
  readonly mayBook: (client: Client) => boolean
  readonly hasAccounts: boolean
  readonly notice: Notice | null
  readonly now: number
  /** Whether it is the first page. */
  readonly isFirst: boolean
  /** The cursor of the page of older accounts. */
  readonly older: string | null
}

export function bookingsPage(frame: Frame, overview: BookingsOverview): Promise<Response> {
  const { base } = frame
  const { rows, unread, later, hasAccounts, clients, mayBook, notice, isFirst, older } = overview
  const [bookable, shownOnly] = [clients.filter(mayBook), clients.filter((client) => !mayBook(client))]
  const content = html`<div class="head">
<h1>Bookings</h1>
<p class="note">${isFirst ? 'The next bookings of all connected accounts.' : 'Later bookings.'}${shownOnly.length > 0 ? ` ${onlyShown(shownOnly)}` : ''}</p>
</div>
${notice ? drawNotice(notice) : ''}
${hasAccounts && bookable.length > 0 ? html`<p class="connect"><a class="button primary" href="${base}/book">Book a meeting</a></p>` : ''}
${unread.map((account) => drawUnread(frame, account))}
${rows.length > 0 ? html`<ol class="card list">${rows.map((row) => drawRow(frame, row, overview))}</ol>` : ''}
${rows.length === 0 && unread.length === 0 ? html`<p class="empty">${emptyText(overview)}</p>` : ''}
${later === null ? '' : html`<p class="more"><a href="${base}/bookings?from=${later}">Later bookings</a></p>`}
${older === null ? '' : html`<p class="more"><a href="${base}/bookings?after=${encodeURIComponent(older)}">Bookings of more accounts</a></p>`}`
  return page(frame, 200, notice ? `${notice.title} · Punctual` : 'Bookings · Punctual', content)
}

function onlyShown(clients: readonly Client[]): string {
  const titles = clients.map(titleOf).join(' and ')
  const its = clients.length === 1 ? 'its bookings are' : 'their bookings are'
  return `${titles} ${clients.length === 1 ? 'is' : 'are'} not played by a sandbox, so ${its} only shown: nobody’s calendar is changed by accident.`
}

function emptyText({ hasAccounts, isFirst }: BookingsOverview): string {
  if (!hasAccounts) return 'No account is connected yet. Connect one on the first page.'
  return isFirst ? 'Nothing is booked yet.' : 'Nothing is booked after that.'
}

/** A permission that is missing can be requested at once, if the client has it. */
function drawUnread({ base }: Frame, { connection, client, failure }: UnreadAccount): Html {
  const scopes = failure.code === 'insufficient_scope' ? (failure.scopes ?? []) : []
  const canAsk = client !== null && scopes.length > 0 && scopes.every((scope) => client.scopes.includes(scope))
  return html`<section class="notice bad hook">
<div><p><strong>${accountOf(connection, client)}</strong></p>
${drawFailure(failure, client ? titleOf(client) : connection.client)}</div>
${canAsk ? html`<form method="post" action="${base}/connections"><input type="hidden" name="client" value="${client.id}"><input type="hidden" name="connection" value="${connection.id}"><button>Request permission</button></form>` : ''}
</section>`
}

function drawRow(frame: Frame, row: UpcomingBooking, { mayBook, now }: BookingsOverview): Html {
  const { booking, connection, client } = row
  return html`<li>
<div>${drawBooking(booking, connection.account.timeZone, now)}
<p class="quiet">${accountOf(connection, client)}</p></div>
${client && mayBook(client) ? drawLinks(frame, row) : ''}
</li>`
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
function drawLinks({ base }: Frame, { booking, connection }: UpcomingBooking): Html {
  const calendar = scheduling(connection)
  const [move, cancel] = [calendar.can('reschedule', booking), calendar.can('cancel', booking)]
  const link = (verb: string, title: string) =>
    html`<a class="button" href="${base}/connections/${connection.id}/${verb}?booking=${encodeURIComponent(booking.id)}" aria-label="${title} the booking of ${attendeesText(booking)}">${title}</a>`
  return html`<div class="state">${move.yes || move.because === 'provider' ? link('move', 'Move') : ''} ${cancel.yes ? link('cancel', 'Cancel') : ''}</div>`
}
