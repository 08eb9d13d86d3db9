// Finds what a request wants to book: an event type by its number, or by its slug and its owner's name.

import type { Answer } from '../../http/exchange.ts'
import type { Span } from '../../time/availability.ts'
import type { CalcomAccount } from '../../world/accounts.ts'
import type { EventTypeRow } from '../../world/calcom-rows.ts'
import type { World } from '../../world/world.ts'
import type { CalcomCall } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { eventTypesOf } from '../resources/event-type-resource.ts'

/** An event type and the person whose it is. */
export interface Bookable {
  host: CalcomAccount
  eventType: EventTypeRow
}

/** The event type, or the refusal. `get` reads a field of the query or of the body. */
export function findBookable(
  { world, exchange }: CalcomCall,
  get: (name: string) => unknown,
): Bookable | { refusal: Answer } {
  const id = get('eventTypeId')
  const slug = get('eventTypeSlug')
  const username = get('username')
  if (id !== undefined && id !== null) {
    const found = bookableOf(world, Number(id))
    const message = `Event type with id ${String(id)} not found.`
    return found ?? { refusal: apiError(exchange, 404, message, 'there is no such event type') }
  }
  if (typeof slug !== 'string' || typeof username !== 'string') {
    const why = 'neither eventTypeId nor eventTypeSlug with username is given; the sandbox has no teams'
    return { refusal: apiError(exchange, 400, 'Either eventTypeId or eventTypeSlug and username are required.', why) }
  }
  for (const host of peopleOf(world)) {
    const eventType =
      host.username === username ? eventTypesOf(world, host).find((one) => one.slug === slug) : undefined
    if (eventType !== undefined) return { host, eventType }
  }
  const message = `Event type with slug ${slug} belonging to user ${username} not found.`
  return { refusal: apiError(exchange, 404, message, 'this person has no such event type') }
}

/** The event type of that number. */
export function bookableOf(world: World, id: number): Bookable | null {
  for (const host of peopleOf(world)) {
    const eventType = eventTypesOf(world, host).find((one) => one.id === id)
    if (eventType !== undefined) return { host, eventType }
  }
  return null
}

/**
 * When the person is taken: accepted and waiting bookings, absences, and reservations where they count; `except` is the
 * uid of what is about to move.
 */
export function takenBy(world: World, host: string, now: number, withReservations: boolean, except?: string): Span[] {
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

function peopleOf(world: World): CalcomAccount[] {
  return world.state.accounts.filter((one) => one.provider === 'calcom')
}
