// Lists and adds the attendees of Cal.com's bookings, and marks them as absent.

import type { Answer } from '../../http/exchange.ts'
import { objectOf } from '../../http/json.ts'
import type { AttendeeRow, BookingRow } from '../../world/calcom-rows.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { fieldsOf, invalidField } from '../api/fields.ts'
import { success } from '../api/success.ts'
import { attendeeResource, bookingResource } from '../resources/booking-resource.ts'
import { enqueueNoShow } from '../webhooks/messages.ts'
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
  return success(found.row.attendees.map((one) => resource(found.row, one)))
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
  if (row.attendees.some((one) => one.email === attendee.email)) {
    const message = `Attendee with email ${attendee.email} is already part of the booking.`
    return apiError(exchange, 400, message, 'an attendee already has this address')
  }
  row.attendees.push(attendee)
  row.updatedAt = exchange.now
  world.changed()
  return success({ ...resource(row, attendee), bookingId: row.id }, 201)
}

/** Attendees that are not named keep their mark. Before the booking has begun, nobody can be absent. */
function markAbsent(call: CalcomCall): Answer {
  const { world, exchange } = call
  const found = findHosted(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  if (exchange.now < row.startsAt) {
    const [now, start] = [exchange.now, row.startsAt].map((at) => new Date(at).toISOString())
    const message = `Bookings can only be marked as absent after their scheduled start time. Current time in UTC+0: ${now}, Booking start time in UTC+0: ${start}`
    return apiError(exchange, 400, message, 'the booking has not begun')
  }
  const fields = fieldsOf(exchange)
  const { host, attendees = [] } = fields
  if (host !== undefined && typeof host !== 'boolean') {
    return invalidField(exchange, fields, 'host', ['isBoolean', 'must be a boolean value'])
  }
  if (!Array.isArray(attendees)) return invalidField(exchange, fields, 'attendees', ['isArray', 'must be an array'])
  const absent = new Set(row.absent)
  let changed = false
  const marked: { email: string; noShow: boolean }[] = []
  for (const one of attendees.map(objectOf)) {
    const { email, absent: isAbsent } = one
    if (typeof email !== 'string' || !row.attendees.some((other) => other.email === email)) {
      return invalidField(exchange, one, 'email', ['isEmail', 'must be the email of an attendee'])
    }
    if (typeof isAbsent !== 'boolean') {
      return invalidField(exchange, one, 'absent', ['isBoolean', 'must be a boolean value'])
    }
    changed ||= absent.has(email) !== isAbsent
    if (isAbsent) absent.add(email)
    else absent.delete(email)
    marked.push({ email, noShow: isAbsent })
  }
  Object.assign(row, { absent: [...absent], hostAbsent: host ?? row.hostAbsent, updatedAt: exchange.now })
  world.changed()
  const { calcomHostNoShowWebhook, calcomRepeatedNoShowWebhook } = world.state.switches
  const isOfOne = calcomRepeatedNoShowWebhook ? marked.length > 0 : changed
  const isTold = isOfOne || (host !== undefined && calcomHostNoShowWebhook)
  if (isTold) enqueueNoShow(world, exchange.now, row, marked)
  return success(bookingResource(world, row))
}

function resource(row: BookingRow, attendee: AttendeeRow): object {
  return { id: row.id * 100 + row.attendees.indexOf(attendee) + 1, ...attendeeResource(row, attendee) }
}
