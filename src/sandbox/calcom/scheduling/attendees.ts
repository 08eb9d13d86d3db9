// Lists and adds the attendees of Cal.com's bookings, and marks them as absent.

import type { Answer } from '../../http/exchange.ts'
import { objectOf } from '../../http/json.ts'
import type { AttendeeRow, BookingRow } from '../../world/calcom-rows.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { fieldsOf, invalidField } from '../api/fields.ts'
import { success } from '../api/success.ts'
import { attendeeResource, attendeesOf, bookingResource } from '../resources/booking-resource.ts'
import { readAttendee } from './booking-body.ts'
import { bookingVersions, findHosted } from './find-booking.ts'

const common = { guard: 'permissions', versions: bookingVersions } as const
const writes = { ...common, method: 'POST', scope: 'BOOKING_WRITE' } as const

/** The endpoints of this resource. */
export const attendeeRoutes: readonly CalcomRoute[] = [
  { ...common, method: 'GET', path: '/v2/bookings/:uid/attendees', scope: 'BOOKING_READ', answer: list },
  {
    ...writes,
    path: '/v2/bookings/:uid/attendees',
    perMinute: ({ calcomAttendeesPerMinute }) => calcomAttendeesPerMinute,
    answer: add,
  },
  { ...writes, path: '/v2/bookings/:uid/mark-absent', answer: markAbsent },
]

function list(call: CalcomCall): Answer {
  const found = findHosted(call)
  if ('refusal' in found) return found.refusal
  return success(attendeesOf(found.row).map((one) => resource(found.row, one)))
}

/** An email address is needed here, a telephone number alone does not do. */
function add(call: CalcomCall): Answer {
  const { world, exchange } = call
  const found = findHosted(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  const fields = fieldsOf(exchange)
  const read = readAttendee(exchange, fields)
  if ('refusal' in read) return read.refusal
  const { attendee } = read
  if (fields.email === undefined) return invalidField(exchange, fields, 'email', ['isEmail', 'must be an email'])
  if (attendeesOf(row).some((one) => one.email === attendee.email)) {
    const message = `Attendee with email ${attendee.email} is already part of the booking.`
    return apiError(exchange, 400, message, 'an attendee already has this address')
  }
  row.added.push(attendee)
  row.updatedAt = exchange.now
  world.changed()
  return success({ ...resource(row, attendee), bookingId: row.id }, 201)
}

/** Attendees that are not named keep their mark. The sandbox sends no webhook for it. */
function markAbsent(call: CalcomCall): Answer {
  const { world, exchange } = call
  const found = findHosted(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  const fields = fieldsOf(exchange)
  const { host, attendees = [] } = fields
  if (host !== undefined && typeof host !== 'boolean') {
    return invalidField(exchange, fields, 'host', ['isBoolean', 'must be a boolean value'])
  }
  if (!Array.isArray(attendees)) return invalidField(exchange, fields, 'attendees', ['isArray', 'must be an array'])
  const absent = new Set(row.absent)
  for (const one of attendees.map(objectOf)) {
    const { email, absent: isAbsent } = one
    if (typeof email !== 'string' || !attendeesOf(row).some((other) => other.email === email)) {
      return invalidField(exchange, one, 'email', ['isEmail', 'must be the email of an attendee'])
    }
    if (typeof isAbsent !== 'boolean') {
      return invalidField(exchange, one, 'absent', ['isBoolean', 'must be a boolean value'])
    }
    if (isAbsent) absent.add(email)
    else absent.delete(email)
  }
  Object.assign(row, { absent: [...absent], hostAbsent: host ?? row.hostAbsent, updatedAt: exchange.now })
  world.changed()
  return success(bookingResource(world, row))
}

function resource(row: BookingRow, attendee: AttendeeRow): object {
  return { id: row.id * 100 + attendeesOf(row).indexOf(attendee) + 1, ...attendeeResource(row, attendee) }
}
