// `POST /scheduling_links`: a link that is good for one booking. Nothing of the sandbox opens it.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import { hex } from '../../world/seal.ts'
import { bodyOf, type CalendlyCall, type CalendlyRoute } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { eventTypeById } from '../resources/event-types-of.ts'
import { uuidIn } from '../resources/uris.ts'

/** The endpoints of this resource. */
export const schedulingLinkRoutes: readonly CalendlyRoute[] = [
  { method: 'POST', path: '/scheduling_links', scope: 'scheduling_links:write', answer: createLink },
]

function createLink({ world, exchange, account }: CalendlyCall): Answer {
  const { max_event_count: count, owner, owner_type: type } = bodyOf(exchange) ?? {}
  const id = typeof owner === 'string' ? uuidIn(world, owner, 'event_types') : null
  const wrong = count !== 1 ? 'max_event_count' : type !== 'EventType' ? 'owner_type' : id === null ? 'owner' : null
  if (wrong !== null) {
    const detail = [{ parameter: wrong, message: 'is invalid' }]
    return invalidArgument(exchange, `${wrong} is not what it must be: 1, "EventType", an event type’s URI`, detail)
  }
  const found = eventTypeById(world, id ?? '')
  if (found === null) return notFound(exchange, 'this event type does not exist')
  if (found.host.organization !== account.organization) {
    const message = 'You do not have permission to access this resource.'
    return permissionDenied(exchange, message, 'the event type belongs to another organization')
  }
  const name = hex(world.random(4)).replace(/^(.{4})/, '$1-')
  const resource = {
    booking_url: `https://calendly.com/d/${name}/${found.eventType.slug}`,
    owner,
    owner_type: 'EventType',
  }
  return jsonAnswer(201, { resource })
}
