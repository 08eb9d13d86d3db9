// Reads the body of a booking. Wrong fields are named all at once, each by its path.

import type { Refused } from '../../http/exchange.ts'
import { objectOf, textOf } from '../../http/json.ts'
import { isTimeZone } from '../../time/zone.ts'
import { bodyOf, type CalendlyCall } from '../api/call.ts'
import { invalidArgument } from '../api/errors.ts'
import { readTime } from '../api/times.ts'
import { trackingOf } from '../resources/tracking.ts'
import { uuidIn } from '../resources/uris.ts'
import { readAnswers } from './booking-answers.ts'
import { type RequestedPlace, readLocation } from './booking-location.ts'
import type { Booking } from './booking-state.ts'

/** A booking that makes sense in itself. */
export interface BookingRequest {
  readonly eventType: string
  readonly startsAt: number
  readonly location: RequestedPlace | null
  readonly guests: readonly string[]
  readonly invitee: Omit<Booking['invitee'], 'method'>
}

type Fields = Record<string, unknown>

/** Reads the booking request, or returns 400 with all wrong fields. */
export function readBookingRequest(call: CalendlyCall): { requested: BookingRequest } | Refused {
  const { world, exchange } = call
  const body = bodyOf(exchange)
  if (body === null) return { refusal: invalidArgument(exchange, 'the body is not a JSON object') }
  const wrong: { parameter: string; message: string }[] = []
  const text = (fields: Fields, name: string, parameter: string, test: (value: string) => boolean): string => {
    const value = fields[name]
    if (typeof value === 'string' && value !== '' && test(value)) return value
    wrong.push({ parameter, message: value === undefined || value === null ? 'is missing' : 'is invalid' })
    return ''
  }
  const any = (): boolean => true
  const person = objectOf(body.invitee)
  const eventType = text(body, 'event_type', 'event_type', (uri) => uuidIn(world, uri, 'event_types') !== null)
  const startTime = text(body, 'start_time', 'start_time', (time) => readTime(time) !== null)
  const email = text(person, 'email', 'invitee.email', (value) => /^[^\s@]+@[^\s@]+$/.test(value))
  const timeZone = text(person, 'timezone', 'invitee.timezone', isTimeZone)
  const firstName = textOf(person.first_name)
  const lastName = textOf(person.last_name)
  const name = firstName === null ? text(person, 'name', 'invitee.name', any) : (textOf(person.name) ?? firstName)
  const tracking = trackingOf(body.tracking, wrong)
  const location = readLocation(body.location, wrong)
  const guests = listOf(body.event_guests).map(String)
  if (guests.length > 10) wrong.push({ parameter: 'event_guests', message: 'is invalid' })
  if (wrong.length > 0) {
    const why = `${wrong.map(({ parameter, message }) => `${parameter} ${message}`).join('; ')}`
    return { refusal: invalidArgument(exchange, why, wrong) }
  }
  const invitee = {
    email,
    timeZone,
    firstName,
    lastName,
    answers: readAnswers(body.questions_and_answers),
    tracking,
    name: firstName !== null && lastName !== null && person.name === undefined ? `${firstName} ${lastName}` : name,
    textReminderNumber: textOf(person.text_reminder_number),
  }
  return { requested: { eventType, startsAt: readTime(startTime) ?? 0, location, guests, invitee } }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
