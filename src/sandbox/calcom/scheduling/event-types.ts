// Cal.com's event types: the caller's own, those of a named user, and the endpoints that create, change and delete them.
// The list needs no token: without one it is empty. A single event type is behind the guard that echoes a dead token.

import type { Answer, Refused } from '../../http/exchange.ts'
import type { CalcomAccount } from '../../world/accounts.ts'
import type { EventTypeRow } from '../../world/calcom-rows.ts'
import { type CalcomCall, type CalcomRoute, ownerOf } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { success } from '../api/success.ts'
import { eventTypeById, eventTypeResource, eventTypesOf } from '../resources/event-types-of.ts'
import { schedulesOf } from '../resources/schedules-of.ts'
import { readEventType } from './event-type-body.ts'

const common = { guard: 'permissions', versions: ['2024-06-14', '2026-06-12'] } as const
const reads = { ...common, method: 'GET', scope: 'EVENT_TYPE_READ' } as const
const writes = { ...common, scope: 'EVENT_TYPE_WRITE' } as const

/** The endpoints of this resource. */
export const eventTypeRoutes: readonly CalcomRoute[] = [
  { ...writes, method: 'POST', path: '/v2/event-types', answer: create },
  { ...reads, guard: 'public', path: '/v2/event-types', answer: list },
  { ...reads, path: '/v2/event-types/:id', answer: read },
  { ...writes, method: 'PATCH', path: '/v2/event-types/:id', answer: update },
  { ...writes, method: 'DELETE', path: '/v2/event-types/:id', answer: remove },
]

/** Without a name, the caller's own; hidden ones are for their owner. */
function list({ world, exchange, account }: CalcomCall): Answer {
  const { query } = exchange
  const names = query.get('username')?.split(',') ?? query.get('usernames')?.split(',')
  const slug = query.get('eventSlug')
  const people = world.state.accounts.filter((one) => one.provider === 'calcom')
  const owners = names === undefined ? [account] : people.filter((one) => names.includes(one.username))
  const found = owners.flatMap((person) =>
    person === null
      ? []
      : eventTypesOf(world, person)
          .filter((row) => slug === null || row.slug === slug)
          .filter((row) => person.id === account?.id || row.fields.hidden !== true)
          .map((row) => eventTypeResource(world, person, row)),
  )
  return success(query.get('sortCreatedAt') === 'desc' ? found.reverse() : found)
}

function read(call: CalcomCall): Answer {
  const person = ownerOf(call)
  const row = eventTypesOf(call.world, person).find((one) => String(one.id) === call.params.id)
  return row === undefined ? absent(call) : success(eventTypeResource(call.world, person, row))
}

function create(call: CalcomCall): Answer {
  const { world } = call
  const person = ownerOf(call)
  const parsed = readEventType(call.exchange, ['lengthInMinutes', 'title', 'slug'], scheduleIds(call, person))
  if ('refusal' in parsed) return parsed.refusal
  const row: EventTypeRow = { id: 0, lengthInMinutes: 0, title: '', slug: '', ...parsed.requested }
  const refused = refuseSlug(call, person, row)
  if (refused !== null) return refused
  row.id = nextId(call)
  keep(call, person, [...eventTypesOf(world, person), row])
  return success(eventTypeResource(world, person, row), 201)
}

function update(call: CalcomCall): Answer {
  const { world } = call
  const found = findOwn(call)
  if ('refusal' in found) return found.refusal
  const person = ownerOf(call)
  const parsed = readEventType(call.exchange, [], scheduleIds(call, person))
  if ('refusal' in parsed) return parsed.refusal
  const { row } = found
  const next: EventTypeRow = { ...row, ...parsed.requested, fields: { ...row.fields, ...parsed.requested.fields } }
  const refused = refuseSlug(call, person, next)
  if (refused !== null) return refused
  keep(
    call,
    person,
    eventTypesOf(world, person).map((one) => (one.id === row.id ? next : one)),
  )
  return success(eventTypeResource(world, person, next))
}

/** Its webhooks go with it; its bookings stay. */
function remove(call: CalcomCall): Answer {
  const { world } = call
  const found = findOwn(call)
  if ('refusal' in found) return found.refusal
  const { id, lengthInMinutes, title, slug } = found.row
  const { hooks } = world.state.calcom
  for (const hook of Object.values(hooks)) if (hook.eventTypeId === id) delete hooks[hook.id]
  const person = ownerOf(call)
  keep(
    call,
    person,
    eventTypesOf(world, person).filter((one) => one.id !== id),
  )
  return success({ id, lengthInMinutes, title, slug })
}

function keep({ world }: CalcomCall, person: CalcomAccount, rows: EventTypeRow[]): void {
  world.state.calcom.eventTypes[person.id] = rows
  world.changed()
}

function findOwn(call: CalcomCall): { row: EventTypeRow } | Refused {
  const person = ownerOf(call)
  const found = eventTypeById(call.world, Number(call.params.id))
  if (found === null) return { refusal: absent(call) }
  if (found.host.id === person.id) return { row: found.eventType }
  const message = `User with ID=${person.id} does not own event type with ID=${call.params.id}`
  return { refusal: apiError(call.exchange, 403, message, 'the event type is another person’s') }
}

function refuseSlug({ world, exchange }: CalcomCall, person: CalcomAccount, { id, slug }: EventTypeRow): Answer | null {
  if (!eventTypesOf(world, person).some((one) => one.id !== id && one.slug === slug)) return null
  const message = 'User already has an event type with this slug.'
  return apiError(exchange, 400, message, 'another event type of this person has the slug')
}

function scheduleIds({ world }: CalcomCall, person: CalcomAccount): number[] {
  return schedulesOf(world, person).map((row) => row.id)
}

/** Returns an id that was never used before: the serial number only grows. */
function nextId({ world }: CalcomCall): number {
  do world.state.serial += 1
  while (eventTypeById(world, 500_000 + world.state.serial) !== null)
  return 500_000 + world.state.serial
}

function absent({ exchange, params }: CalcomCall): Answer {
  return apiError(exchange, 404, `Event type with id ${params.id} not found.`, 'this person has no such event type')
}
