// Bookings as rows: what, who, when in whose zone, and where.

import { html } from 'hono/html'
import type { Html } from '../pages/layout.ts'
import type { ShownBooking } from '../world/shown-booking.ts'
import { type Column, empty, table, tag } from './elements.ts'
import { accountOf, personLink, providerTag } from './names.ts'
import { distanceText, whenText, zoneText } from './times.ts'
import type { Visit } from './visit.ts'

/** Whether it will take place. */
export function isUpcoming({ state, endsAt }: ShownBooking, now: number): boolean {
  return (state === 'booked' || state === 'waiting') && Date.parse(endsAt) > now
}

/** Its state, as a tag. */
export function bookingTag(booking: ShownBooking, now: number): Html {
  if (booking.state === 'canceled') return tag(booking.movedTo === null ? 'canceled' : 'moved', 'bad')
  if (booking.state === 'declined') return tag('declined', 'bad')
  if (Date.parse(booking.endsAt) <= now) return tag('over')
  return booking.state === 'waiting' ? tag('waits for the host', 'warn') : tag('booked', 'good')
}

/** The guests' names. */
export function guestNames({ guests }: ShownBooking): string {
  return guests.map(({ name }) => name).join(', ')
}

/** A table of bookings. */
export function bookingTable(visit: Visit, bookings: readonly ShownBooking[]): Html {
  if (bookings.length === 0) {
    return empty(
      'Nothing is booked',
      html`Choose a person among the <a href="/#people">people</a>, and book a meeting as a guest would.`,
    )
  }
  const { world, clock } = visit.context
  const now = clock.now()
  const rows = bookings.map((one) => {
    const zone = accountOf(world, one.provider, one.account)?.timeZone ?? 'UTC'
    const [from, to] = [Date.parse(one.startsAt), Date.parse(one.endsAt)]
    return [
      html`<a href="/bookings/${encodeURIComponent(one.id)}">${one.eventType}</a> ${providerTag(one.provider)}<span class="quiet clip">${one.where ?? 'no place'}</span>`,
      html`${personLink(world, one.provider, one.account)}<span class="quiet">with ${guestNames(one)}</span>`,
      html`${whenText(from, zone, to)}<span class="quiet">${zoneText(zone, from)} · ${distanceText(from, now)}</span>`,
      bookingTag(one, now),
    ]
  })
  const columns: Column[] = [
    { head: 'What' },
    { head: 'Who', is: 'keep' },
    { head: 'When', is: 'keep' },
    { head: 'State', is: 'keep' },
  ]
  return table('Bookings', columns, rows)
}
