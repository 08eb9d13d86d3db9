// The refusal of a slot that cannot be booked: a taken one is 400 with one sentence for all reasons, not 409.

import type { Answer } from '../../http/exchange.ts'
import { isOpening, overlaps } from '../../time/availability.ts'
import type { CalcomCall } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import type { Bookable } from '../resources/event-types-of.ts'
import { hoursOf } from '../resources/schedules-of.ts'
import { takenBy } from './booking-state.ts'

export function refuseSlot(
  { world, exchange }: CalcomCall,
  { host, eventType }: Bookable,
  startsAt: number,
  minutes: number,
  except?: string,
): Answer | null {
  if (startsAt <= exchange.now) {
    return apiError(exchange, 400, 'Attempting to book a meeting in the past.', 'the start is past')
  }
  const taken = takenBy(world, host.id, exchange.now, world.state.switches.calcomReservationBlocksBooking, except)
  const schedule = hoursOf(world, host, eventType)
  if (isOpening(schedule.timeZone, minutes, startsAt, taken, schedule.hoursOn)) return null
  const span = { from: startsAt, to: startsAt + minutes * 60_000 }
  const why = taken.some((one) => overlaps(one, span))
    ? 'the host has another booking then'
    : 'the start is not one of the slots'
  return apiError(exchange, 400, 'User either already has booking at this time or is not available', why)
}
