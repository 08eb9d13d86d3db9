// Whether a booking is the one that a request has made: judged after a look at the provider, and by a webhook that is faster
// than the answer.

import type { Attendee } from '../core/scheduling/model.ts'
import type { CheckedBooking, FoundBooking, ProviderBooking } from '../core/scheduling/provider.ts'
import { isAmong, isSince, sameInstant } from '../core/scheduling/reconciliation.ts'
import type { Found } from './change.ts'

/**
 * What has been found for a request that may have left at `since` (ms) or later. A booking that is cancelled may be of an
 * earlier request for the same time: it proves nothing about this one. One that stands and seems to be older may be of this
 * one all the same, if a clock of ours is wrong: nothing is booked beside it.
 */
export function judgeFound(found: readonly FoundBooking[], { attendee }: CheckedBooking, since: number): Found {
  const later = found.filter(({ madeAt }) => madeAt === null || isSince(madeAt, since))
  const [booking, ...others] = standingIn(later, attendee)
  if (others.length > 0) return { kind: 'doubt', doubt: 'found_several' }
  if (booking) return { kind: 'done', booking }
  if (standingIn(found, attendee).length > 0) return { kind: 'doubt', doubt: 'found_earlier' }
  return later.length > 0 ? { kind: 'doubt', doubt: 'found_cancelled' } : { kind: 'none' }
}

/** Each booking that stands, as often as it is booked for the attendee. One that does not tell its attendees counts once. */
function standingIn(found: readonly FoundBooking[], attendee: CheckedBooking['attendee']): readonly ProviderBooking[] {
  const bookings = new Map(found.map(({ booking }) => [booking.id, booking]))
  return [...bookings.values()].flatMap((booking) => {
    if (booking.status === 'cancelled') return []
    const theirs = attendeesIn(booking, attendee)
    return theirs.length === 0 ? [booking] : theirs.filter(({ status }) => status === 'confirmed').map(() => booking)
  })
}

/**
 * Whether a booking that was made at `madeAt` is of a request that may have left at `since` (both in ms). Here, what the
 * provider does not say counts as another booking: nobody asks it again.
 */
export function isOfRequest(
  booking: ProviderBooking,
  { eventType, start, attendee }: CheckedBooking,
  { madeAt, since }: { readonly madeAt: number; readonly since: number },
): boolean {
  const isSame = booking.eventType === eventType.id && sameInstant(booking.start, start)
  return isSame && isSince(madeAt, since) && attendeesIn(booking, attendee).length > 0
}

function attendeesIn(
  { attendees }: Pick<ProviderBooking, 'attendees'>,
  { email }: CheckedBooking['attendee'],
): readonly Attendee[] {
  return email === undefined ? [] : attendees.filter((one) => isAmong(email, [one.email]))
}
