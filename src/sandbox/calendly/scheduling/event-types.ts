// The endpoints of Calendly's event types: listed by person or organization with filters and orders, and read by uuid.

import { type Answer, jsonAnswer, type Refused } from '../../http/exchange.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { page } from '../api/paging.ts'
import { type EventType, eventTypeById, eventTypesOf, scheduleIdOf } from '../resources/event-types-of.ts'
import { uuidIn } from '../resources/uris.ts'

/** The endpoints of this resource. */
export const eventTypeRoutes: readonly CalendlyRoute[] = [
  { method: 'GET', path: '/event_types', scope: 'event_types:read', answer: listEventTypes },
  { method: 'GET', path: '/event_types/:uuid', scope: 'event_types:read', answer: readEventType },
]

const orders: Record<string, (one: EventType) => string> = {
  name: (one) => one.name,
  position: (one) => String(one.position).padStart(4, '0'),
  created_at: (one) => one.created_at,
  updated_at: (one) => one.updated_at,
}

function listEventTypes(call: CalendlyCall): Answer {
  const { world, exchange } = call
  const { query } = exchange
  const owners = requestedOwners(call)
  if ('refusal' in owners) return owners.refusal
  const [field = '', direction = 'asc', ...rest] = (query.get('sort') ?? 'name:asc').split(':')
  const order = Object.hasOwn(orders, field) ? orders[field] : undefined
  if (order === undefined || rest.length > 0 || !['asc', 'desc'].includes(direction)) {
    const detail = [{ parameter: 'sort', message: 'is invalid' }]
    return invalidArgument(exchange, 'sort is not a field and a direction such as name:asc', detail)
  }
  const active = query.get('active')
  const admin = query.get('admin_managed')
  const schedule = query.get('user_availability_schedule')
  const scheduleId = schedule === null ? null : uuidIn(world, schedule, 'user_availability_schedules')
  if (schedule !== null && scheduleId === null) return badUri(exchange, 'user_availability_schedule')
  const rows = owners.people
    .filter((person) => scheduleId === null || scheduleIdOf(person.id) === scheduleId)
    .flatMap((person) => eventTypesOf(world, person))
    .filter((one) => active === null || String(one.active) === active)
    .filter((one) => admin === null || String(one.admin_managed) === admin)
    .sort((a, b) => compare(order(a), order(b)) * (direction === 'desc' ? -1 : 1))
  return page(call, rows)
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function requestedOwners({ world, exchange, account }: CalendlyCall): { people: CalendlyAccount[] } | Refused {
  const { query } = exchange
  const user = query.get('user')
  const organization = query.get('organization')
  if (user === null && organization === null) {
    return { refusal: invalidArgument(exchange, 'one of user and organization is required') }
  }
  const people = world.state.accounts.filter((one) => one.provider === 'calendly')
  if (organization !== null) {
    const id = uuidIn(world, organization, 'organizations')
    if (id === null) return { refusal: badUri(exchange, 'organization') }
    if (id !== account.organization) {
      const why = 'the organization is not the one of the token'
      return { refusal: permissionDenied(exchange, 'You do not have permission to access this resource.', why) }
    }
  }
  const members = people.filter((one) => one.organization === account.organization)
  if (user === null) return { people: members }
  const id = uuidIn(world, user, 'users')
  if (id === null) return { refusal: badUri(exchange, 'user') }
  const requested = members.filter((one) => one.id === id)
  if (requested.length > 0) return { people: requested }
  const why = 'the user is not in the organization of the token'
  return { refusal: permissionDenied(exchange, 'This user is not in your organization', why) }
}

function badUri(exchange: CalendlyCall['exchange'], parameter: string): Answer {
  const why = `${parameter} is not a full resource URI of this API`
  return invalidArgument(exchange, why, [{ parameter, message: 'is invalid' }])
}

function readEventType({ world, exchange, account, params }: CalendlyCall): Answer {
  const found = eventTypeById(world, params.uuid ?? '')
  if (found === null) return notFound(exchange, 'this event type does not exist')
  if (found.host.organization === account.organization) return jsonAnswer(200, { resource: found.eventType })
  const message = 'You do not have permission to access this resource.'
  return permissionDenied(exchange, message, 'the event type belongs to another organization')
}
