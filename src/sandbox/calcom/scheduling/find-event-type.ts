// Finds what a request wants to book: an event type by its number, or by its slug and its owner's name.

import type { Refused } from '../../http/exchange.ts'
import type { CalcomCall } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { eventTypeById, eventTypesOf, type HostedEventType, peopleOf } from '../resources/event-types-of.ts'

/** The event type, or the refusal. `get` reads a field of the query or of the body. */
export function findEventType(
  { world, exchange }: CalcomCall,
  get: (name: string) => unknown,
): HostedEventType | Refused {
  const id = get('eventTypeId')
  const slug = get('eventTypeSlug')
  const username = get('username')
  if (id !== undefined && id !== null) {
    const found = eventTypeById(world, Number(id))
    const message = `Event type with id ${String(id)} not found.`
    return found ?? { refusal: apiError(exchange, 404, message, 'this event type does not exist') }
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
