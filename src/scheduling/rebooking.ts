// Plans how a booking is booked again at another time, with all that the old one says.

import { valueError } from '../core/check.ts'
import { PunctualError } from '../core/errors.ts'
import type { Attendee, Booking, Location } from '../core/scheduling/model.ts'
import type { CheckedBooking } from '../core/scheduling/provider.ts'
import type { BookingRequest, LocationChoice, VerbOptions } from '../core/scheduling/requests.ts'
import { type ChangeKey, markOf } from './booking-key.ts'
import { checkBooking } from './booking-request.ts'
import { notSupported } from './can.ts'
import { carriedAnswers } from './carried-answers.ts'
import { msOf } from './instants.ts'
import type { Plan } from './plan.ts'
import { eventTypeOf } from './references.ts'
import type { Target } from './target.ts'

const place = 'reschedule'

interface Rebooking {
  readonly start: string
  readonly reason: string | null
  readonly key: ChangeKey
  readonly reading: VerbOptions
}

/**
 * Plans the new booking: all that the old one says, at another time.
 *
 * @throws {PunctualError} `invalid_argument` for a booking that does not say for whom or of what it is; `not_supported` for
 *   one that its event type does not take any more as it is.
 */
export async function planRebooking(
  target: Target,
  old: Booking,
  { start, reason, key, reading }: Rebooking,
): Promise<Plan> {
  target.assertCan(place, 'cancel', old)
  const attendee = onlyAttendeeOf(old)
  const eventTypeId = old.eventType
  if (eventTypeId === null)
    throw valueError(place, 'booking', 'does not say of which event type it is. Book again, and cancel it')
  try {
    const eventType = await eventTypeOf(target, place, eventTypeId, reading)
    const request = { ...requestOf(old, attendee), eventType, start, answers: carriedAnswers(eventType, old.answers) }
    const checked = checkAgain(target, request, { eventType, mark: markOf(target.connection, key) }, old.location)
    return {
      kind: 'rebook',
      booking: old.id,
      attendee: attendee.id,
      chain: old.chain,
      reason,
      request: checked,
      previousStart: old.start,
      isKeyed: !key.isDerived,
    }
  } catch (error) {
    throw ownFault(target, error)
  }
}

/** The caller gave none of it, so what is wrong with it is not the caller's mistake. */
function ownFault({ provider }: Target, error: unknown): unknown {
  if (!(error instanceof PunctualError) || error.code !== 'invalid_argument') return error
  const problem = error.message.replace(`${place}: `, '')
  const note = `The booking cannot be booked again as it is: ${problem} Book again, and cancel it.`
  return notSupported(place, provider.title, { yes: false, because: 'event_type', note })
}

/** At the same place; where the event type does not take that one, or takes none at all, at the one that it has. */
function checkAgain(
  target: Target,
  request: BookingRequest,
  of: Parameters<typeof checkBooking>[3],
  old: Location,
): CheckedBooking {
  const location = choiceOf(old)
  if (!location) return checkBooking(place, target, request, of)
  try {
    return checkBooking(place, target, { ...request, location }, of)
  } catch (error) {
    try {
      return checkBooking(place, target, request, of)
    } catch {
      throw error
    }
  }
}

function onlyAttendeeOf({ attendees }: Booking): Attendee {
  const [attendee, ...others] = attendees.filter(({ status }) => status === 'confirmed')
  if (attendee && others.length === 0) return attendee
  const count = attendee ? others.length + 1 : 0
  const sentence = `has ${count} attendees. Only a booking with one can be booked again for them`
  throw valueError(place, 'booking', sentence)
}

function requestOf(
  old: Booking,
  { name, email, phone, timeZone, locale }: Attendee,
): Omit<BookingRequest, 'eventType' | 'start'> {
  const minutes = Math.round((msOf(old.end) - msOf(old.start)) / 60_000)
  return {
    attendee: {
      name: name ?? email ?? 'Guest',
      timeZone: timeZone ?? 'UTC',
      ...(email !== null && { email }),
      ...(phone !== null && { phone }),
      ...(locale !== null && { locale }),
    },
    ...(old.guests.length > 0 && { guests: old.guests }),
    ...(old.reference !== null && { reference: old.reference }),
    ...(old.utm && { utm: old.utm }),
    ...(old.metadata && { metadata: old.metadata }),
    durationMinutes: minutes,
  }
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
