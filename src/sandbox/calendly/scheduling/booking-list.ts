// `GET /scheduled_events`: whose meetings one may list, and the filters. Canceled ones are listed unless filtered.

import { type Answer, jsonAnswer, type Refused } from '../../http/exchange.ts'
import type { CalendlyEventRow } from '../../world/calendly-rows.ts'
import { ownProperty } from '../../world/own-property.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { page } from '../api/paging.ts'
import { readTime } from '../api/times.ts'
import { eventResource } from '../resources/booking-resource.ts'
import { groupsOf, isOwnerOrAdmin, membersOf } from '../resources/people.ts'
import { organizationUri, uuidIn } from '../resources/uris.ts'
import { mayManage } from './booking-state.ts'

const common = { method: 'GET', scope: 'scheduled_events:read' } as const

/** The endpoints of this resource. */
export const scheduledEventRoutes: readonly CalendlyRoute[] = [
  { ...common, path: '/scheduled_events', answer: listEvents },
  { ...common, path: '/scheduled_events/:uuid', answer: readEvent },
]

function readEvent({ world, exchange, account, params }: CalendlyCall): Answer {
  const row = ownProperty(world.state.calendly.events, params.uuid)
  if (row === undefined) return notFound(exchange, 'this meeting does not exist')
  if (mayManage(account, row)) return jsonAnswer(200, { resource: eventResource(world, row) })
  const why = 'the meeting is neither yours nor one of an organization that you own'
  return permissionDenied(exchange, 'You are not allowed to view this event', why)
}

function listEvents(call: CalendlyCall): Answer {
  const { world, exchange } = call
  const { query } = exchange
  const whose = whoseEvents(call)
  if ('refusal' in whose) return whose.refusal
  const refuse = (parameter: string, why: string): Answer =>
    invalidArgument(exchange, why, [{ parameter, message: 'is invalid' }])
  const status = query.get('status')
  if (status !== null && status !== 'active' && status !== 'canceled') {
    return refuse('status', 'status is neither active nor canceled')
  }
  const sort = query.get('sort') ?? 'start_time:asc'
  if (sort !== 'start_time:asc' && sort !== 'start_time:desc') {
    return refuse('sort', 'sort is neither start_time:asc nor start_time:desc')
  }
  const bounds: Record<string, number | null> = {}
  for (const name of ['min_start_time', 'max_start_time']) {
    const given = query.get(name)
    bounds[name] = given === null ? null : readTime(given)
    if (given !== null && bounds[name] === null) return refuse(name, `${name} is not a time`)
  }
  const email = query.get('invitee_email')?.toLowerCase()
  const rows = Object.values(world.state.calendly.events)
    .filter(whose.test)
    .filter((row) => status === null || (status === 'active') === (row.cancellation === null))
    .filter((row) => email === undefined || row.invitees.some((one) => one.email.toLowerCase() === email))
    .filter((row) => row.startsAt >= (bounds.min_start_time ?? -Infinity))
    .filter((row) => row.startsAt <= (bounds.max_start_time ?? Infinity))
    .sort((a, b) => (a.startsAt - b.startsAt || a.createdAt - b.createdAt) * (sort.endsWith('desc') ? -1 : 1))
  const resources = rows.map((row) => eventResource(world, row))
  return page(call, resources)
}

/** `user` alone is for oneself; an organization, its users and its groups are for its owners and admins. */
function whoseEvents({
  world,
  exchange,
  account,
}: CalendlyCall): { test: (row: CalendlyEventRow) => boolean } | Refused {
  const user = exchange.query.get('user')
  const requestedGroup = exchange.query.get('group')
  // A group belongs to one organization, which need not be named.
  const own = requestedGroup === null ? null : organizationUri(world, account.organization)
  const organization = exchange.query.get('organization') ?? own
  if (user === null && organization === null) {
    return { refusal: invalidArgument(exchange, 'one of user, organization and group is required') }
  }
  const badUri = (parameter: string) => ({
    refusal: invalidArgument(exchange, `${parameter} is not a full resource URI of this API`, [
      { parameter, message: 'is invalid' },
    ]),
  })
  const denied = (message: string, why: string) => ({ refusal: permissionDenied(exchange, message, why) })
  const id = user === null ? null : uuidIn(world, user, 'users')
  if (user !== null && id === null) return badUri('user')
  if (organization === null) {
    if (id === account.id) return { test: (row) => row.host === id }
    const message = 'Please also specify organization when requesting events for a user within your organization.'
    return denied(message, 'user is another person, and organization is not given')
  }
  const whole = uuidIn(world, organization, 'organizations')
  if (whole === null) return badUri('organization')
  const isOwn = id === account.id && requestedGroup === null
  if (whole !== account.organization || !(isOwnerOrAdmin(account, whole) || isOwn)) {
    return denied(
      'You do not have permission to access this resource.',
      'only an owner or admin of the organization may ask for it',
    )
  }
  if (id !== null && !membersOf(world, whole).some((one) => one.id === id)) {
    return denied('This user is not in your organization', 'the user is not in the organization')
  }
  const inside = (row: CalendlyEventRow): boolean => row.organization === whole && (id === null || row.host === id)
  if (requestedGroup === null) return { test: inside }
  const groupId = uuidIn(world, requestedGroup, 'groups')
  if (groupId === null) return badUri('group')
  const group = groupsOf(world, whole).find((one) => one.id === groupId)
  if (group === undefined) return denied('You do not have permission', 'the group is not of the organization')
  return { test: (row) => inside(row) && group.members.some((one) => one.id === row.host) }
}
