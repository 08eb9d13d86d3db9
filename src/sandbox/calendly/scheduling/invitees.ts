// The invitees of a meeting: listed and read. There is no `GET /invitees`.

import { type Answer, jsonAnswer, type Refused } from '../../http/exchange.ts'
import type { CalendlyEventRow } from '../../world/calendly-rows.ts'
import { ownProperty } from '../../world/own-property.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { page } from '../api/paging.ts'
import { inviteeResource } from '../resources/booking-resource.ts'
import { mayManage } from './booking-state.ts'

const common = { method: 'GET', scope: 'scheduled_events:read' } as const

/** The endpoints of this resource. */
export const inviteeRoutes: readonly CalendlyRoute[] = [
  { ...common, path: '/scheduled_events/:uuid/invitees', answer: listInvitees },
  { ...common, path: '/scheduled_events/:uuid/invitees/:invitee', answer: readInvitee },
]

function listInvitees(call: CalendlyCall): Answer {
  const { world, exchange } = call
  const found = findEvent(call)
  if ('refusal' in found) return found.refusal
  const status = exchange.query.get('status')
  const sort = exchange.query.get('sort') ?? 'created_at:asc'
  const wrong =
    status !== null && status !== 'active' && status !== 'canceled'
      ? 'status'
      : !/^created_at:(asc|desc)$/.test(sort)
        ? 'sort'
        : null
  if (wrong !== null) {
    return invalidArgument(exchange, `${wrong} is not one of its values`, [{ parameter: wrong, message: 'is invalid' }])
  }
  const { row } = found
  const email = exchange.query.get('email')?.toLowerCase()
  const kept = row.invitees
    .filter((one) => status === null || (status === 'active') === (one.cancellation === null))
    .filter((one) => email === undefined || email === one.email.toLowerCase())
    .map((invitee) => inviteeResource(world, { row, invitee }))
  return page(call, sort.endsWith('desc') ? kept.reverse() : kept)
}

function readInvitee(call: CalendlyCall): Answer {
  const found = findEvent(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  const invitee = row.invitees.find((one) => one.id === call.params.invitee)
  if (invitee === undefined) return notFound(call.exchange, 'the meeting has no such invitee')
  return jsonAnswer(200, { resource: inviteeResource(call.world, { row, invitee }) })
}

function findEvent({ world, exchange, account, params }: CalendlyCall): { row: CalendlyEventRow } | Refused {
  const row = ownProperty(world.state.calendly.events, params.uuid)
  if (row === undefined) return { refusal: notFound(exchange, 'this meeting does not exist') }
  if (mayManage(account, row)) return { row }
  const why = 'the meeting is neither yours nor one of an organization that you own'
  return { refusal: permissionDenied(exchange, 'You are not allowed to view this event', why) }
}
