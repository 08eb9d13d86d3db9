// `POST /invitees`: books. There is no hold, no idempotency key and no 409: whoever repeats a lost request may book twice,
// unless the slot is taken by the first. Fields that nobody knows are ignored.

import type { Answer } from '../../http/exchange.ts'
import { jsonAnswer } from '../../http/exchange.ts'
import { isOpening, overlaps } from '../../time/availability.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { uuidIn } from '../api/call.ts'
import { notFound, permissionDenied } from '../api/errors.ts'
import { bookingLimit } from '../api/limits.ts'
import { inviteeResource } from '../resources/booking-resource.ts'
import { readWish } from './booking-body.ts'
import { book, takenBy } from './booking-state.ts'
import type { EventType } from './event-types.ts'
import { findEventType } from './event-types.ts'
import { slotClosed, slotTaken } from './slot-errors.ts'

/** The endpoints of this resource. */
export const bookingRoutes: readonly CalendlyRoute[] = [
  { method: 'POST', path: '/invitees', scope: 'scheduled_events:write', answer: createInvitee },
]

function createInvitee(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const limited = bookingLimit(call)
  if (limited !== null) return limited
  const read = readWish(call)
  if ('refusal' in read) return read.refusal
  const { wish } = read
  const found = findEventType(world, uuidIn(world, wish.eventType, 'event_types') ?? '')
  if (found === null || !found.eventType.active) {
    return notFound(exchange, 'there is no such event type, or it is not active')
  }
  const { host, eventType } = found
  if (host.organization !== account.organization) {
    const message = 'You do not have permission to access this resource.'
    return permissionDenied(exchange, message, 'the event type belongs to another organization')
  }
  const refused = refuseSlot(call, host, eventType, wish.startsAt)
  if (refused !== null) return refused
  const { location, guests, invitee } = wish
  const row = book(world, exchange.now, {
    ...{ host, eventType, startsAt: wish.startsAt, location, guests },
    invitee: { ...invitee, method: 'api' },
  })
  return jsonAnswer(201, { resource: inviteeResource(world, row) })
}

/** Why the slot cannot be had; null when it can. `except` is a meeting that is about to leave its slot. */
export function refuseSlot(
  call: CalendlyCall,
  host: CalendlyAccount,
  eventType: Pick<EventType, 'duration'>,
  startsAt: number,
  except?: string,
): Answer | null {
  const taken = takenBy(call.world, host.id, except)
  const span = { from: startsAt, to: startsAt + eventType.duration * 60_000 }
  if (startsAt <= call.exchange.now) return slotClosed(call, 'the start time is past')
  if (taken.some((one) => overlaps(one, span))) return slotTaken(call, host)
  if (isOpening(host.timeZone, eventType.duration, startsAt, taken)) return null
  return slotClosed(call, 'the start time is not one of the event type’s available times')
}
