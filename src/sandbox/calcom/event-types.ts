// `GET /v2/event-types`: the caller's own, or those of a named user, which need no token.
// A dead token is answered with 403 here, and comes back in the message: that is the real service's behaviour.

import type { CalcomAccount } from '../accounts.ts'
import type { Answer } from '../exchange.ts'
import type { CalcomCall, CalcomRoute } from './call.ts'
import { apiError, success } from './envelope.ts'

const common = { method: 'GET', guard: 'optional', scope: 'EVENT_TYPE_READ', versions: ['2024-06-14'] } as const

/** The endpoints of this resource. */
export const eventTypeRoutes: readonly CalcomRoute[] = [
  { ...common, path: '/v2/event-types', answer: listEventTypes },
  { ...common, guard: 'permissions', path: '/v2/event-types/:id', answer: readEventType },
]

function listEventTypes({ world, exchange, account }: CalcomCall): Answer {
  const { query } = exchange
  const username = query.get('username')
  const people = world.state.accounts.filter((one) => one.provider === 'calcom')
  const person = username === null ? account : (people.find((one) => one.username === username) ?? null)
  if (person === null) {
    if (username !== null) return success([])
    return apiError(exchange, 401, 'Invalid Access Token.', 'there is neither a token nor a username')
  }
  const slug = query.get('eventSlug')
  return success(eventTypesOf(person).filter((one) => slug === null || one.slug === slug))
}

function readEventType({ exchange, account, params }: CalcomCall): Answer {
  const own = account === null ? [] : eventTypesOf(account)
  const found = own.find((one) => String(one.id) === params.id)
  if (found !== undefined) return success(found)
  return apiError(exchange, 404, `Event type with id ${params.id} not found.`, 'this person has no such event type')
}

/** One event type, as the API shows it. */
export interface CalcomEventType extends Record<string, unknown> {
  id: number
  lengthInMinutes: number
  title: string
  slug: string
}

/** The person's event types. */
export function eventTypesOf(person: CalcomAccount): CalcomEventType[] {
  return Array.from({ length: person.eventTypes }, (_, at) => ({
    id: Number(person.id) * 1000 + at + 1,
    lengthInMinutes: [15, 30, 45, 60][at % 4] ?? 30,
    title: `Meeting ${String(at + 1).padStart(2, '0')}`,
    slug: `meeting-${String(at + 1).padStart(2, '0')}`,
    description: '',
    locations: [],
    bookingFields: [],
    disableGuests: false,
    recurrence: null,
    metadata: {},
    price: 0,
    currency: 'usd',
    scheduleId: null,
  }))
}
