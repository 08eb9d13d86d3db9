// Cancels a booking, or the place of one attendee in it. What is cancelled already stays so.

import { type Checks, checkOptions, checkValue, flag, optional, text } from '../core/check.ts'
import type { Booking } from '../core/scheduling/model.ts'
import type { CancelOptions } from '../core/scheduling/requests.ts'
import type { BookingRef } from '../core/scheduling/verbs.ts'
import { derivedKey, digestOf, givenKey } from './booking-key.ts'
import { attendeeOf } from './bookings.ts'
import { bookingAfter, type ChangingDependencies } from './changed-booking.ts'
import { assertNotMoved, currentBooking } from './current-booking.ts'
import { verbChecks } from './options.ts'
import { withoutOuterSpace } from './outer-space.ts'
import type { Plan } from './plan.ts'
import { idIn, referenceTo } from './references.ts'

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
  given: CancelOptions = {},
): Promise<Booking> {
  const { target, completion, changes } = dependencies
  checkValue(place, 'booking', reference, referenceTo(target, 'booking'))
  const options = withoutOuterSpace(given, 'reason')
  checkOptions(place, options, optionChecks, 'options')
  const booking = idIn(reference)
  const { key: ownKey, attendee: named, reason = null, following = false } = options

  function judge(found: Booking): void {
    if (found.status === 'cancelled') assertNotMoved(place, found)
    target.assertCan(place, 'cancel', found)
    if (named !== undefined) target.assertCan(place, 'cancel.attendee', found)
    if (following) target.assertCan(place, 'cancel.series', found)
  }

  async function prepare(reading: CancelOptions): Promise<Prepared> {
    target.assertCan(place, 'cancel')
    const found = await currentBooking(target, completion, place, reference, { options: reading, judge })
    const attendee = named === undefined ? null : attendeeToCancel(found, reference, named)
    const isKeyed = ownKey !== undefined
    return { plan: { kind: 'cancel', booking, attendee, following, reason, isKeyed }, known: found }
  }

  // Without a key, the change is named by what is found: who has left and joins again has another id.
  const prepared = ownKey === undefined ? await prepare(options) : null
  const attendee = prepared ? prepared.plan.attendee : named === undefined ? null : idIn(named)
  const what = { booking, attendee, following }
  const outcome = await changes.run(target, place, {
    verb: 'cancel',
    key: ownKey === undefined ? derivedKey('cancel', what) : givenKey(place, ownKey),
    requestDigest: digestOf(what),
    options,
    prepare: async (reading) => prepared ?? prepare(reading),
  })
  return bookingAfter(dependencies, place, 'cancelling', outcome, options)
}

interface Prepared {
  readonly plan: Extract<Plan, { readonly kind: 'cancel' }>
  readonly known: Booking
}

/**
 * Returns the attendee's id. One who was in the caller's booking and is in the current one no longer has left: that is done.
 *
 * @throws {PunctualError} `invalid_argument` if neither has such an attendee.
 */
function attendeeToCancel(
  current: Booking,
  reference: BookingRef,
  named: NonNullable<CancelOptions['attendee']>,
): string {
  const given = typeof reference === 'string' ? [] : reference.attendees
  return attendeeOf(place, { attendees: [...current.attendees, ...given] }, named).id
}
