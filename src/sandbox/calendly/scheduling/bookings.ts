// `POST /invitees` books. There is no hold, no idempotency key and no 409: a repeated request may book twice,
// unless the first one took the slot. Unknown fields are ignored; the length cannot be chosen.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { bookingLimit } from '../api/limits.ts'
import { inviteeResource } from '../resources/booking-resource.ts'
import { eventTypeById } from '../resources/event-types-of.ts'
import { uuidIn } from '../resources/uris.ts'
import { wrongAnswers } from './booking-answers.ts'
import { readBookingRequest } from './booking-body.ts'
import { choosePlace } from './booking-location.ts'
import { book } from './booking-state.ts'
import { refuseSlot } from './slot-errors.ts'

/** The endpoints of this resource. */
export const bookingRoutes: readonly CalendlyRoute[] = [
  { method: 'POST', path: '/invitees', scope: 'scheduled_events:write', answer: createInvitee },
]

function createInvitee(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const limited = bookingLimit(call)
  if (limited !== null) return limited
  const read = readBookingRequest(call)
  if ('refusal' in read) return read.refusal
  const { requested } = read
  const found = eventTypeById(world, uuidIn(world, requested.eventType, 'event_types') ?? '')
  if (found === null || !found.eventType.active) {
    return notFound(exchange, 'this event type does not exist, or it is not active')
  }
  const { host, eventType } = found
  if (host.organization !== account.organization) {
    const message = 'You do not have permission to access this resource.'
    return permissionDenied(exchange, message, 'the event type belongs to another organization')
  }
  const { switches } = world.state
  const { startsAt, location, guests, invitee } = requested
  const chosen = choosePlace(eventType, location, switches.calendlyLocationOmitted)
  const wrong = [
    ...('wrong' in chosen ? [chosen.wrong] : []),
    ...(switches.calendlyAnswersChecked ? wrongAnswers(eventType.custom_questions, invitee.answers) : []),
  ]
  if ('wrong' in chosen || wrong.length > 0) {
    const why = wrong.map(({ parameter, message }) => `${parameter} ${message}`).join('; ')
    return invalidArgument(exchange, `${why} for this event type`, wrong)
  }
  const refused = refuseSlot(call, found, startsAt)
  if (refused !== null) return refused
  const wish = { hosted: found, startsAt, place: chosen.place, guests, invitee: { ...invitee, method: 'api' as const } }
  const booked = book(world, exchange.now, wish)
  return jsonAnswer(201, { resource: inviteeResource(world, booked) })
}
