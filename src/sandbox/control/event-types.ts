// What a person offers, and when: the same view of both providers, for the pages and for the forecast of the clock.

import { eventTypesOf } from '../calcom/resources/event-types-of.ts'
import { timesToMove as movesAtCalcom, guestTimes as timesAtCalcom } from '../calcom/scheduling/guest.ts'
import { hostedEventTypesOf } from '../calendly/resources/event-types-of.ts'
import { timesToMove as movesAtCalendly, guestTimes as timesAtCalendly } from '../calendly/scheduling/guest.ts'
import type { Account } from '../world/accounts.ts'
import type { World } from '../world/world.ts'

/** One event type that a guest can book. */
export interface OfferedEventType {
  readonly id: string
  readonly name: string
  readonly minutes: number
}

/** The event types of a person that a guest can book. */
export function offeredEventTypes(world: World, account: Account): OfferedEventType[] {
  if (account.provider === 'calcom') {
    return eventTypesOf(world, account).map(({ id, title, lengthInMinutes }) => ({
      id: String(id),
      name: title,
      minutes: lengthInMinutes,
    }))
  }
  return hostedEventTypesOf(world, account)
    .filter(({ eventType }) => eventType.active)
    .map(({ id, eventType }) => ({ id, name: eventType.name, minutes: eventType.duration }))
}

/** The open times of the next thirty days; null: of the first event type. */
export function openTimes(world: World, account: Account, eventType: string | null): number[] {
  return account.provider === 'calendly'
    ? timesAtCalendly(world, account, eventType)
    : timesAtCalcom(world, account, eventType)
}

/** The open times to which a booking can move. */
export function timesToMove(world: World, provider: Account['provider'], booking: string): number[] {
  return provider === 'calendly' ? movesAtCalendly(world, booking) : movesAtCalcom(world, booking)
}
