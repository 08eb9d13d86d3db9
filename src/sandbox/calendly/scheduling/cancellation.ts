// `POST /scheduled_events/{uuid}/cancellation`. Of the three 403s, "already canceled" means that all is well.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import { ownProperty } from '../../world/own-property.ts'
import { bodyOf, type CalendlyCall, type CalendlyRoute } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { cancellationResource } from '../resources/booking-resource.ts'
import { cancel, mayManage } from './booking-state.ts'

/** The endpoints of this resource. */
export const cancellationRoutes: readonly CalendlyRoute[] = [
  {
    method: 'POST',
    path: '/scheduled_events/:uuid/cancellation',
    scope: 'scheduled_events:write',
    answer: cancelEvent,
  },
]

function cancelEvent({ world, exchange, account, params }: CalendlyCall): Answer {
  const body = exchange.body === '' ? {} : bodyOf(exchange)
  if (body === null) return invalidArgument(exchange, 'the body is not a JSON object')
  const row = ownProperty(world.state.calendly.events, params.uuid)
  if (row === undefined) return notFound(exchange, 'this meeting does not exist')
  const denied = (message: string, why: string): Answer => permissionDenied(exchange, message, why)
  if (!mayManage(account, row)) {
    return denied('You are not allowed to cancel this event', 'the meeting is neither yours nor of your organization')
  }
  if (row.cancellation !== null) return denied('Event is already canceled', 'the meeting has been canceled before')
  if (row.endsAt <= exchange.now) return denied('Event in the past', 'the meeting is over')
  const reason = typeof body.reason === 'string' ? body.reason : null
  if ((reason?.length ?? 0) > 10_000) {
    const detail = [{ parameter: 'reason', message: 'is invalid' }]
    return invalidArgument(exchange, 'reason is longer than 10000 characters', detail)
  }
  if (reason !== null && world.state.switches.calendlyCancelReasonRefused) {
    return invalidArgument(exchange, 'a reason is given, and the switch calendlyCancelReasonRefused is on')
  }
  cancel(world, exchange.now, row, { by: account.name, type: 'host', reason })
  return row.cancellation === null
    ? notFound(exchange, 'the meeting no longer exists')
    : jsonAnswer(201, { resource: cancellationResource(row.cancellation) })
}
