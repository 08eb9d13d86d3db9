// Books a person at Calendly as a guest on the public page: the next slot of the first event type.

import { openSlots } from '../../time/availability.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import { eventTypesOf } from '../resources/event-types-of.ts'
import { trackingOf } from '../resources/tracking.ts'
import { book, takenBy } from './booking-state.ts'

/** When the meeting begins; null when the person has no event type, or no time in the next 30 days. */
export function bookAsGuest(world: World, host: CalendlyAccount): number | null {
  const now = world.now()
  const [eventType] = eventTypesOf(world, host)
  if (eventType === undefined) return null
  const window = { from: now + 1, to: now + 30 * 86_400_000 }
  const [startsAt] = openSlots(
    { timeZone: host.timeZone, minutes: eventType.duration, taken: takenBy(world, host.id) },
    window,
  )
  if (startsAt === undefined) return null
  const person = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: host.timeZone }
  const invitee = {
    ...person,
    firstName: null,
    lastName: null,
    answers: [],
    textReminderNumber: null,
    tracking: trackingOf(null),
    method: 'instant_book' as const,
  }
  const location = { type: 'custom', location: null }
  book(world, now, { host, eventType, startsAt, location, guests: [], invitee })
  return startsAt
}
