// The endpoints that create and change Cal.com's bookings. Booking, cancelling and moving are public: the uid is
// enough. There is no idempotency key; a taken slot is 400, not 409.

import type { Answer } from '../../http/exchange.ts'
import { textOf } from '../../http/json.ts'
import type { BookingRow } from '../../world/calcom-rows.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { fieldsOf, invalidField, timeOf } from '../api/fields.ts'
import { success } from '../api/success.ts'
import { bookingResource } from '../resources/booking-resource.ts'
import { eventTypeById, lengthsOf, requiresConfirmation } from '../resources/event-types-of.ts'
import { readBookingRequest } from './booking-body.ts'
import { book, cancel, confirmOrDecline, reschedule } from './booking-state.ts'
import { bookingVersions, findBooking, findHosted } from './find-booking.ts'
import { findEventType } from './find-event-type.ts'
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
  const { startsAt, ...requested } = read.requested
  const lengths = lengthsOf(found.eventType)
  const minutes = fields.lengthInMinutes ?? found.eventType.lengthInMinutes
  if (typeof minutes !== 'number' || !lengths.includes(minutes)) {
    const message = `The event type can be booked for ${lengths.join(', ')} minutes.`
    return apiError(exchange, 400, message, 'the event type does not have the length lengthInMinutes')
  }
  const refused = refuseSlot(call, { ...found, startsAt, minutes })
  if (refused !== null) return refused
  const place = { host: found.host.id, eventTypeId: found.eventType.id, startsAt, endsAt: startsAt + minutes * 60_000 }
  const row = book(world, exchange.now, { ...requested, ...place }, requiresConfirmation(found.eventType))
  return success({ ...bookingResource(world, row), isPlatformManagedUserBooking: false }, 201)
}

function cancelBooking(call: CalcomCall): Answer {
  const { world, exchange, account } = call
  const found = findBooking(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  if (row.status === 'cancelled' || row.status === 'rejected') return over(call, row)
  const reason = textOf(fieldsOf(exchange).cancellationReason)
  if (reason === null && row.host === account?.id) {
    const message = 'Cancellation reason is required when you are the host'
    return apiError(exchange, 400, message, 'the host has to say why, as cancellationReason')
  }
  cancel(world, exchange.now, row, { reason, by: account?.email ?? null })
  return success(bookingResource(world, row))
}

function rescheduleBooking(call: CalcomCall): Answer {
  const { world, exchange, account } = call
  const found = findBooking(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  if (row.status === 'cancelled' || row.status === 'rejected') return over(call, row)
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
  const minutes = (row.endsAt - row.startsAt) / 60_000
  const refused = refuseSlot(call, { ...hosted, startsAt, minutes, except: row.uid })
  if (refused !== null) return refused
  const by = textOf(fields.rescheduledBy) ?? account?.email ?? null
  const next = reschedule(world, exchange.now, row, { startsAt, reason: textOf(fields.reschedulingReason), by })
  return success(bookingResource(world, next), 201)
}

function answerRequest(call: CalcomCall, yes: boolean): Answer {
  const { world, exchange } = call
  const found = findHosted(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  if (row.status !== 'pending') {
    return apiError(exchange, 400, 'The booking does not wait for a confirmation.', `its status is ${row.status}`)
  }
  confirmOrDecline(world, exchange.now, row, yes)
  return success(bookingResource(world, row))
}

function over({ exchange }: CalcomCall, row: BookingRow): Answer {
  const message = `Booking with uid=${row.uid} has been ${row.status} already.`
  return apiError(exchange, 400, message, `its status is ${row.status}`)
}
