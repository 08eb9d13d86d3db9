// Whether a booking is the one that a request has made: judged after a look at the provider, and by a webhook that is faster
// than the answer.

import type { Attendee } from '../core/scheduling/model.ts'
import type { CheckedBooking, ProviderBooking } from '../core/scheduling/provider.ts'
import { isAmong, isSince, sameInstant } from '../core/scheduling/reconciliation.ts'
import type { Found } from './change.ts'

/**
 * What has been found for a request. A booking that is cancelled may be of an earlier request for the same time: it proves
 * nothing about this one.
 */
export function judgeFound(found: readonly ProviderBooking[], { attendee }: CheckedBooking): Found {
  const bookings = [...new Map(found.map((booking) => [booking.id, booking])).values()]
  /** How often each is booked for the attendee. One that does not tell its attendees counts once. */
  const standing = bookings.flatMap((booking) => {
    if (booking.status === 'cancelled') return []
    const theirs = attendeesIn(booking, attendee)
    return theirs.length === 0 ? [booking] : theirs.filter(({ status }) => status === 'confirmed').map(() => booking)
  })
  const [booking, ...others] = standing
  if (others.length > 0) return { kind: 'doubt', doubt: 'found_several' }
  if (booking) return { kind: 'done', booking }
  return found.length > 0 ? { kind: 'doubt', doubt: 'found_cancelled' } : { kind: 'none' }
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
