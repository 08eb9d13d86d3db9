// What Cal.com's webhooks say about bookings. Their payload is thinner than the API's answer: a read always adds to it.

import { membersOf, textOf, textsOf, timeOf } from '../../../core/json.ts'
import { utcInstant } from '../../../core/scheduling/instant.ts'
import type { BookingChange, BookingEventType, ToldBooking } from '../../../core/scheduling/provider.ts'
import type { CalcomAttendee, CalcomBooking } from '../api/booking.ts'
import { bookingOf } from './booking.ts'
import { answersOf } from './questions.ts'

type Payload = Readonly<Record<string, unknown>>

const types: ReadonlyMap<string, BookingEventType> = new Map<string, BookingEventType>([
  ['BOOKING_CREATED', 'booking.created'],
  ['BOOKING_REQUESTED', 'booking.requested'],
  ['BOOKING_REJECTED', 'booking.declined'],
  ['BOOKING_RESCHEDULED', 'booking.rescheduled'],
  ['BOOKING_CANCELLED', 'booking.cancelled'],
])

/** The status that a trigger implies; a booking that was created or moved may wait for the host. */
const implied: ReadonlyMap<string, string> = new Map([
  ['BOOKING_REQUESTED', 'pending'],
  ['BOOKING_REJECTED', 'rejected'],
  ['BOOKING_CANCELLED', 'cancelled'],
])

/**
 * Reads a verified webhook; `null` if it says nothing about a booking. A moved booking has a new uid, and `rescheduleUid`
 * is the old one; the old one has no webhook of its own.
 */
export function changeOf(name: string, body: unknown): BookingChange | null {
  const { createdAt, payload } = membersOf(body)
  const told = membersOf(payload)
  const booking = textOf(told.uid) ?? textOf(told.bookingUid)
  if (booking === null) return null
  if (name === 'BOOKING_NO_SHOW_UPDATED') return noShowOf(booking, told, createdAt)
  const type = types.get(name)
  const replaces = textOf(told.rescheduleUid)
  return type
    ? { type, booking, replaces: replaces === booking ? null : replaces, version: versionOf(told, createdAt) }
    : null
}

/**
 * `{ message, bookingUid, bookingId, attendees: [{ email, noShow }] }`, without a `uid`. A mark can be set, taken away and
 * set again: each time is a change.
 *
 * @see {@link https://cal.com/docs/developing/guides/automation/webhooks Cal.com's guide to webhooks} and its source,
 *   `BookingNoShowUpdatedPayload`, read in November 2026. They know of attendees alone: whether a host's absence has a
 *   webhook is not known, and one without attendees counts as an absence.
 */
function noShowOf(booking: string, { attendees }: Payload, createdAt: unknown): BookingChange {
  const marks = (Array.isArray(attendees) ? attendees : []).map(membersOf)
  const isCleared = marks.length > 0 && marks.every(({ noShow }) => noShow === false)
  const who = marks.map(({ email, noShow }) => `${email}:${noShow}`).sort()
  const version = [timeOf(createdAt) ?? '', ...who].join(' ')
  const noShows = marks.map(({ email, noShow }) => ({ id: String(email), noShow: noShow !== false }))
  return { type: isCleared ? 'booking.no_show_cleared' : 'booking.no_show', booking, replaces: null, version, noShows }
}

/**
 * A booking is created and cancelled once. With seats it is once for each attendee: the seat tells the changes apart, or else
 * the attendee, of whom alone such a webhook tells, and the time, since who has left may join again. `seatsPerTimeSlot` is
 * `null` where there are no seats.
 *
 * @see {@link https://github.com/calcom/cal.com/pull/15184 Pull request 15184}, since which the seat is told
 */
function versionOf({ attendeeSeatId, seatsPerTimeSlot, attendees }: Payload, createdAt: unknown): string {
  const seat = textOf(attendeeSeatId)
  if (seat !== null) return seat
  const addresses = listOf(attendees).map(({ email }) => String(email))
  const at = seatsPerTimeSlot === null ? [] : [String(timeOf(createdAt) ?? '')]
  return [...addresses.sort(), ...at].join(' ')
}

function hasSeats({ attendeeSeatId, seatsPerTimeSlot }: Payload): boolean {
  return textOf(attendeeSeatId) !== null || typeof seatsPerTimeSlot === 'number'
}

/**
 * The booking of such a webhook; `null` for one that names only a uid, and for one of an event type with seats, whose
 * payload is about one attendee of several. It is never whole: the payload does not say when the booking was made.
 */
export function toldBy(name: string, body: unknown): ToldBooking | null {
  const { createdAt, payload } = membersOf(body)
  const told = membersOf(payload)
  const [uid, start, end] = [told.uid, told.startTime, told.endTime].map(textOf)
  if (!uid || timeOf(start) === null || timeOf(end) === null || hasSeats(told)) return null
  const booking = bookingOf(asRead(name, { ...told, uid, start, end }))
  const { cancellation } = booking
  const previous = timeOf(told.rescheduleStartTime)
  const at = timeOf(createdAt)
  return {
    booking: {
      ...booking,
      previousStart: previous === null ? null : utcInstant(previous),
      answers: answersOf(membersOf(told.responses), true),
      cancellation: cancellation && {
        ...cancellation,
        at: at === null ? null : utcInstant(at),
        toReschedule: told.requestReschedule === true,
      },
      createdAt: null,
      raw: body,
    },
    isWhole: false,
  }
}

/** The payload in the form in which the API returns a booking. */
function asRead(name: string, told: Payload): CalcomBooking {
  const { eventTypeId, organizer, responses, metadata } = told
  const { guests } = membersOf(responses)
  return {
    uid: String(told.uid),
    status: implied.get(name) ?? textOf(told.status)?.toLowerCase() ?? 'accepted',
    start: String(told.start),
    end: String(told.end),
    createdAt: '',
    attendees: listOf(told.attendees).map(attendeeOf),
    title: textOf(told.title),
    hosts: [membersOf(organizer)].filter(({ id, email }) => id !== undefined || email !== undefined).map(hostOf),
    eventTypeId: typeof eventTypeId === 'number' ? eventTypeId : null,
    location: told.location,
    meetingUrl: textOf(membersOf(metadata).videoCallUrl),
    guests: textsOf(membersOf(guests).value),
    metadata: membersOf(metadata),
    icsUid: textOf(told.iCalUID),
    cancellationReason: textOf(told.cancellationReason) ?? textOf(told.rejectionReason),
    cancelledByEmail: textOf(told.cancelledBy),
    rescheduledFromUid: textOf(told.rescheduleUid),
  }
}

function attendeeOf({ name, email, timeZone, language, phoneNumber }: Payload): CalcomAttendee {
  return {
    name: String(name ?? ''),
    email: textOf(email),
    timeZone: textOf(timeZone),
    language: textOf(membersOf(language).locale),
    phoneNumber: textOf(phoneNumber),
  }
}

function hostOf({ id, name, email, username, timeZone }: Payload): NonNullable<CalcomBooking['hosts']>[number] {
  return {
    id: typeof id === 'number' ? id : null,
    name: textOf(name),
    email: textOf(email),
    username: textOf(username),
    timeZone: textOf(timeZone),
  }
}

function listOf(value: unknown): readonly Payload[] {
  return Array.isArray(value) ? value.map(membersOf) : []
}
