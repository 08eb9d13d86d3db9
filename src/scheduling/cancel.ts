// Cancels a booking, or the place of one attendee in it. What is cancelled already stays so.

import { type Checks, checkOptions, checkValue, flag, optional, text } from '../core/check.ts'
import type { Booking } from '../core/scheduling/model.ts'
import type { CancelOptions } from '../core/scheduling/requests.ts'
import type { BookingRef } from '../core/scheduling/verbs.ts'
import { derivedKey, digestOf, givenKey } from './booking-key.ts'
import { attendeeOf } from './bookings.ts'
import { bookingAfter, type ChangingDependencies } from './changed-booking.ts'
import { verbChecks } from './options.ts'
import { bookingOf, idIn, referenceTo } from './references.ts'

const place = 'cancel'

const optionChecks: Checks<CancelOptions> = {
  ...verbChecks,
  key: () => null,
  reason: optional(text),
  attendee: optional((value) =>
    typeof value === 'string' || typeof (value as { id?: unknown } | null)?.id === 'string'
      ? null
      : 'must be an attendee of the booking, or its id or e-mail address',
  ),
  following: optional(flag),
}

export async function cancel(
  dependencies: ChangingDependencies,
  reference: BookingRef,
  options: CancelOptions = {},
): Promise<Booking> {
  const { target, completion, changes } = dependencies
  checkValue(place, 'booking', reference, referenceTo(target, 'booking'))
  checkOptions(place, options, optionChecks)
  const booking = idIn(reference)
  const { key: given, attendee: named, reason = null, following = false } = options
  const what = { booking, attendee: named === undefined ? null : idIn(named), following }
  const outcome = await changes.run(target, place, {
    verb: 'cancel',
    key: given === undefined ? derivedKey('cancel', what) : givenKey(place, given),
    requestDigest: digestOf(what),
    options,
    async prepare(reading) {
      const found = await bookingOf(target, completion, place, reference, reading)
      target.assertCan(place, 'cancel', found)
      if (named !== undefined) target.assertCan(place, 'cancel.attendee', found)
      if (following) target.assertCan(place, 'cancel.series', found)
      const attendee = named === undefined ? null : attendeeOf(place, found, named).id
      return { plan: { kind: 'cancel', booking, attendee, following, reason }, known: found }
    },
  })
  return bookingAfter(dependencies, place, 'cancelling', outcome, options)
}
