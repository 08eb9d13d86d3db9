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
  /** Whether others can have a place in the same meeting. */
  readonly isShared: boolean
  /** The visitor among the attendees. */
  readonly attendee: Attendee | null
  /** Whether the visitor, or everybody, has given it up. */
  readonly isCancelled: boolean
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
  const { attendees, capacity, status } = booking
  const isShared = link.isShared || attendees.length > 1 || (capacity?.total ?? 1) > 1
  const attendee = isShared ? ownPlace(booking, link.email) : (attendees[0] ?? null)
  // The visitor's own place in a shared meeting may be cancelled alone: it then says so, or is not there any more.
  const isGone = attendee ? attendee.status === 'cancelled' : attendees.every(({ email }) => email !== null)
  return { key, link, salon, booking, isShared, attendee, isCancelled: status === 'cancelled' || isGone }
}

/** Of several places of one person, one that is not cancelled. */
function ownPlace({ attendees }: Booking, email: string): Attendee | null {
  const own = attendees.filter((one) => one.email?.toLowerCase() === email.toLowerCase())
  return own.find(({ status }) => status === 'confirmed') ?? own[0] ?? null
}

/** How the visitor can move the booking. `rebooks`: the salon books again and cancels where a booking cannot be moved. */
export function wayToMove(visit: Visit, rebooks: boolean): Way {
  const { booking, isShared, attendee, salon } = visit
  if (hasEnded(visit)) return null
  const elsewhere = wayElsewhere(attendee?.manage?.rescheduleUrl)
  // It would move the others too.
  if (isShared) return elsewhere
  const can = salon.calendar.can('reschedule', booking)
  return can.yes || (rebooks && can.because === 'provider') ? 'here' : (insteadOf(can) ?? elsewhere)
}

export function wayToCancel(visit: Visit): Way {
  const { booking, isShared, attendee, salon } = visit
  // Of a shared meeting, only the visitor's own place.
  if (hasEnded(visit) || (isShared && !attendee)) return null
  const can = salon.calendar.can(isShared ? 'cancel.attendee' : 'cancel', booking)
  return can.yes ? 'here' : (insteadOf(can) ?? wayElsewhere(attendee?.manage?.cancelUrl))
}

function hasEnded({ isCancelled, booking }: Visit): boolean {
  return isCancelled || Date.parse(booking.end) < Date.now()
}

function insteadOf(can: Can): Way {
  return can.yes ? null : wayElsewhere(can.instead?.url)
}

function wayElsewhere(url: string | null | undefined): Way {
  return url ? { url } : null
}
