// Moves a booking: natively, or where the provider cannot, and the caller allows it, by booking the new time and then cancelling
// the old one.

import { type Checks, checkOptions, checkValue, object, oneOf, optional, text, valueError } from '../core/check.ts'
import { utcInstant } from '../core/scheduling/instant.ts'
import type { Answer, AnswerValue, Booking, EventType, Location, Question } from '../core/scheduling/model.ts'
import type {
  BookingRequest,
  LocationChoice,
  Rescheduled,
  RescheduleOptions,
  Time,
} from '../core/scheduling/requests.ts'
import type { BookingRef } from '../core/scheduling/verbs.ts'
import { type ChangeKey, derivedKey, digestOf, givenKey, markOf } from './booking-key.ts'
import { checkBooking } from './booking-request.ts'
import { doubts, type Outcome, type Progress } from './change.ts'
import { bookingAfter, type ChangingDependencies, failureAfter } from './changed-booking.ts'
import { msOf, time } from './instants.ts'
import { verbChecks } from './options.ts'
import type { Plan } from './plan.ts'
import { bookingOf, eventTypeOf, idIn, referenceTo } from './references.ts'

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
  options: RescheduleOptions = {},
): Promise<Rescheduled> {
  const { target, changes } = dependencies
  checkValue(place, 'booking', reference, referenceTo(target, 'booking'))
  checkValue(place, 'to', to, object<{ start: Time }>({ start: time }))
  checkOptions(place, options, optionChecks)
  const isNative = target.scheduling.reschedule !== null
  if (!isNative && options.allow !== 'rebook') return leaveToAttendee(dependencies, reference, options)

  const booking = idIn(reference)
  const start = utcInstant(msOf(to.start))
  const { key: given, reason = null } = options
  const key = given === undefined ? derivedKey('reschedule', { booking, start }) : givenKey(place, given)
  const outcome = await changes.run(target, place, {
    verb: 'reschedule',
    key,
    // Nobody thinks of a reason as what makes it another change.
    requestDigest: digestOf({ booking, start }),
    options,
    async prepare(reading) {
      const { completion } = dependencies
      const given = await bookingOf(target, completion, place, reference, reading)
      assertStands(given)
      // An object may be out of date: what somebody else has moved meanwhile would be booked a second time.
      const isRead = isNative || typeof reference === 'string'
      const found = isRead ? given : await bookingOf(target, completion, place, booking, reading)
      assertStands(found)
      if (!isNative)
        return { plan: await planRebooking(dependencies, found, { start, reason, key, reading }), known: found }
      target.assertCan(place, 'reschedule', found)
      return { plan: { kind: 'move', booking, start, reason }, known: found }
    },
  })
  if (!isNative) return rebooked(dependencies, booking, outcome, options)
  return { outcome: 'moved', booking: await bookingAfter(dependencies, place, 'moving', outcome, options) }
}

/** @throws {PunctualError} `invalid_argument` for a booking that cannot be moved any more. */
function assertStands({ status, replacedBy }: Booking): void {
  if (replacedBy !== null)
    throw valueError(place, 'booking', `was moved: ${replacedBy} replaces it. Reschedule that booking`)
  if (status === 'cancelled') throw valueError(place, 'booking', 'is cancelled. Book again instead')
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

interface Rebooking {
  readonly start: string
  readonly reason: string | null
  readonly key: ChangeKey
  readonly reading: RescheduleOptions
}

/**
 * Plans the new booking: all that the old one says, at another time.
 *
 * @throws {PunctualError} `invalid_argument` for a booking that cannot be booked again from what is known of it.
 */
async function planRebooking(
  { target }: ChangingDependencies,
  old: Booking,
  { start, reason, key, reading }: Rebooking,
): Promise<Plan> {
  const { connection } = target
  target.assertCan(place, 'cancel', old)
  if (old.eventType === null)
    throw valueError(place, 'booking', 'does not say of which event type it is. Book again, and cancel it')
  const eventType = await eventTypeOf(target, place, old.eventType, reading)
  const request = { ...requestOf(old, eventType), eventType, start }
  const checked = checkBooking(place, target, request, { eventType, mark: markOf(connection, key) })
  return { kind: 'rebook', booking: old.id, chain: old.chain, reason, request: checked }
}

function requestOf(old: Booking, { questions }: EventType): Omit<BookingRequest, 'eventType' | 'start'> {
  const attendees = old.attendees.filter(({ status }) => status === 'confirmed')
  const [attendee] = attendees
  if (!attendee || attendees.length > 1)
    throw valueError(
      place,
      'booking',
      `has ${attendees.length} attendees. Only a booking with one can be booked again for them`,
    )
  const { name, email, phone, timeZone, locale } = attendee
  const minutes = Math.round((msOf(old.end) - msOf(old.start)) / 60_000)
  const location = choiceOf(old.location)
  return {
    attendee: {
      name: name ?? email ?? 'Guest',
      timeZone: timeZone ?? 'UTC',
      ...(email !== null && { email }),
      ...(phone !== null && { phone }),
      ...(locale !== null && { locale }),
    },
    ...(old.guests.length > 0 && { guests: old.guests }),
    ...(location && { location }),
    answers: Object.fromEntries(old.answers.map((answer) => [answer.key, givenAgain(answer, questions)])),
    ...(old.reference !== null && { reference: old.reference }),
    ...(old.utm && { utm: old.utm }),
    ...(old.metadata && { metadata: old.metadata }),
    durationMinutes: minutes,
  }
}

const separators = ['\n', ', ', ',']

/** The answer as it is given to `book`. A provider may keep several choices as one text. */
function givenAgain({ key, value }: Answer, questions: readonly Question[]): AnswerValue {
  const { type, options } = questions.find((question) => question.key === key) ?? {}
  if (type !== 'some_of' || typeof value !== 'string') return value
  const ways = separators.map((separator) => value.split(separator))
  return ways.find((choices) => choices.every((one) => options?.includes(one))) ?? value.split('\n')
}

/** The same place; `undefined`: the event type's own. */
function choiceOf(location: Location): LocationChoice | undefined {
  switch (location.kind) {
    case 'in_person':
      return location.address === null ? { kind: 'in_person' } : { kind: 'in_person', address: location.address }
    case 'attendee_place':
      return location.address === null ? undefined : { kind: 'attendee_place', address: location.address }
    case 'host_calls':
      return location.phone === null ? { kind: 'host_calls' } : { kind: 'host_calls', phone: location.phone }
    case 'attendee_decides':
      return location.text === null ? undefined : { kind: 'attendee_decides', text: location.text }
    case 'video':
      return { kind: 'video', service: location.service }
    case 'text':
      return { kind: 'text', text: location.text }
    case 'attendee_calls':
    case 'link':
      return { kind: location.kind }
    case 'unknown':
      return undefined
  }
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
  const isLost = outcome.kind === 'doubt' && outcome.doubt === 'not_found'
  return {
    outcome: 'half',
    booking,
    cancelled: null,
    next: booking === null && isLost ? 'book_again' : 'look',
    note: noteOf(outcome, booking),
  }
}

function doneWith(booking: string, seen: Progress['seen']): Outcome {
  return { kind: 'done', booking, seen }
}

function noteOf(outcome: Outcome, booking: Booking | null): string {
  if (outcome.kind === 'doubt') return doubts[outcome.doubt]
  return booking === null
    ? 'Whether the new time was booked is not known yet. The old booking stands.'
    : 'The new time is booked, and the old booking is not cancelled yet. Both stand.'
}
