// The times at which an event type can be booked.

import { utcInstant } from '../../../core/scheduling/instant.ts'
import type { Slot } from '../../../core/scheduling/model.ts'
import type { CalendlyAvailableTime } from '../api/availability.ts'

/** The slots of these times, earliest first. Calendly gives no end: it follows from the event type's length. */
export function slotsOf(
  times: readonly CalendlyAvailableTime[],
  eventType: string,
  durationMinutes: number,
): readonly Slot[] {
  return times
    .filter(({ status }) => (status ?? 'available') === 'available')
    .map(({ start_time, invitees_remaining, scheduling_url }) => ({
      eventType,
      start: utcInstant(start_time),
      end: utcInstant(Date.parse(start_time) + durationMinutes * 60_000),
      seatsLeft: invitees_remaining ?? null,
      bookingUrl: scheduling_url ?? null,
    }))
    .sort((one, other) => (one.start < other.start ? -1 : Number(one.start > other.start)))
}
