// A booking of Cal.com. Its id is the `uid`; moving it gives it another one.

import { isObject, membersOf, textOf, textsOf } from '../../../core/json.ts'
import { utcInstant } from '../../../core/scheduling/instant.ts'
import type { Attendee, BookingStatus, Cancellation, Host } from '../../../core/scheduling/model.ts'
import type { ProviderBooking } from '../../../core/scheduling/provider.ts'
import type { CalcomAttendee, CalcomBooking } from '../api/booking.ts'
import { markName, referenceName } from './booking-request.ts'
import { placeOf } from './location.ts'
import { answersOf } from './questions.ts'

const statuses: ReadonlyMap<string, BookingStatus> = new Map<string, BookingStatus>([
  ['accepted', 'confirmed'],
  ['pending', 'tentative'],
  ['cancelled', 'cancelled'],
  ['rejected', 'cancelled'],
])

export function bookingOf(booking: CalcomBooking): ProviderBooking {
  // A word that this version does not know may be a booking that takes place.
  const status = statuses.get(booking.status) ?? 'tentative'
  const guests = guestsOf(booking)
  const attendees = attendeesOf(booking, guests).map((one, index) => attendeeOf(one, index, status))
  const kept = metadataOf(booking)
  const { location, joinUrl } = placeOf(booking, attendees)
  const eventType = booking.eventType?.id ?? booking.eventTypeId ?? null
  return {
    id: booking.uid,
    status,
    declined: booking.status === 'rejected',
    start: utcInstant(booking.start),
    end: utcInstant(booking.end),
    previousStart: null,
    replaces: textOf(booking.rescheduledFromUid),
    replacedBy: textOf(booking.rescheduledToUid),
    eventType: eventType === null ? null : String(eventType),
    title: textOf(booking.title),
    hosts: hostsOf(booking),
    attendees,
    guests,
    location,
    joinUrl,
    answers: answersOf(booking.bookingFieldsResponses ?? onlyOne(booking)?.bookingFieldsResponses),
    reference: kept[referenceName] ?? null,
    utm: null,
    metadata: Object.fromEntries(Object.entries(kept).filter(([name]) => name !== markName && name !== referenceName)),
    cancellation: status === 'cancelled' ? cancellationOf(booking) : null,
    // How many seats there are is said by the event type alone.
    capacity: null,
    createdAt: utcInstant(booking.createdAt),
    updatedAt: booking.updatedAt ? utcInstant(booking.updatedAt) : null,
    icalUid: textOf(booking.icsUid),
    provider: 'calcom',
    raw: booking,
  }
}

/**
 * Returns whether the booking has that mark; `null` if its metadata was not told. With seats, each attendee has metadata.
 */
export function hasMark({ metadata, attendees }: CalcomBooking, mark: string): boolean | null {
  const hasSeats = attendees.some(({ seatUid }) => textOf(seatUid) !== null)
  const told = hasSeats ? attendees.map((one) => one.metadata) : [metadata]
  if ([metadata, ...told].some((one) => membersOf(one)[markName] === mark)) return true
  return told.every(isObject) ? false : null
}

/** The address by which Cal.com knows the attendee, be it a placeholder. */
export function addressOfAttendee({ raw }: Pick<ProviderBooking, 'raw'>, { id, email }: Attendee): string {
  const { attendees } = membersOf(raw)
  const all = Array.isArray(attendees) ? (attendees as readonly CalcomAttendee[]) : []
  const found = all.find((one, index) => idOf(one, index) === id)
  return (found && addressOf(found)) ?? email ?? id
}

/** The seat of the only attendee; `null` if there are several, or no seats. */
export function onlySeatOf(raw: unknown): string | null {
  const { attendees } = membersOf(raw)
  const [only, ...others] = Array.isArray(attendees) ? attendees : []
  return others.length > 0 ? null : textOf(membersOf(only).seatUid)
}

/** Of a list, only `displayEmail` may be there. */
function addressOf({ email, displayEmail }: CalcomAttendee): string | null {
  return textOf(email) ?? textOf(displayEmail)
}

/** The seat, else the address, be it a placeholder. */
function idOf(attendee: CalcomAttendee, index: number): string {
  return textOf(attendee.seatUid) ?? addressOf(attendee) ?? textOf(attendee.phoneNumber) ?? String(index)
}

function attendeeOf(attendee: CalcomAttendee, index: number, status: BookingStatus): Attendee {
  const phone = textOf(attendee.phoneNumber)
  const shown = textOf(attendee.displayEmail) ?? textOf(attendee.email)
  return {
    id: idOf(attendee, index),
    name: textOf(attendee.name),
    email: shown === null || isPlaceholder(shown, phone) ? null : shown,
    phone,
    timeZone: textOf(attendee.timeZone),
    locale: textOf(attendee.language),
    status: status === 'cancelled' ? 'cancelled' : 'confirmed',
    noShow: attendee.absent ?? false,
    manage: null,
  }
}

/** An attendee who gave only a telephone number has an address that is made of it. */
function isPlaceholder(address: string, phone: string | null): boolean {
  const [, digits, host = ''] = /^(\d{5,})@(.+)$/.exec(address) ?? []
  if (digits === undefined) return false
  return host.startsWith('sms.') || digits === phone?.replaceAll(/\D/g, '')
}

/** Guests may be listed among the attendees too; in the model they are guests alone. */
function attendeesOf({ attendees }: CalcomBooking, guests: readonly string[]): readonly CalcomAttendee[] {
  const addresses = new Set(guests.map((guest) => guest.toLowerCase()))
  const others = attendees.filter((one) => !addresses.has((addressOf(one) ?? '').toLowerCase()))
  return others.length > 0 ? others : attendees
}

function guestsOf({ guests, bookingFieldsResponses }: CalcomBooking): readonly string[] {
  return guests ?? textsOf(bookingFieldsResponses?.guests)
}

/** `absentHost` is of the organizer, who comes first. */
function hostsOf({ hosts, absentHost }: CalcomBooking): readonly Host[] {
  return (hosts ?? []).map((host, index) => ({
    id: host.id == null ? null : String(host.id),
    name: textOf(host.name),
    email: textOf(host.displayEmail) ?? textOf(host.email),
    timeZone: textOf(host.timeZone),
    noShow: index === 0 ? (absentHost ?? null) : null,
  }))
}

/** With seats, the answers and the metadata are each attendee's; those of several are in `raw` alone. */
function onlyOne({ attendees }: CalcomBooking): CalcomAttendee | null {
  return attendees.length === 1 ? (attendees[0] ?? null) : null
}

function metadataOf(booking: CalcomBooking): Readonly<Record<string, string>> {
  const told = { ...onlyOne(booking)?.metadata, ...booking.metadata }
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}

/** A booking that was moved says why and by whom it was moved. When it was cancelled is not told. */
function cancellationOf(booking: CalcomBooking): Cancellation {
  const isMoved = textOf(booking.rescheduledToUid) !== null
  const by = textOf(isMoved ? booking.rescheduledByEmail : booking.cancelledByEmail)
  const reason = textOf(isMoved ? booking.reschedulingReason : booking.cancellationReason)
  const isRejected = booking.status === 'rejected'
  return { by: isRejected ? 'host' : whoIs(by, booking), reason, at: null, toReschedule: false }
}

function whoIs(address: string | null, { hosts, attendees }: CalcomBooking): Cancellation['by'] {
  const is = (one: { readonly email?: string | null; readonly displayEmail?: string | null }): boolean =>
    [one.email, one.displayEmail].some((email) => email?.toLowerCase() === address?.toLowerCase())
  if (address === null) return null
  if ((hosts ?? []).some(is)) return 'host'
  return attendees.some(is) ? 'attendee' : null
}
