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
import { finishedList } from './lists.ts'
import { checkVerbOptions, listChecks, verbChecks, withOptions } from './options.ts'
import { bookingOf, idIn, idOf, referenceTo } from './references.ts'
import type { Target } from './target.ts'

export function bookings(
  target: Target,
  completion: Completion,
  query: BookingsQuery = {},
  options?: VerbListOptions,
): Pages<Booking> {
  checkOptions('bookings', query, bookingsChecks(target))
  checkVerbOptions('bookings', options, listChecks)
  const { from, to } = spanOf(query)
  checkSpan('bookings', from, to)
  target.assertCan('bookings', 'bookings.read')
  const { status = [], eventType, attendee = null } = query
  const checked: CheckedBookingsQuery = {
    from,
    to,
    statuses: typeof status === 'string' ? [status] : [...new Set(status)],
    eventType: eventType === undefined ? null : idIn(eventType),
    attendee,
  }
  const told = target.scheduling.bookings(withOptions(target.api, options), checked, options?.from)
  return finishedList(told, {
    read: (next) => target.call({ what: 'bookings.read' }, undefined, next),
    keep: (booking) => matches(booking, checked),
    finish: (batch) => completion.all(target, batch, options),
  })
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
  options?: NoShowOptions,
): Promise<Booking> {
  const place = 'markNoShow'
  checkValue(place, 'booking', reference, referenceTo(target, 'booking'))
  checkValue(place, 'who', who, isNoShowTarget)
  checkVerbOptions(place, options, noShowChecks)
  const what = 'host' in who ? 'noShow.host' : 'noShow'
  target.assertCan(place, what, typeof reference === 'string' ? undefined : reference)
  const found = await bookingOf(target, completion, place, reference, options)
  target.assertCan(place, what, found)
  const whom = 'host' in who ? who : { attendee: attendeeOf(place, found, who.attendee) }
  const marked = await target.call({ what, id: found.id }, options, (api) =>
    target.scheduling.markNoShow(api, found, whom, options?.absent ?? true),
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
function isNamed({ id, email }: Attendee, address: string): boolean {
  const name = address.trim().toLowerCase()
  return email?.toLowerCase() === name || id.toLowerCase() === name
}
