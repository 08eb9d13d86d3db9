// Marks an invitee as a no-show, and removes the mark.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { CalendlyEventRow } from '../../world/calendly-rows.ts'
import { uuid } from '../../world/seal.ts'
import { bodyOf, type CalendlyCall, type CalendlyRoute } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { inviteeUri, noShowUri, timestamp } from '../resources/uris.ts'
import { enqueueMessages } from '../webhooks/messages.ts'
import { mayManage } from './booking-state.ts'

/** The endpoints of this resource. */
export const noShowRoutes: readonly CalendlyRoute[] = [
  { method: 'POST', path: '/invitee_no_shows', scope: 'scheduled_events:write', answer: createNoShow },
  { method: 'GET', path: '/invitee_no_shows/:uuid', scope: 'scheduled_events:read', answer: readNoShow },
  { method: 'DELETE', path: '/invitee_no_shows/:uuid', scope: 'scheduled_events:write', answer: deleteNoShow },
]

function createNoShow(call: CalendlyCall): Answer {
  const { world, exchange } = call
  const uri = bodyOf(exchange)?.invitee
  const row = Object.values(world.state.calendly.events).find((one) => inviteeUri(world, one) === uri)
  if (typeof uri !== 'string') {
    const detail = [{ parameter: 'invitee', message: 'is missing' }]
    return invalidArgument(exchange, 'invitee is missing', detail)
  }
  if (row === undefined) return notFound(exchange, 'this invitee does not exist')
  const denied = deny(call, row)
  if (denied !== null) return denied
  row.invitee.noShow ??= { id: uuid(world.random(16)), at: exchange.now }
  row.updatedAt = exchange.now
  world.changed()
  enqueueMessages(world, exchange.now, 'invitee_no_show.created', row)
  return jsonAnswer(201, { resource: noShowResource(call, row) })
}

function readNoShow(call: CalendlyCall): Answer {
  const row = findNoShow(call)
  if (row === undefined) return notFound(call.exchange, 'this no-show does not exist')
  return deny(call, row) ?? jsonAnswer(200, { resource: noShowResource(call, row) })
}

function deleteNoShow(call: CalendlyCall): Answer {
  const { world, exchange } = call
  const row = findNoShow(call)
  if (row === undefined) return notFound(exchange, 'this no-show does not exist')
  const denied = deny(call, row)
  if (denied !== null) return denied
  row.invitee.noShow = null
  row.updatedAt = exchange.now
  world.changed()
  enqueueMessages(world, exchange.now, 'invitee_no_show.deleted', row)
  return { status: 204, headers: {}, body: '' }
}

function findNoShow({ world, params }: CalendlyCall): CalendlyEventRow | undefined {
  return Object.values(world.state.calendly.events).find((one) => one.invitee.noShow?.id === params.uuid)
}

function deny({ exchange, account }: CalendlyCall, row: CalendlyEventRow): Answer | null {
  if (mayManage(account, row)) return null
  const message = 'You do not have permission to access this resource.'
  return permissionDenied(exchange, message, 'the meeting is neither yours nor one of an organization that you own')
}

function noShowResource({ world }: CalendlyCall, row: CalendlyEventRow): object {
  const { id = '', at = 0 } = row.invitee.noShow ?? {}
  return { created_at: timestamp(at), invitee: inviteeUri(world, row), uri: noShowUri(world, id) }
}
