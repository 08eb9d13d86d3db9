// Cal.com's bookings as the control and the pages show them.

import type { BookingRow } from '../../world/calcom-rows.ts'
import type { ShownBooking } from '../../world/shown-booking.ts'
import type { World } from '../../world/world.ts'
import { locationOf } from '../resources/booking-resource.ts'
import { eventTypeById } from '../resources/event-types-of.ts'

const states = { accepted: 'booked', pending: 'waiting', cancelled: 'canceled', rejected: 'declined' } as const

/** All bookings, in the order in which they were made. */
export function shownBookings(world: World): ShownBooking[] {
  return Object.values(world.state.calcom.bookings).map((row) => shownBooking(world, row))
}

function shownBooking(world: World, row: BookingRow): ShownBooking {
  const iso = (at: number): string => new Date(at).toISOString()
  const responses = { ...row.responses, ...row.attendees[0]?.seat?.responses }
  return {
    id: row.uid,
    provider: 'calcom',
    account: row.host,
    eventType: eventTypeById(world, row.eventTypeId)?.eventType.title ?? `event type ${row.eventTypeId}`,
    startsAt: iso(row.startsAt),
    endsAt: iso(row.endsAt),
    state: states[row.status],
    guests: row.attendees.map(({ name, email, timeZone }) => ({
      name,
      email,
      timeZone,
      hasCanceled: row.status === 'cancelled',
    })),
    where: locationOf(world, row),
    answers: Object.entries(responses).map(([question, answer]) => ({
      question,
      answer: typeof answer === 'string' ? answer : JSON.stringify(answer),
    })),
    endedBy: row.cancelledBy ?? row.rescheduledBy,
    reason: row.cancellationReason ?? row.rejectionReason ?? row.reschedulingReason,
    movedFrom: row.rescheduledFrom,
    movedTo: row.rescheduledTo,
    createdAt: iso(row.createdAt),
  }
}
