// Creates, cancels, moves, confirms and declines Cal.com's bookings. Each change is one commit with its webhook.
// A slot belongs to one accepted or pending booking of its host, or to as many people as it has seats. Moving a booking
// creates a new one; moving a seat leaves the others where they are.

import type { Span } from '../../time/availability.ts'
import type { AttendeeRow, BookingRow } from '../../world/calcom-rows.ts'
import { base64url, uuid } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import { type HostedEventType, requiresConfirmation, seatsOf } from '../resources/event-types-of.ts'
import { enqueueMessages } from '../webhooks/messages.ts'

/** What a new booking consists of. */
export type NewBooking = Pick<BookingRow, 'startsAt' | 'endsAt' | 'guests' | 'location' | 'metadata' | 'responses'> & {
  readonly attendee: AttendeeRow
}

/** Books the slot, or a seat of it; the caller has checked that it is free. */
export function book(
  world: World,
  now: number,
  { host, eventType }: HostedEventType,
  booking: NewBooking,
  recurringUid: string | null = null,
): { row: BookingRow; attendee: AttendeeRow } {
  const { attendee: person, ...rest } = booking
  const { responses, metadata } = booking
  const isSeated = seatsOf(eventType) !== null
  const seat = isSeated ? { uid: uuid(world.random(16)), createdAt: now, responses, metadata } : null
  const attendee = { ...person, seat }
  const shared = isSeated ? sharedAt(world, eventType.id, booking.startsAt) : null
  world.changed()
  if (shared !== null) {
    shared.attendees.push(attendee)
    shared.updatedAt = now
    enqueueMessages(world, now, 'BOOKING_CREATED', shared, { attendees: [attendee] })
    return { row: shared, attendee }
  }
  const uid = uidOf(world)
  const waits = requiresConfirmation(eventType)
  const row: BookingRow = {
    ...rest,
    ...(isSeated ? { metadata: {}, responses: {} } : {}),
    host: host.id,
    eventTypeId: eventType.id,
    id: nextId(world),
    uid,
    icsUid: uid,
    status: waits ? 'pending' : 'accepted',
    attendees: [attendee],
    recurringUid,
    absent: [],
    hostAbsent: false,
    createdAt: now,
    updatedAt: now,
    ...untouched,
    rescheduledFrom: null,
    reschedulingReason: null,
    rescheduledBy: null,
  }
  world.state.calcom.bookings[row.uid] = row
  enqueueMessages(world, now, waits ? 'BOOKING_REQUESTED' : 'BOOKING_CREATED', row)
  return { row, attendee }
}

const untouched = { cancellationReason: null, cancelledBy: null, rejectionReason: null, rescheduledTo: null }

/** How a booking is cancelled. */
interface Cancelling {
  readonly reason: string | null
  readonly by: string | null
  /** The host asks for another time. */
  readonly toReschedule?: boolean
}

/** Cancels it; its slot is free again. */
export function cancel(world: World, now: number, row: BookingRow, how: Cancelling): void {
  Object.assign(row, { status: 'cancelled', updatedAt: now, cancellationReason: how.reason, cancelledBy: how.by })
  world.changed()
  enqueueMessages(world, now, 'BOOKING_CANCELLED', row, { toReschedule: how.toReschedule === true })
}

/** Cancels one seat. The others keep theirs; with the last one the booking is cancelled. */
export function cancelSeat(world: World, now: number, row: BookingRow, attendee: AttendeeRow, how: Cancelling): void {
  if (row.attendees.length === 1) {
    cancel(world, now, row, how)
    return
  }
  row.attendees = row.attendees.filter((one) => one !== attendee)
  row.updatedAt = now
  world.changed()
  const about = { attendees: [attendee], reason: how.reason, by: how.by }
  enqueueMessages(world, now, 'BOOKING_CANCELLED', row, about)
}

/** Where a booking or a seat of it moves to. */
interface Moving {
  readonly startsAt: number
  readonly reason: string | null
  readonly by: string | null
}

/** Moves it: the old one is cancelled, and a new one with a new uid replaces it. */
export function reschedule(world: World, now: number, row: BookingRow, to: Moving): BookingRow {
  const next = moved(world, now, row, to)
  Object.assign(row, { status: 'cancelled', updatedAt: now, rescheduledTo: next.uid, rescheduledBy: to.by })
  row.reschedulingReason = to.reason
  enqueueMessages(world, now, next.status === 'pending' ? 'BOOKING_REQUESTED' : 'BOOKING_RESCHEDULED', next)
  return next
}

/** Moves one seat, into the booking that others share at that time, or into a new one. */
export function rescheduleSeat(
  world: World,
  now: number,
  row: BookingRow,
  { attendee, ...to }: Moving & { readonly attendee: AttendeeRow },
): BookingRow {
  const shared = sharedAt(world, row.eventTypeId, to.startsAt)
  if (shared === null && row.attendees.length === 1) return reschedule(world, now, row, to)
  const next = shared ?? { ...moved(world, now, row, to), attendees: [] }
  world.state.calcom.bookings[next.uid] = next
  next.attendees.push(attendee)
  next.updatedAt = now
  row.attendees = row.attendees.filter((one) => one !== attendee)
  row.updatedAt = now
  if (row.attendees.length === 0)
    Object.assign(row, { status: 'cancelled', rescheduledTo: next.uid, attendees: [attendee] })
  world.changed()
  enqueueMessages(world, now, 'BOOKING_RESCHEDULED', next, { attendees: [attendee], from: row })
  return next
}

function moved(world: World, now: number, row: BookingRow, to: Moving): BookingRow {
  const next: BookingRow = {
    ...row,
    id: nextId(world),
    uid: uidOf(world),
    createdAt: now,
    updatedAt: now,
    startsAt: to.startsAt,
    endsAt: to.startsAt + (row.endsAt - row.startsAt),
    rescheduledFrom: row.uid,
    reschedulingReason: to.reason,
    rescheduledBy: to.by,
  }
  world.state.calcom.bookings[next.uid] = next
  world.changed()
  return next
}

/** The host confirms or declines a pending booking. */
export function confirmOrDecline(
  world: World,
  now: number,
  row: BookingRow,
  { yes, reason }: { yes: boolean; reason: string | null },
): void {
  Object.assign(row, { status: yes ? 'accepted' : 'rejected', updatedAt: now, rejectionReason: reason })
  world.changed()
  enqueueMessages(world, now, yes ? 'BOOKING_CREATED' : 'BOOKING_REJECTED', row)
}

function nextId(world: World): number {
  return 1000 + Object.keys(world.state.calcom.bookings).length + 1
}

function uidOf(world: World): string {
  return base64url(world.random(16))
}

/** The booking that people share at that time, or null. */
export function sharedAt(world: World, eventTypeId: number, startsAt: number): BookingRow | null {
  const same = Object.values(world.state.calcom.bookings).filter(
    (row) => row.eventTypeId === eventTypeId && row.startsAt === startsAt && isTaking(row),
  )
  return same[0] ?? null
}

function isTaking({ status }: BookingRow): boolean {
  return status === 'accepted' || status === 'pending'
}

/**
 * Returns when the person cannot be booked for this event type: accepted and pending bookings, absences, and reservations if
 * they count. A booking of it with seats left does not count; `except` is the uid of what is about to move.
 */
export function takenBy(
  world: World,
  { host, eventType }: HostedEventType,
  { now, withReservations, except }: { now: number; withReservations: boolean; except?: string | undefined },
): Span[] {
  const { bookings, outOfOffice, reservations } = world.state.calcom
  const seats = seatsOf(eventType)
  const hasRoom = (row: BookingRow): boolean =>
    seats !== null && row.eventTypeId === eventType.id && row.attendees.length < seats
  const booked = Object.values(bookings).filter(
    (row) => row.host === host.id && row.uid !== except && isTaking(row) && !hasRoom(row),
  )
  const reserved = Object.values(reservations).filter(
    (row) =>
      row.host === host.id &&
      row.until > now &&
      row.uid !== except &&
      !(seats !== null && row.eventTypeId === eventType.id),
  )
  const away = Object.values(outOfOffice).filter((row) => row.user === host.id)
  return [...booked, ...away, ...(withReservations ? reserved : [])].map((row) => ({
    from: row.startsAt,
    to: row.endsAt,
  }))
}
