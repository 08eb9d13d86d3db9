// Marks an invitee as a no-show, and removes the mark.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { CalendlyEventRow, NoShowRow } from '../../world/calendly-rows.ts'
import { uuid } from '../../world/seal.ts'
import { bodyOf, type CalendlyCall, type CalendlyRoute } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { type Invited, noShowResource } from '../resources/booking-resource.ts'
import { inviteeUri } from '../resources/uris.ts'
import { enqueueMessages } from '../webhooks/messages.ts'
import { findInvited, mayManage } from './booking-state.ts'

/** The endpoints of this resource. */
export const noShowRoutes: readonly CalendlyRoute[] = [
  { method: 'POST', path: '/invitee_no_shows', scope: 'scheduled_events:write', answer: createNoShow },
  { method: 'GET', path: '/invitee_no_shows/:uuid', scope: 'scheduled_events:read', answer: readNoShow },
  { method: 'DELETE', path: '/invitee_no_shows/:uuid', scope: 'scheduled_events:write', answer: deleteNoShow },
]

function createNoShow(call: CalendlyCall): Answer {
  const { world, exchange } = call
  const uri = bodyOf(exchange)?.invitee
  const found = findInvited(world, (one, row) => inviteeUri(world, row, one) === uri)
  if (typeof uri !== 'string') {
    const detail = [{ parameter: 'invitee', message: 'is missing' }]
    return invalidArgument(exchange, 'invitee is missing', detail)
  }
  if (found === null) return notFound(exchange, 'this invitee does not exist')
  const denied = deny(call, found.row)
  if (denied !== null) return denied
  const { invitee } = found
  const noShow = { id: uuid(world.random(16)), at: exchange.now }
  invitee.noShow ??= noShow
  invitee.updatedAt = exchange.now
  world.changed()
  enqueueMessages(world, exchange.now, 'invitee_no_show.created', found, invitee.noShow)
  return jsonAnswer(201, { resource: noShowResource(world, found, invitee.noShow) })
}

function readNoShow(call: CalendlyCall): Answer {
  const found = findNoShow(call)
  if (found === null) return notFound(call.exchange, 'this no-show does not exist')
  const { noShow, ...invited } = found
  return deny(call, invited.row) ?? jsonAnswer(200, { resource: noShowResource(call.world, invited, noShow) })
}

function deleteNoShow(call: CalendlyCall): Answer {
  const { world, exchange } = call
  const found = findNoShow(call)
  if (found === null) return notFound(exchange, 'this no-show does not exist')
  const { noShow, row, invitee } = found
  const denied = deny(call, row)
  if (denied !== null) return denied
  invitee.noShow = null
  invitee.updatedAt = exchange.now
  world.changed()
  enqueueMessages(world, exchange.now, 'invitee_no_show.deleted', { row, invitee }, noShow)
  return { status: 204, headers: {}, body: '' }
}

function findNoShow({ world, params }: CalendlyCall): (Invited & { noShow: NoShowRow }) | null {
  const found = findInvited(world, (one) => one.noShow?.id === params.uuid)
  const noShow = found?.invitee.noShow ?? null
  return found === null || noShow === null ? null : { ...found, noShow }
}

function deny({ exchange, account }: CalendlyCall, row: CalendlyEventRow): Answer | null {
  if (mayManage(account, row)) return null
  const message = 'You do not have permission to access this resource.'
  return permissionDenied(exchange, message, 'the meeting is neither yours nor one of an organization that you own')
}
