// A visitor's booking as its link shows it, and what the visitor can do with it here or elsewhere.

import type { Attendee, Booking, Can } from 'punctual/scheduling'
import type { BookingLink, BookingLinks } from './booking-links.ts'
import type { Salon, Salons } from './salon.ts'

export interface Visit {
  /** The word of the link. */
  readonly key: string
  readonly link: BookingLink
  readonly salon: Salon
  readonly booking: Booking
  /** The visitor among the attendees. */
  readonly attendee: Attendee | null
}

/** How something can be done: on a page of this server, or on one of the provider; `null`: not at all. */
export type Way = 'here' | { readonly url: string } | null

/** Returns the booking of a link, read from the provider; `null` if there is no such link. */
export async function visitOf(key: string, salons: Salons, links: BookingLinks): Promise<Visit | null> {
  const link = links.get(key)
  if (!link) return null
  const salon = await salons.withConnection(link.owner, link.connection)
  let booking = await salon.calendar.booking(link.booking)
  // It may have been moved elsewhere: on a page of the provider, or by the owner.
  while (booking.replacedBy !== null) booking = await salon.calendar.booking(booking.replacedBy)
  links.set(key, { ...link, booking: booking.id })
  const attendee = booking.attendees.find(({ email }) => email?.toLowerCase() === link.email.toLowerCase())
  return { key, link, salon, booking, attendee: attendee ?? (isShared(booking) ? null : booking.attendees[0]) ?? null }
}

/** Whether others can have a place in the same meeting. */
export function isShared({ capacity, attendees }: Booking): boolean {
  return attendees.length > 1 || (capacity?.total ?? 1) > 1
}

/** How the visitor can move the booking. `rebooks`: the salon books again and cancels where a booking cannot be moved. */
export function wayToMove({ booking, attendee, salon }: Visit, rebooks: boolean): Way {
  if (hasEnded(booking)) return null
  const elsewhere = wayElsewhere(attendee?.manage?.rescheduleUrl)
  // It would move the others too.
  if (isShared(booking)) return elsewhere
  const can = salon.calendar.can('reschedule', booking)
  return can.yes || (rebooks && can.because === 'provider') ? 'here' : (insteadOf(can) ?? elsewhere)
}

export function wayToCancel({ booking, attendee, salon }: Visit): Way {
  // Of a shared meeting only the visitor's own place may be cancelled.
  const others = isShared(booking)
  if (hasEnded(booking) || (others && !attendee)) return null
  const can = salon.calendar.can(others ? 'cancel.attendee' : 'cancel', booking)
  return can.yes ? 'here' : (insteadOf(can) ?? wayElsewhere(attendee?.manage?.cancelUrl))
}

function hasEnded({ status, end }: Booking): boolean {
  return status === 'cancelled' || Date.parse(end) < Date.now()
}

function insteadOf(can: Can): Way {
  return can.yes ? null : wayElsewhere(can.instead?.url)
}

function wayElsewhere(url: string | null | undefined): Way {
  return url ? { url } : null
}
