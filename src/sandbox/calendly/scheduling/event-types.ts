// Calendly's event types, made up from the account: as many as it has, the last one inactive when there are several.

import type { Answer } from '../../http/exchange.ts'
import { jsonAnswer } from '../../http/exchange.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { madeUpId, timestamp, uriOf, uuidIn } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { page } from '../api/paging.ts'
import { userUri } from '../oauth/tokens.ts'
import { scheduleIdOf } from './schedules.ts'

/** The endpoints of this resource. */
export const eventTypeRoutes: readonly CalendlyRoute[] = [
  { method: 'GET', path: '/event_types', scope: 'event_types:read', answer: listEventTypes },
  { method: 'GET', path: '/event_types/:uuid', scope: 'event_types:read', answer: readEventType },
]

/** One event type, as the API shows it. */
export interface EventType extends Record<string, unknown> {
  uri: string
  name: string
  slug: string
  duration: number
  active: boolean
  admin_managed: boolean
  position: number
  created_at: string
  updated_at: string
  scheduling_url: string
}

const orders: Record<string, (one: EventType) => string> = {
  name: (one) => one.name,
  position: (one) => String(one.position).padStart(4, '0'),
  created_at: (one) => one.created_at,
  updated_at: (one) => one.updated_at,
}

function listEventTypes(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const { query } = exchange
  const owners = ownersAsked(call)
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
  return page(world, exchange, account.id, rows)
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function ownersAsked({ world, exchange, account }: CalendlyCall): { people: CalendlyAccount[] } | { refusal: Answer } {
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
  const asked = members.filter((one) => one.id === id)
  if (asked.length > 0) return { people: asked }
  const why = 'the user is not in the organization of the token'
  return { refusal: permissionDenied(exchange, 'This user is not in your organization', why) }
}

function badUri(exchange: CalendlyCall['exchange'], parameter: string): Answer {
  const why = `${parameter} is not a full resource URI of this API`
  return invalidArgument(exchange, why, [{ parameter, message: 'is invalid' }])
}

function readEventType({ world, exchange, account, params }: CalendlyCall): Answer {
  const found = findEventType(world, params.uuid ?? '')
  if (found === null) return notFound(exchange, 'there is no such event type')
  if (found.host.organization === account.organization) return jsonAnswer(200, { resource: found.eventType })
  const message = 'You do not have permission to access this resource.'
  return permissionDenied(exchange, message, 'the event type belongs to another organization')
}

/** The event type of that id, and the person whose it is. */
export function findEventType(world: World, id: string): { host: CalendlyAccount; eventType: EventType } | null {
  for (const host of world.state.accounts) {
    if (host.provider !== 'calendly') continue
    const eventType = eventTypesOf(world, host).find((one) => one.uri.endsWith(`/${id}`))
    if (eventType !== undefined) return { host, eventType }
  }
  return null
}

/** The person's event types; the first is active. */
export function eventTypesOf(world: World, person: CalendlyAccount): EventType[] {
  return Array.from({ length: person.eventTypes }, (_, at) => eventType(world, person, at))
}

function eventType(world: World, person: CalendlyAccount, at: number): EventType {
  const duration = [15, 30, 45, 60][at % 4] ?? 30
  const number = String(at + 1).padStart(2, '0')
  const slug = `meeting-${number}`
  return {
    active: at === 0 || at !== person.eventTypes - 1,
    admin_managed: false,
    booking_method: 'instant',
    color: ['#8247f5', '#0099ff', '#17e885', '#ff4f00'][at % 4] ?? '#8247f5',
    created_at: timestamp(Date.UTC(2024, 1, 1 + at, 9)),
    custom_questions: [],
    deleted_at: null,
    description_html: null,
    description_plain: null,
    duration,
    duration_options: null,
    internal_note: null,
    is_paid: false,
    kind: 'solo',
    locale: person.locale,
    locations: [],
    name: `Meeting ${number}`,
    pooling_type: null,
    position: at,
    profile: { name: person.name, owner: userUri(world, person.id), type: 'User' },
    scheduling_url: `https://calendly.com/${person.slug}/${slug}`,
    secret: false,
    slug,
    type: 'StandardEventType',
    updated_at: timestamp(Date.UTC(2026, 1, 1 + at, 9)),
    uri: uriOf(world, 'event_types', madeUpId(`${person.id} ${at}`)),
  }
}
