// Books, once for each key.

import { anything, type Check, type Checks, checkOptions, checkValue } from '../core/check.ts'
import type { Booking } from '../core/scheduling/model.ts'
import type { BookingRequest, KeyOptions } from '../core/scheduling/requests.ts'
import { digestOf, givenKey, markOf } from './booking-key.ts'
import { checkBooking, checkBookingForm } from './booking-request.ts'
import { bookingAfter, type ChangingDependencies } from './changed-booking.ts'
import { msOf } from './instants.ts'
import { verbChecks } from './options.ts'
import { withoutOuterSpace } from './outer-space.ts'
import { isEmpty } from './questions.ts'
import { eventTypeOf, idIn } from './references.ts'

const place = 'book'

/** The key itself is checked where its digest is made. */
const bookChecks: Checks<KeyOptions> = { key: anything, ...verbChecks }

const isGiven: Check = (options) =>
  options === undefined ? 'is missing. Give { key }: your own name for this booking, such as the id of an order' : null

export async function book(
  dependencies: ChangingDependencies,
  given: BookingRequest,
  options: KeyOptions,
): Promise<Booking> {
  const { target, changes } = dependencies
  const request = withoutOuterSpace(given, 'attendee', 'guests', 'location', 'answers')
  checkBookingForm(place, target, request)
  checkValue(place, 'options', options, isGiven)
  checkOptions(place, options, bookChecks, 'options')
  const key = givenKey(place, options.key)
  const outcome = await changes.run(target, place, {
    verb: 'book',
    key,
    requestDigest: requestDigestOf(request),
    options,
    async prepare(reading) {
      const eventType = await eventTypeOf(target, place, request.eventType, reading)
      return {
        plan: {
          kind: 'book',
          request: checkBooking(place, target, request, { eventType, mark: markOf(target.connection, key) }),
        },
      }
    },
  })
  return bookingAfter(dependencies, place, 'booking', outcome, options)
}

/**
 * The same for each spelling: an event type or its id, a `Date` or any offset, names in any order, what is empty and white space
 * left out, the domain of an e-mail address in any case.
 */
function requestDigestOf({
  eventType,
  start,
  hold,
  attendee,
  guests = [],
  answers = {},
  ...rest
}: BookingRequest): string {
  const answered = Object.entries(answers).filter(([, value]) => !isEmpty(value))
  return digestOf({
    ...rest,
    attendee: { ...attendee, ...(attendee.email !== undefined && { email: withPlainDomain(attendee.email) }) },
    ...(guests.length > 0 && { guests: guests.map(withPlainDomain) }),
    ...(answered.length > 0 && { answers: Object.fromEntries(answered) }),
    eventType: idIn(eventType),
    start: msOf(start),
    hold: hold === undefined ? null : idIn(hold),
  })
}

/**
 * Of an e-mail address, the domain is not case-sensitive and what stands before it may be.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc5321#section-2.4 RFC 5321, section 2.4}
 */
function withPlainDomain(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, at)}${email.slice(at).toLowerCase()}`
}
