// Books, once for each key.

import { type Checks, checkOptions } from '../core/check.ts'
import type { Booking } from '../core/scheduling/model.ts'
import type { BookingRequest, KeyOptions } from '../core/scheduling/requests.ts'
import { digestOf, givenKey, markOf } from './booking-key.ts'
import { checkBooking, checkBookingForm } from './booking-request.ts'
import { bookingAfter, type ChangingDependencies } from './changed-booking.ts'
import { msOf } from './instants.ts'
import { verbChecks } from './options.ts'
import { isEmpty } from './questions.ts'
import { eventTypeOf, idIn } from './references.ts'

/** The key itself is checked where its digest is made. */
const bookChecks: Checks<KeyOptions> = { ...verbChecks, key: () => null }

export async function book(
  dependencies: ChangingDependencies,
  request: BookingRequest,
  options: KeyOptions,
): Promise<Booking> {
  const { target, changes } = dependencies
  const place = 'book'
  checkBookingForm(place, target, request)
  checkOptions(place, options, bookChecks)
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

/** The same for each spelling: an event type or its id, a `Date` or any offset, names in any order, what is empty left out. */
function requestDigestOf({ eventType, start, hold, guests = [], answers = {}, ...rest }: BookingRequest): string {
  const answered = Object.entries(answers).filter(([, value]) => !isEmpty(value))
  return digestOf({
    ...rest,
    ...(guests.length > 0 && { guests }),
    ...(answered.length > 0 && { answers: Object.fromEntries(answered) }),
    eventType: idIn(eventType),
    start: msOf(start),
    hold: hold === undefined ? null : idIn(hold),
  })
}
