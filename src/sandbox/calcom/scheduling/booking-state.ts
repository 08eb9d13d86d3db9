// Creates, cancels, moves, confirms and declines Cal.com's bookings. Each change is one commit with its webhook.
// A slot belongs to one accepted or pending booking of its host. Moving a booking creates a new one.

import type { Span } from '../../time/availability.ts'
import type { BookingRow } from '../../world/calcom-rows.ts'
import { base64url } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import { enqueueMessages } from '../webhooks/messages.ts'

/** What a new booking consists of. */
export type NewBooking = Pick<
  BookingRow,
  'host' | 'eventTypeId' | 'startsAt' | 'endsAt' | 'attendee' | 'guests' | 'location' | 'metadata' | 'responses'
>

/** Books the slot; the caller has checked that it is free. */
export function book(world: World, now: number, booking: NewBooking, waits: boolean): BookingRow {
  const uid = uidOf(world)
  const row: BookingRow = {
    ...booking,
    id: nextId(world),
    uid,
    icsUid: uid,
    status: waits ? 'pending' : 'accepted',
    added: [],
    absent: [],
    hostAbsent: false,
    createdAt: now,
    updatedAt: now,
    cancellationReason: null,
    cancelledBy: null,
    rescheduledFrom: null,
    rescheduledTo: null,
    reschedulingReason: null,
    rescheduledBy: null,
  }
  world.state.calcom.bookings[row.uid] = row
  world.changed()
  enqueueMessages(world, now, waits ? 'BOOKING_REQUESTED' : 'BOOKING_CREATED', row)
  return row
}

/** Cancels it; its slot is free again. */
export function cancel(
  world: World,
  now: number,
  row: BookingRow,
  how: { reason: string | null; by: string | null },
): void {
  Object.assign(row, { status: 'cancelled', updatedAt: now, cancellationReason: how.reason, cancelledBy: how.by })
  world.changed()
  enqueueMessages(world, now, 'BOOKING_CANCELLED', row)
}

/** Moves it: the old one is cancelled, and a new one with a new uid replaces it. */
export function reschedule(
  world: World,
  now: number,
  row: BookingRow,
  to: { startsAt: number; reason: string | null; by: string | null },
): BookingRow {
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
  Object.assign(row, { status: 'cancelled', updatedAt: now, rescheduledTo: next.uid, rescheduledBy: to.by })
  row.reschedulingReason = to.reason
  world.changed()
  enqueueMessages(world, now, next.status === 'pending' ? 'BOOKING_REQUESTED' : 'BOOKING_RESCHEDULED', next)
  return next
}

/** The host confirms or declines a pending booking. */
export function confirmOrDecline(world: World, now: number, row: BookingRow, yes: boolean): void {
  Object.assign(row, { status: yes ? 'accepted' : 'rejected', updatedAt: now })
  world.changed()
  enqueueMessages(world, now, yes ? 'BOOKING_CREATED' : 'BOOKING_REJECTED', row)
}

function nextId(world: World): number {
  return 1000 + Object.keys(world.state.calcom.bookings).length + 1
}

function uidOf(world: World): string {
  return base64url(world.random(16))
}

/**
 * Returns when the person is busy: accepted and pending bookings, absences, and reservations if they count; `except` is the
 * uid of what is about to move.
 */
export function takenBy(
  world: World,
  {
    host,
    now,
    withReservations,
    except,
  }: { host: string; now: number; withReservations: boolean; except?: string | undefined },
): Span[] {
  const { bookings, outOfOffice, reservations } = world.state.calcom
  const booked = Object.values(bookings)
    .filter((row) => row.host === host && row.uid !== except)
    .filter((row) => row.status === 'accepted' || row.status === 'pending')
  const reserved = Object.values(reservations).filter(
    (row) => row.host === host && row.until > now && row.uid !== except,
  )
  const away = Object.values(outOfOffice).filter((row) => row.user === host)
  return [...booked, ...away, ...(withReservations ? reserved : [])].map((row) => ({
    from: row.startsAt,
    to: row.endsAt,
  }))
}
