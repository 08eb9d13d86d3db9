// The times at which an event type can be booked, and one that is kept for a few minutes.

import { membersOf } from '../../../core/json.ts'
import { utcInstant } from '../../../core/scheduling/instant.ts'
import type { EventType, Hold, Slot } from '../../../core/scheduling/model.ts'
import type { CheckedSlotsQuery } from '../../../core/scheduling/provider.ts'
import type {
  CalcomNewReservation,
  CalcomReservation,
  CalcomSlot,
  CalcomSlots,
  CalcomSlotsQuery,
} from '../api/slots.ts'

const minuteMs = 60_000

/** The query of `GET /v2/slots`. A time zone is always sent: without one the answer has other slots (issue 13376). */
export function slotsQueryOf({ eventType, from, to, timeZone, durationMinutes }: CheckedSlotsQuery): CalcomSlotsQuery {
  return {
    eventTypeId: Number(eventType.id),
    start: new Date(from),
    end: new Date(to),
    timeZone,
    format: 'range',
    // Only event types with several lengths take one.
    ...(durationMinutes !== null && eventType.durations.length > 1 && { duration: durationMinutes }),
  }
}

/** The slots that begin in the window, earliest first. */
export function slotsOf(
  days: CalcomSlots,
  { eventType, from, to, durationMinutes }: CheckedSlotsQuery,
): readonly Slot[] {
  const minutes = durationMinutes ?? eventType.durations[0] ?? 0
  const seatsLeft = seatsLeftIn(eventType)
  return Object.values(days)
    .flat()
    .map((slot) => ({ slot, at: Date.parse(slot.start) }))
    .filter(({ at }) => at >= from && at < to)
    .sort((one, other) => one.at - other.at)
    .map(({ slot, at }) => ({
      eventType: eventType.id,
      start: utcInstant(at),
      end: utcInstant(slot.end ? Date.parse(slot.end) : at + minutes * minuteMs),
      seatsLeft: seatsLeft(slot),
      bookingUrl: null,
    }))
}

/**
 * A slot says how many of its seats are taken. One that does not has all of them left, if the event type shows the count;
 * a slot for one person is not offered once it is taken.
 */
function seatsLeftIn({ capacity, raw }: EventType): (slot: CalcomSlot) => number | null {
  if (capacity === null) return () => null
  const isShown = membersOf(membersOf(raw).seats).showAvailabilityCount === true
  return ({ attendeesCount, bookingUid }) => {
    if (typeof attendeesCount === 'number') return Math.max(0, capacity - attendeesCount)
    return capacity === 1 || (isShown && !bookingUid) ? capacity : null
  }
}

/** The body of `POST /v2/slots/reservations`. `forMs` is rounded up to minutes; `null`: Cal.com's own 5. */
export function reservationOf(
  slot: { readonly eventType: string; readonly start: string; readonly durationMinutes: number | null },
  forMs: number | null,
): CalcomNewReservation {
  return {
    eventTypeId: Number(slot.eventType),
    slotStart: slot.start,
    ...(slot.durationMinutes !== null && { slotDuration: slot.durationMinutes }),
    ...(forMs !== null && { reservationDuration: Math.max(1, Math.ceil(forMs / minuteMs)) }),
  }
}

export function holdOf(
  reservation: CalcomReservation,
  slot: { readonly eventType: string; readonly start: string; readonly durationMinutes: number | null },
): Hold {
  const start = reservation.slotStart ?? slot.start
  const minutes = reservation.slotDuration ?? slot.durationMinutes ?? 0
  return {
    id: reservation.reservationUid,
    eventType: slot.eventType,
    start: utcInstant(start),
    end: utcInstant(reservation.slotEnd ?? Date.parse(start) + minutes * minuteMs),
    expiresAt: utcInstant(reservation.reservationUntil),
  }
}
