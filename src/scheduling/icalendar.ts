// A booking as an iCalendar object (RFC 5545): a VEVENT that calendar programs import, and replace when it comes again.

import { type Check, checkValue } from '../core/check.ts'
import { isObject, membersOf } from '../core/json.ts'
import type { Attendee, Booking, Host, Location } from '../core/scheduling/model.ts'
import { timesProblem } from './instants.ts'

/**
 * Returns the booking as the text of an iCalendar file (`text/calendar`). The same booking gives the same text. Its `UID`
 * stays the same when the booking is moved, unless the provider gives it another, and its `SEQUENCE` grows.
 *
 * @throws {PunctualError} `invalid_argument` for what is not a booking, and for one without times, which an event with `complete: false` may have.
 * @see {@link https://www.rfc-editor.org/rfc/rfc5545 RFC 5545}
 * @example
 * ```ts
 * const file = new Response(toICalendar(booking), { headers: { 'content-type': 'text/calendar; charset=utf-8' } })
 * ```
 */
export function toICalendar(booking: Booking): string {
  checkValue('toICalendar', 'booking', booking, isBooking)
  const { hosts, attendees, guests, location, joinUrl } = booking
  const [organizer, ...others] = hosts.filter(({ email }) => email !== null)
  const revised = booking.updatedAt ?? booking.createdAt
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Punctual//Punctual//EN',
    'BEGIN:VEVENT',
    `UID:${textValue(booking.icalUid ?? booking.chain)}`,
    // Without a METHOD: when the booking was last changed. RFC 5545, section 3.8.7.2.
    `DTSTAMP:${dateTime(revised ?? booking.start)}`,
    ...line('SEQUENCE', revised && sequence(revised)),
    `DTSTART:${dateTime(booking.start)}`,
    `DTEND:${dateTime(booking.end)}`,
    `STATUS:${booking.status.toUpperCase()}`,
    `SUMMARY:${textValue(booking.title ?? 'Booking')}`,
    ...line('CREATED', booking.createdAt && dateTime(booking.createdAt)),
    ...line('LAST-MODIFIED', booking.updatedAt && dateTime(booking.updatedAt)),
    ...line('LOCATION', textOf(location, joinUrl)),
    ...line('URL', joinUrl && URL.parse(joinUrl)?.href),
    ...line('ORGANIZER', organizer && addressOf(organizer), organizer && { CN: organizer.name }),
    ...others.flatMap((host) => line('ATTENDEE', addressOf(host), parametersOfHost(host, booking))),
    ...attendees.flatMap((attendee) => line('ATTENDEE', addressOf(attendee), parametersOfAttendee(attendee))),
    ...guests.flatMap((email) => line('ATTENDEE', addressOf({ email }), guestParameters)),
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return lines.map((text) => `${folded(text)}\r\n`).join('')
}

const isBooking: Check = (value) => {
  const { hosts, attendees, guests, location } = membersOf(value)
  const isWhole = [hosts, attendees, guests].every(Array.isArray) && isObject(location)
  return isWhole ? timesProblem(membersOf(value)) : 'must be a booking, as the verbs return it'
}

type Parameters = Readonly<Record<string, string | null>>

const guestParameters: Parameters = { ROLE: 'OPT-PARTICIPANT', PARTSTAT: 'NEEDS-ACTION' }

function parametersOfHost({ name }: Host, { status }: Booking): Parameters {
  return { CN: name, ROLE: 'REQ-PARTICIPANT', PARTSTAT: status === 'confirmed' ? 'ACCEPTED' : 'NEEDS-ACTION' }
}

function parametersOfAttendee({ name, status }: Attendee): Parameters {
  return { CN: name, ROLE: 'REQ-PARTICIPANT', PARTSTAT: status === 'cancelled' ? 'DECLINED' : 'ACCEPTED' }
}

/** A property that has a value; nothing for one that has none. */
function line(name: string, value: string | null | undefined, parameters: Parameters = {}): readonly string[] {
  if (!value) return []
  const written = Object.entries(parameters).map(([key, text]) =>
    text === null ? '' : `;${key}=${parameterValue(text)}`,
  )
  return [`${name}${written.join('')}:${value}`]
}

function addressOf({ email, phone }: { readonly email: string | null; readonly phone?: string | null }): string | null {
  if (email !== null) return `mailto:${encodeURI(email.toWellFormed())}`
  const number = phone?.replace(/[^+\d]/g, '')
  return number ? `tel:${number}` : null
}

function textOf(location: Location, joinUrl: string | null): string | null {
  const text = placeOf(location) ?? joinUrl
  return text === null ? null : textValue(text)
}

function placeOf(location: Location): string | null {
  switch (location.kind) {
    case 'in_person':
    case 'attendee_place':
      return location.address
    case 'host_calls':
    case 'attendee_calls':
      return location.phone
    case 'link':
      return location.url
    case 'attendee_decides':
    case 'text':
      return location.text
    default:
      return null
  }
}

const firstRevision = Date.UTC(2020, 0, 1)

/**
 * A later revision has a greater number, also after a move that keeps the UID: the seconds since 2020. RFC 5545, section
 * 3.8.7.4.
 */
function sequence(revised: string): string {
  return String(Math.max(0, Math.floor((Date.parse(revised) - firstRevision) / 1000)))
}

/** `2026-11-27T09:00:00Z` becomes `20261127T090000Z`. RFC 5545, section 3.3.5. */
function dateTime(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** RFC 5545, section 3.3.11. Control characters are not allowed in it. */
function textValue(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/\p{Cc}/gu, ' ')
}

/** RFC 5545, section 3.2, and RFC 6868 for what may not stand between quotes. */
function parameterValue(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll('^', '^^')
    .replaceAll('"', "^'")
    .replace(/\r\n|\r|\n/g, '^n')
    .replace(/\p{Cc}/gu, ' ')
  return /[:;,]/.test(escaped) ? `"${escaped}"` : escaped
}

const longestLineBytes = 75

/** Breaks a line into pieces of at most 75 bytes, none of them inside a character. RFC 5545, section 3.1. */
function folded(text: string): string {
  if (Buffer.byteLength(text) <= longestLineBytes) return text
  const pieces: string[] = []
  let piece = ''
  let bytes = 0
  for (const character of text) {
    const size = Buffer.byteLength(character)
    if (bytes + size > longestLineBytes) {
      pieces.push(piece)
      piece = ' '
      bytes = 1
    }
    piece += character
    bytes += size
  }
  return [...pieces, piece].join('\r\n')
}
