// Reads the body of a new booking. Unknown fields are ignored, as everywhere in this API.

import type { Exchange, Refused } from '../../http/exchange.ts'
import { objectOf, textOf } from '../../http/json.ts'
import { isTimeZone } from '../../time/zone.ts'
import type { AttendeeRow } from '../../world/calcom-rows.ts'
import { apiError } from '../api/errors.ts'
import { invalidField, timeOf } from '../api/fields.ts'
import type { NewBooking } from './booking-state.ts'

/** A booking request, before its event type is known. */
export type BookingRequest = Omit<NewBooking, 'endsAt' | 'location'>

/** Reads the booking request, or returns 400. */
export function readBookingRequest(
  exchange: Exchange,
  fields: Record<string, unknown>,
): { requested: BookingRequest } | Refused {
  const refuse = (target: object, property: string, name: string, sentence: string) => ({
    refusal: invalidField(exchange, target, property, [name, sentence]),
  })
  const startsAt = timeOf(fields.start)
  if (startsAt === null) return refuse(fields, 'start', 'isDateString', 'must be a valid ISO 8601 date string')
  const person = readAttendee(exchange, objectOf(fields.attendee))
  if ('refusal' in person) return person
  const { attendee } = person
  const metadata = objectOf(fields.metadata)
  const fits = Object.entries(metadata).every(([key, value]) => key.length <= 40 && String(value).length <= 500)
  if (!fits || Object.keys(metadata).length > 50) {
    const sentence = 'must have at most 50 keys of at most 40 characters, with values of at most 500'
    return refuse(fields, 'metadata', 'isValidMetadata', sentence)
  }
  if (fields.instant === true) {
    const message = 'Instant bookings are only supported for team event types, not individual user event types.'
    return { refusal: apiError(exchange, 400, message, 'the sandbox has no event types of teams') }
  }
  return {
    requested: {
      startsAt,
      metadata,
      responses: objectOf(fields.bookingFieldsResponses),
      attendee,
      guests: Array.isArray(fields.guests) ? fields.guests.map(String) : null,
    },
  }
}

/** Reads an attendee, or returns 400: an email address or a telephone number is required. */
export function readAttendee(exchange: Exchange, fields: Record<string, unknown>): { attendee: AttendeeRow } | Refused {
  const refuse = (property: string, name: string, sentence: string) => ({
    refusal: invalidField(exchange, fields, property, [name, sentence]),
  })
  const name = textOf(fields.name)
  const email = textOf(fields.email)
  const phoneNumber = textOf(fields.phoneNumber)
  const { timeZone } = fields
  if (name === null) return refuse('name', 'isString', 'must be a string')
  if (!isTimeZone(timeZone)) return refuse('timeZone', 'isTimeZone', 'must be a valid IANA time-zone')
  if (email === null && phoneNumber === null) return refuse('email', 'isEmail', 'must be an email')
  if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) return refuse('email', 'isEmail', 'must be an email')
  return {
    attendee: {
      name,
      timeZone,
      phoneNumber,
      language: textOf(fields.language) ?? 'en',
      seat: null,
      email: email ?? `${phoneNumber?.replaceAll(/\D/g, '')}@sms.sandbox.example`,
    },
  }
}
