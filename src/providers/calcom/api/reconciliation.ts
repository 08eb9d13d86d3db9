// Finds what a booking whose outcome is unknown has made. The rule errs on the side of finding: a caller that finds
// nothing books again, so the rule relies on no filter whose spelling could hide a booking.

import type { ApiCaller } from '../../../core/calls.ts'
import { valueError } from '../../../core/check.ts'
import { earliestOf, isAmong, isSince, sameInstant } from '../../../core/scheduling/reconciliation.ts'
import type { CallOptions } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import { checkParameters, flag, type Instant, instant, parameters } from '../../api/parameters.ts'
import type { CalcomBooking } from './booking.ts'
import { bookingListCalls, type CalcomBookingsQuery } from './booking-list.ts'
import { type CalcomNewBooking, newBooking } from './bookings.ts'
import { meCalls } from './me.ts'

export interface CalcomSent {
  /** When the request was sent. `null`: a booking of any age may be of it. */
  readonly since: Instant | null
  /** `true`: the event type has seats, so that the booking may be older than the request, which then adds an attendee. */
  readonly hasSeats?: boolean | undefined
}

export interface ReconciliationCalls {
  /**
   * Returns the bookings that a request of `book` may have made. Takes the same request, and when it was sent.
   *
   * The rule: `GET /v2/bookings` of the event type, of every status, created since the request was sent (less five
   * minutes for the clocks); of these, each with the same event type, the same start (as instants) and the same
   * attendee (e-mail address in any case, or phone number; an attendee without either counts as the same) that is not a
   * rescheduled booking.
   *
   * With `hasSeats`, or a `since` of `null`, every booking of the event type from that start on is read instead, whenever it
   * was created.
   *
   * One found: it is yours. None: the request may still be under way; look again after a minute before you book again.
   * Two: it was made twice.
   *
   * Cal.com lists only what the connection's own user hosts: an event type named by another's `username` is refused,
   * and an `eventTypeId` must be one that the user hosts. Scopes: `BOOKING_READ`; `PROFILE_READ` for a `username`.
   */
  bookingsOf(request: CalcomNewBooking, sent: CalcomSent, options?: CallOptions): Promise<readonly CalcomBooking[]>
}

const sentParameters = once(() => parameters<CalcomSent>({ since: instant().nullable(), hasSeats: flag().optional() }))

export function reconciliationCalls(api: ApiCaller): ReconciliationCalls {
  const { bookings } = bookingListCalls(api)
  const { me } = meCalls(api)

  return {
    async bookingsOf(request, sent, options) {
      const place = 'calcom.bookingsOf'
      checkParameters(place, newBooking, request)
      checkParameters(place, sentParameters, sent)
      const { eventTypeId, username } = request
      if (eventTypeId === undefined && username !== undefined && (await me(options)).username !== username)
        throw valueError(
          place,
          'username',
          "is not the connection's own, and Cal.com lists no bookings of other users. Ask through a connection of that user",
        )
      const mine: CalcomBooking[] = []
      const earliest = sent.hasSeats ? null : sent.since
      for await (const booking of bookings({ eventTypeId, ...span(request, earliest) }, options)) {
        if (earliest === null && isLater(booking, request)) break
        if (mayBe(booking, request, earliest)) mine.push(booking)
      }
      return mine
    },
  }
}

/** The part of the list in which the booking must be. */
function span({ start }: CalcomNewBooking, since: Instant | null): CalcomBookingsQuery {
  if (since !== null) return { afterCreatedAt: new Date(earliestOf(since)) }
  return { afterStart: new Date(new Date(start).getTime() - 1000), sortStart: 'asc' }
}

function isLater(booking: CalcomBooking, request: CalcomNewBooking): boolean {
  return new Date(booking.start).getTime() > new Date(request.start).getTime()
}

function mayBe(booking: CalcomBooking, request: CalcomNewBooking, since: Instant | null): boolean {
  const isMoved = Boolean(booking.rescheduledFromUid)
  return (
    (since === null || isSince(booking.createdAt, since)) &&
    !isMoved &&
    sameInstant(booking.start, request.start) &&
    isOfType(booking, request) &&
    isFor(booking, request)
  )
}

/** What the response does not say counts as equal. */
function isOfType({ eventType, eventTypeId }: CalcomBooking, request: CalcomNewBooking): boolean {
  const id = eventType?.id ?? eventTypeId ?? request.eventTypeId
  const slug = eventType?.slug ?? request.eventTypeSlug
  return request.eventTypeId === undefined ? slug === request.eventTypeSlug : id === request.eventTypeId
}

/** The same rule: some bookings have neither address nor number of the attendee, or only in the booking form. */
function isFor({ attendees, bookingFieldsResponses }: CalcomBooking, { attendee }: CalcomNewBooking): boolean {
  const { email, phoneNumber } = attendee
  const answered = email === undefined ? null : isAmong(email, [bookingFieldsResponses?.email])
  if (attendees.length === 0) return answered ?? true
  return attendees.some((one) => {
    const addresses = [one.email, one.displayEmail].filter(Boolean)
    if (addresses.length === 0 && !one.phoneNumber) return answered ?? true
    const same = email === undefined ? null : isAmong(email, addresses)
    return same ?? (phoneNumber !== undefined && one.phoneNumber === phoneNumber)
  })
}
