// The endpoints that create and change Cal.com's bookings. Booking, cancelling and moving are public: the uid is
// enough. There is no idempotency key; a taken slot is 400, not 409.

import type { Answer, Refused } from '../../http/exchange.ts'
import { textOf } from '../../http/json.ts'
import type { BookingRow } from '../../world/calcom-rows.ts'
import { uuid } from '../../world/seal.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { fieldsOf, invalidField, timeOf } from '../api/fields.ts'
import { success } from '../api/success.ts'
import { bookingResource } from '../resources/booking-resource.ts'
import { eventTypeById, type HostedEventType, recurrenceOf, seatsOf } from '../resources/event-types-of.ts'
import { type BookingRequest, readBookingRequest } from './booking-body.ts'
import { chooseGuests, chooseLength, chooseLocation, wrongResponse } from './booking-checks.ts'
import {
  book,
  cancel,
  cancelSeat,
  confirmOrDecline,
  type NewBooking,
  reschedule,
  rescheduleSeat,
} from './booking-state.ts'
import { bookingVersions, findBooking, findHosted, seriesOf } from './find-booking.ts'
import { findEventType } from './find-event-type.ts'
import { startsOf } from './recurrence.ts'
import { refuseSlot } from './slot-errors.ts'

const anyone = { method: 'POST', guard: 'public', scope: null, versions: bookingVersions } as const
const hosts = { method: 'POST', guard: 'permissions', scope: 'BOOKING_WRITE', versions: bookingVersions } as const

/** The endpoints of this resource that change something. */
export const bookingRoutes: readonly CalcomRoute[] = [
  { ...anyone, path: '/v2/bookings', answer: create },
  { ...anyone, path: '/v2/bookings/:uid/cancel', answer: cancelBooking },
  { ...anyone, path: '/v2/bookings/:uid/reschedule', answer: rescheduleBooking },
  { ...hosts, path: '/v2/bookings/:uid/confirm', answer: (call) => answerRequest(call, true) },
  { ...hosts, path: '/v2/bookings/:uid/decline', answer: (call) => answerRequest(call, false) },
]

function create(call: CalcomCall): Answer {
  const { world, exchange } = call
  const fields = fieldsOf(exchange)
  const read = readBookingRequest(exchange, fields)
  if ('refusal' in read) return read.refusal
  const found = findEventType(call, (name) => fields[name])
  if ('refusal' in found) return found.refusal
  const wish = checkedWish(call, found, read.requested)
  if ('refusal' in wish) return wish.refusal
  const starts = startsFor(call, found, read.requested)
  if ('refusal' in starts) return starts.refusal
  const { minutes, booking } = wish
  for (const startsAt of starts.all) {
    const refused = refuseSlot(call, { ...found, startsAt, minutes })
    if (refused !== null) return refused
  }
  const recurringUid = recurrenceOf(found.eventType) === null ? null : uuid(world.random(16))
  const made = starts.all.map((startsAt) => {
    const times = { startsAt, endsAt: startsAt + minutes * 60_000 }
    const { row, attendee } = book(world, exchange.now, found, { ...booking, ...times }, recurringUid)
    const seat = attendee.seat === null ? {} : { seatUid: attendee.seat.uid }
    return { ...bookingResource(world, row), ...seat, isPlatformManagedUserBooking: false }
  })
  return success(recurringUid === null ? made[0] : made, 201)
}

/** Checks what the event type asks of a booking, in the order of the source. */
function checkedWish(
  { world, exchange }: CalcomCall,
  { eventType }: HostedEventType,
  requested: BookingRequest,
): { minutes: number; booking: Omit<NewBooking, 'startsAt' | 'endsAt'> } | Refused {
  const fields = fieldsOf(exchange)
  const refuse = (wrong: string) => ({ refusal: apiError(exchange, 400, wrong, 'the event type does not allow it') })
  const wrong = wrongResponse(eventType, requested.responses)
  if (wrong !== null) return refuse(wrong)
  const length = chooseLength(eventType, fields.lengthInMinutes)
  if ('wrong' in length) return refuse(length.wrong)
  const place = chooseLocation(eventType, fields.location)
  if ('wrong' in place) return refuse(place.wrong)
  const guests = chooseGuests(eventType, requested.guests, world.state.switches.calcomGuestsWhereDisabled)
  if ('wrong' in guests) return refuse(guests.wrong)
  return { ...length, booking: { ...requested, ...place, ...guests } }
}

/** When the bookings begin: one, or those of a series. */
function startsFor(
  { exchange }: CalcomCall,
  { eventType }: HostedEventType,
  { startsAt, attendee }: BookingRequest,
): { all: readonly number[] } | Refused {
  const recurrence = recurrenceOf(eventType)
  const { recurrenceCount: count } = fieldsOf(exchange)
  const refuse = (message: string, why: string) => ({ refusal: apiError(exchange, 400, message, why) })
  if (recurrence === null) {
    if (count === undefined) return { all: [startsAt] }
    return refuse('The event type can be booked once, for a slot.', 'the event type is not booked as a series')
  }
  const times = count ?? recurrence.occurrences
  if (typeof times !== 'number' || times > recurrence.occurrences || times < 1) {
    const message = "Provided recurrence count is higher than the event type's recurring event count."
    return refuse(message, 'recurrenceCount is not a number up to the occurrences of the event type')
  }
  return { all: startsOf(startsAt, attendee.timeZone, recurrence, times) }
}

function cancelBooking(call: CalcomCall): Answer {
  const { world, exchange, account } = call
  const found = findBooking(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  if (!isOpen(row)) return over(call, row)
  const reason = textOf(fieldsOf(exchange).cancellationReason)
  if (reason === null && row.host === account?.id) {
    const message = 'Cancellation reason is required when you are the host'
    return apiError(exchange, 400, message, 'the host has to say why, as cancellationReason')
  }
  const how = { reason, by: account?.email ?? null }
  const { seatUid, cancelSubsequentBookings } = fieldsOf(exchange)
  if (seatUid !== undefined) return cancelOneSeat(call, row, String(seatUid), how)
  const isSeries = call.params.uid === row.recurringUid || cancelSubsequentBookings === true
  const all = isSeries ? seriesOf(call, row).filter((one) => isOpen(one) && one.startsAt >= row.startsAt) : [row]
  for (const one of all) cancel(world, exchange.now, one, how)
  if (!isSeries) return success(bookingResource(world, row))
  return success(seriesOf(call, row).map((one) => bookingResource(world, one)))
}

function cancelOneSeat(
  { world, exchange }: CalcomCall,
  row: BookingRow,
  seatUid: string,
  how: { reason: string | null; by: string | null },
): Answer {
  const attendee = row.attendees.find(({ seat }) => seat?.uid === seatUid)
  if (attendee === undefined) {
    const message = 'Invalid seatUid: this seat does not exist or has already been cancelled.'
    return apiError(exchange, 400, message, 'no attendee of the booking has this seat')
  }
  cancelSeat(world, exchange.now, row, attendee, how)
  return success(bookingResource(world, row))
}

function isOpen({ status }: BookingRow): boolean {
  return status === 'accepted' || status === 'pending'
}

function rescheduleBooking(call: CalcomCall): Answer {
  const { world, exchange, account } = call
  const found = findBooking(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  if (!isOpen(row)) return cannotMove(call, row)
  const fields = fieldsOf(exchange)
  const startsAt = timeOf(fields.start)
  if (startsAt === null) {
    return invalidField(exchange, fields, 'start', ['isDateString', 'must be a valid ISO 8601 date string'])
  }
  const hosted = eventTypeById(world, row.eventTypeId)
  if (hosted === null) {
    return apiError(
      exchange,
      404,
      `Event type with id ${row.eventTypeId} not found.`,
      'the event type no longer exists',
    )
  }
  const attendee = row.attendees.find(({ seat }) => seat !== null && seat.uid === fields.seatUid)
  if (seatsOf(hosted.eventType) !== null && attendee === undefined) return needsSeat(call, row)
  const minutes = (row.endsAt - row.startsAt) / 60_000
  const except = row.attendees.length === 1 || attendee === undefined ? { except: row.uid } : {}
  const refused = refuseSlot(call, { ...hosted, startsAt, minutes, ...except })
  if (refused !== null) return refused
  const by = textOf(fields.rescheduledBy) ?? account?.email ?? null
  const to = { startsAt, reason: textOf(fields.reschedulingReason), by }
  if (attendee === undefined) return success(bookingResource(world, reschedule(world, exchange.now, row, to)), 201)
  const next = rescheduleSeat(world, exchange.now, row, { ...to, attendee })
  return success({ ...bookingResource(world, next), seatUid: attendee.seat?.uid }, 201)
}

function answerRequest(call: CalcomCall, yes: boolean): Answer {
  const { world, exchange } = call
  const found = findHosted(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  if (row.status !== 'pending') {
    return apiError(exchange, 400, 'The booking does not wait for a confirmation.', `its status is ${row.status}`)
  }
  confirmOrDecline(world, exchange.now, row, { yes, reason: textOf(fieldsOf(exchange).reason) })
  return success(bookingResource(world, row))
}

function over({ exchange }: CalcomCall, row: BookingRow): Answer {
  const message = `Booking with uid=${row.uid} has been ${row.status} already.`
  return apiError(exchange, 400, message, `its status is ${row.status}`)
}

function cannotMove({ exchange }: CalcomCall, { uid, rescheduledTo }: BookingRow): Answer {
  const begin = `Can't reschedule booking with uid=${uid} because it has been cancelled`
  const message =
    rescheduledTo === null
      ? `${begin}. Please provide uid of a booking that is not cancelled.`
      : `${begin} and rescheduled already to booking with uid=${rescheduledTo}. You probably want to reschedule ${rescheduledTo} instead by passing it within the request URL.`
  return apiError(exchange, 400, message, 'the booking is over')
}

function needsSeat({ exchange }: CalcomCall, { uid }: BookingRow): Answer {
  const message = `Booking with uid=${uid} is a seated booking which means you have to provide seatUid in the request body to specify which seat specifically you want to reschedule.`
  return apiError(exchange, 400, message, 'seatUid is missing, or no attendee has this seat')
}
