// The refusal of a slot that cannot be booked: a taken one is 400 with one sentence for all reasons, not 409.

import type { Answer } from '../../http/exchange.ts'
import { isOpenSlot, overlaps } from '../../time/availability.ts'
import type { CalcomCall } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { type HostedEventType, noticeMsOf } from '../resources/event-types-of.ts'
import { hoursOf } from '../resources/schedules-of.ts'
import { takenBy } from './booking-state.ts'

const outOfBounds = `The event type can't be booked at the "start" time provided. This could be because it's too soon (violating the minimum booking notice) or too far in the future (outside the event's scheduling window). Try fetching available slots first using the GET /v2/slots endpoint and then make a booking with "start" time equal to one of the available slots: https://cal.com/docs/api-reference/v2/slots`

/** The slot that a request wants to book. `except` is the uid of a booking that is about to leave its slot. */
interface RequestedSlot extends HostedEventType {
  readonly startsAt: number
  readonly minutes: number
  readonly except?: string
}

/** Returns why the slot cannot be booked; null when it can. */
export function refuseSlot({ world, exchange }: CalcomCall, requested: RequestedSlot): Answer | null {
  const { host, eventType, startsAt, minutes, except } = requested
  if (startsAt <= exchange.now) {
    return apiError(exchange, 400, 'Attempting to book a meeting in the past.', 'the start is past')
  }
  if (startsAt <= exchange.now + noticeMsOf(eventType)) {
    return apiError(exchange, 400, outOfBounds, 'the start is sooner than minimumBookingNotice allows')
  }
  const withReservations = world.state.switches.calcomReservationBlocksBooking
  const taken = takenBy(world, requested, { now: exchange.now, withReservations, except })
  if (isOpenSlot({ ...hoursOf(world, host, eventType), minutes, taken }, startsAt)) return null
  const span = { from: startsAt, to: startsAt + minutes * 60_000 }
  const why = taken.some((one) => overlaps(one, span))
    ? 'the host has another booking then'
    : 'the start is not one of the slots'
  return apiError(exchange, 400, 'User either already has booking at this time or is not available', why)
}
