// Moves a booking: natively, or where the provider cannot, and the caller allows it, by booking the new time and then cancelling
// the old one.

import { type Checks, checkOptions, checkValue, object, oneOf, optional, text, valueError } from '../core/check.ts'
import { utcInstant } from '../core/scheduling/instant.ts'
import type { Booking } from '../core/scheduling/model.ts'
import type { Rescheduled, RescheduleOptions, Time } from '../core/scheduling/requests.ts'
import type { BookingRef } from '../core/scheduling/verbs.ts'
import { derivedKey, digestOf, givenKey } from './booking-key.ts'
import { doubts, type Outcome, type Progress } from './change.ts'
import { bookingAfter, type ChangingDependencies, failureAfter } from './changed-booking.ts'
import { assertNotMoved, currentBooking } from './current-booking.ts'
import { msOf, time } from './instants.ts'
import { doubtUntilMended, retryAfterMs } from './key-errors.ts'
import { verbChecks } from './options.ts'
import { withoutOuterSpace } from './outer-space.ts'
import { planRebooking } from './rebooking.ts'
import { bookingOf, idIn, referenceTo } from './references.ts'

const place = 'reschedule'

const optionChecks: Checks<RescheduleOptions> = {
  ...verbChecks,
  key: () => null,
  allow: optional(oneOf('rebook')),
  reason: optional(text),
}

export async function reschedule(
  dependencies: ChangingDependencies,
  reference: BookingRef,
  to: { readonly start: Time },
  given: RescheduleOptions = {},
): Promise<Rescheduled> {
  const { target, changes } = dependencies
  checkValue(place, 'booking', reference, referenceTo(target, 'booking'))
  checkValue(place, 'to', to, object<{ start: Time }>({ start: time }))
  const options = withoutOuterSpace(given, 'reason')
  checkOptions(place, options, optionChecks, 'options')
  const isNative = target.scheduling.reschedule !== null
  if (!isNative && options.allow !== 'rebook') return leaveToAttendee(dependencies, reference, options)

  const booking = idIn(reference)
  const start = utcInstant(msOf(to.start))
  const judge = (found: Booking): void => {
    assertStands(found)
    if (msOf(found.start) === msOf(start))
      throw valueError(place, 'to.start', 'is when the booking starts already. Give another time')
    target.assertCan(place, isNative ? 'reschedule' : 'cancel', found)
  }
  const { key: ownKey, reason = null } = options
  const key = ownKey === undefined ? derivedKey('reschedule', { booking, start }) : givenKey(place, ownKey)
  const outcome = await changes.run(target, place, {
    verb: 'reschedule',
    key,
    // Nobody thinks of a reason as what makes it another change.
    requestDigest: digestOf({ booking, start }),
    options,
    async prepare(reading) {
      const { completion } = dependencies
      const found = await currentBooking(target, completion, place, reference, { options: reading, judge })
      if (!isNative) return { plan: await planRebooking(target, found, { start, reason, key, reading }), known: found }
      return { plan: { kind: 'move', booking, start, reason, isKeyed: !key.isDerived }, known: found }
    },
  })
  if (!isNative) return rebooked(dependencies, booking, outcome, options)
  return { outcome: 'moved', booking: await bookingAfter(dependencies, place, 'moving', outcome, options) }
}

/** @throws {PunctualError} `invalid_argument` for a booking that cannot be moved any more. */
function assertStands(booking: Booking): void {
  assertNotMoved(place, booking)
  if (booking.status === 'cancelled')
    throw valueError(place, 'booking', 'is cancelled. Book again instead', { reason: 'booking_cancelled' })
}

async function leaveToAttendee(
  { target, completion }: ChangingDependencies,
  reference: BookingRef,
  options: RescheduleOptions,
): Promise<Rescheduled> {
  const found = await bookingOf(target, completion, place, reference, options)
  assertStands(found)
  const because = target.can('reschedule', found)
  if (!because.yes && because.instead) return { outcome: 'attendee_has_to', url: because.instead.url, because }
  target.assertCan(place, 'reschedule', found)
  throw new Error('a provider that can move bookings, and has no function for it')
}

const note = 'Booked again at the new time, and the old booking cancelled: the attendee gets both mails.'

async function rebooked(
  dependencies: ChangingDependencies,
  old: string,
  outcome: Outcome,
  options: RescheduleOptions,
): Promise<Rescheduled> {
  if (outcome.kind === 'done') {
    const booking = await bookingAfter(dependencies, place, 'booking', outcome, options)
    const cancelled = await bookingAfter(dependencies, place, 'cancelling', { ...outcome, booking: old }, options)
    return { outcome: 'rebooked', booking, cancelled, note }
  }
  if (outcome.kind === 'refused' || (outcome.kind === 'unsent' && outcome.booking === null))
    throw failureAfter(place, outcome)
  const made = outcome.booking
  const booking =
    made === null ? null : await bookingAfter(dependencies, place, 'booking', doneWith(made, outcome.seen), options)
  const doubt = outcome.kind === 'doubt' ? outcome.doubt : doubtUntilMended(outcome.error)
  return {
    outcome: 'half',
    booking,
    cancelled: null,
    next: booking === null && doubt === 'not_found' ? 'book_again' : 'look',
    retryAfterMs: outcome.kind === 'doubt' || doubt ? null : retryAfterMs(outcome),
    note: doubt ? doubts[doubt] : noteOf(booking),
  }
}

function doneWith(booking: string, seen: Progress['seen']): Outcome {
  return { kind: 'done', booking, seen }
}

function noteOf(booking: Booking | null): string {
  return booking === null
    ? 'Whether the new time was booked is not known yet. Nothing was done to the old booking.'
    : 'The new time is booked. Whether the old booking is cancelled is not known yet: both may stand.'
}
