// Bookings: read, listed and marked.

import type { Pages } from '../core/calls.ts'
import { checkOptions, checkValue, valueError } from '../core/check.ts'
import { membersOf } from '../core/json.ts'
import type { Attendee, Booking } from '../core/scheduling/model.ts'
import type { CheckedBookingsQuery, ProviderBooking } from '../core/scheduling/provider.ts'
import type {
  BookingsQuery,
  NoShowOptions,
  NoShowTarget,
  VerbListOptions,
  VerbOptions,
} from '../core/scheduling/requests.ts'
import type { BookingRef } from '../core/scheduling/verbs.ts'
import { bookingsChecks, checkSpan, noShowChecks, spanOf } from './checks.ts'
import type { Completion } from './completion.ts'
import { assertNotMoved, currentBooking } from './current-booking.ts'
import { finishedList } from './lists.ts'
import { checkVerbOptions, listChecks, verbChecks, withOptions } from './options.ts'
import { withoutOuterSpace } from './outer-space.ts'
import { assertOwn, bookingOf, idIn, idOf, referenceTo } from './references.ts'
import { resumedList } from './resumed-list.ts'
import type { Target } from './target.ts'

export function bookings(
  target: Target,
  completion: Completion,
  given: BookingsQuery = {},
  options?: VerbListOptions,
): Pages<Booking> {
  const query = withoutOuterSpace(given, 'attendee')
  checkOptions('bookings', query, bookingsChecks(target))
  checkVerbOptions('bookings', options, listChecks)
  const { from, to } = spanOf(query)
  checkSpan('bookings', from, to)
  target.assertCan('bookings', 'bookings.read')
  const { status = [], eventType, attendee = null } = query
  if (typeof eventType === 'object') assertOwn(target, 'bookings', eventType)
  const checked: CheckedBookingsQuery = {
    from,
    to,
    statuses: typeof status === 'string' ? [status] : [...new Set(status)].sort(),
    eventType: eventType === undefined ? null : idIn(eventType),
    attendee,
  }
  const api = withOptions(target.api, options)
  // Somebody else's event type is refused too.
  const id = checked.eventType ?? undefined
  return resumedList(target, { verb: 'bookings', query: checked, options }, (from) =>
    finishedList(target.scheduling.bookings(api, checked, from), {
      read: (next) => target.call({ what: 'bookings.read', id, provesNoRole: from !== undefined }, undefined, next),
      keep: (booking) => matches(booking, checked),
      finish: (batch) => completion.all(target, batch, options),
    }),
  )
}

/** `end`: the list is in order of start, so that no later booking matches either. */
function matches(
  { start, status, eventType, attendees }: ProviderBooking,
  { from, to, statuses, eventType: ofType, attendee }: CheckedBookingsQuery,
): boolean | 'end' {
  const startMs = Date.parse(start)
  if (to !== null && startMs >= to) return 'end'
  if (from !== null && startMs < from) return false
  if (statuses.length > 0 && !statuses.includes(status)) return false
  if (ofType !== null && eventType !== ofType) return false
  return attendee === null || attendees.some((one) => isNamed(one, attendee))
}

export async function booking(
  target: Target,
  completion: Completion,
  id: string,
  options?: VerbOptions,
): Promise<Booking> {
  checkValue('booking', 'id', id, idOf(target, 'booking'))
  checkVerbOptions('booking', options, verbChecks)
  return bookingOf(target, completion, 'booking', id, options)
}

export async function markNoShow(
  target: Target,
  completion: Completion,
  reference: BookingRef,
  who: NoShowTarget,
  options: NoShowOptions = {},
): Promise<Booking> {
  const place = 'markNoShow'
  checkValue(place, 'booking', reference, referenceTo(target, 'booking'))
  checkValue(place, 'who', who, isNoShowTarget)
  checkVerbOptions(place, options, noShowChecks)
  const what = 'host' in who ? 'noShow.host' : 'noShow'
  const { absent = true } = options
  target.assertCan(place, what)
  // A mistake that the caller's own object shows is refused before anything is sent.
  const judge = (booking: Booking) => {
    assertNotMoved(place, booking)
    target.assertCan(place, what, booking)
    if ('attendee' in who) attendeeOf(place, booking, who.attendee)
  }
  const found = await currentBooking(target, completion, place, reference, { options, judge })
  const whom = 'host' in who ? who : { attendee: attendeeOf(place, found, who.attendee) }
  const mark = 'host' in whom ? found.hosts[0]?.noShow : whom.attendee.noShow
  // A provider may report a mark that was set already as another change.
  if (mark === absent) return found
  const marked = await target.call({ what, id: found.id }, options, (api) =>
    target.scheduling.markNoShow(api, found, whom, absent),
  )
  return completion.one(target, marked, options)
}

function isNoShowTarget(value: unknown): string | null {
  const { attendee, host, ...others } = membersOf(value)
  const isHost = host === true && attendee === undefined
  const isAttendee = host === undefined && (typeof attendee === 'string' || typeof membersOf(attendee).id === 'string')
  if ((isHost || isAttendee) && Object.keys(others).length === 0) return null
  return 'must be { attendee } with an attendee of the booking, its id or its e-mail address, or { host: true }'
}

/**
 * Returns the attendee of that id or e-mail address.
 *
 * @throws {PunctualError} `invalid_argument` if the booking has no such attendee.
 */
export function attendeeOf(
  place: string,
  { attendees }: Pick<Booking, 'attendees'>,
  named: string | Pick<Attendee, 'id'>,
): Attendee {
  const name = idIn(named)
  const found = attendees.find(({ id }) => id === name) ?? attendees.find((one) => isNamed(one, name))
  if (found) return found
  const sentence = 'is not an attendee of the booking. Give one of its attendees, an id or an e-mail address of them'
  throw valueError(place, 'attendee', sentence)
}

/** The case of an address does not count. */
export function isNamed({ id, email }: Attendee, address: string): boolean {
  const name = address.trim().toLowerCase()
  return email?.toLowerCase() === name || id.toLowerCase() === name
}
