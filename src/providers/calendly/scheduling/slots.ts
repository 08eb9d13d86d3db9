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
  const slots: Slot[] = []
  const lengthMs = durationMinutes * 60_000
  let isSorted = true
  let before = 0
  for (const { status, start_time, invitees_remaining, scheduling_url } of times) {
    if ((status ?? 'available') !== 'available') continue
    const at = Date.parse(start_time)
    const [start, end] = [utcInstant(Number.isNaN(at) ? start_time : at), utcInstant(at + lengthMs)]
    isSorted &&= at >= before
    before = at
    slots.push({
      eventType,
      start,
      end,
      seatsLeft: invitees_remaining ?? null,
      bookingUrl: scheduling_url ?? null,
    })
  }
  // Hundreds of them, which come in order.
  return isSorted ? slots : slots.sort((one, other) => (one.start < other.start ? -1 : Number(one.start > other.start)))
}
