// Books a person at Cal.com as a guest on the public page: the next slot of the first event type.

import { openSlots } from '../../time/availability.ts'
import type { CalcomAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import { eventTypesOf, requiresConfirmation } from '../resources/event-types-of.ts'
import { hoursOf } from '../resources/schedules-of.ts'
import { book, takenBy } from './booking-state.ts'

/** When the booking begins; null when the person has no event type, or no slot in the next 30 days. */
export function bookAsGuest(world: World, host: CalcomAccount): number | null {
  const now = world.now()
  const [eventType] = eventTypesOf(world, host)
  if (eventType === undefined) return null
  const minutes = eventType.lengthInMinutes
  const { timeZone, hoursOn } = hoursOf(world, host, eventType)
  const window = { from: now + 1, to: now + 30 * 86_400_000 }
  const taken = takenBy(world, {
    host: host.id,
    now,
    withReservations: world.state.switches.calcomReservationBlocksBooking,
  })
  const [startsAt] = openSlots({ timeZone, minutes, taken, hoursOn }, window)
  if (startsAt === undefined) return null
  const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone, language: 'en', phoneNumber: null }
  const booking = {
    host: host.id,
    eventTypeId: eventType.id,
    startsAt,
    endsAt: startsAt + minutes * 60_000,
    attendee,
    guests: null,
    location: null,
    metadata: {},
    responses: {},
  }
  book(world, now, booking, requiresConfirmation(eventType))
  return startsAt
}
