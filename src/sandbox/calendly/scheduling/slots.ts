// `GET /event_type_available_times`: the open starts of an event type, at most 31 days of them, without pages.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import { openSlots } from '../../time/availability.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { readSpan } from '../api/times.ts'
import { eventTypeById } from '../resources/event-types-of.ts'
import { uuidIn } from '../resources/uris.ts'
import { seatsLeft, takenBy } from './booking-state.ts'

/** The endpoints of this resource. */
export const availableTimeRoutes: readonly CalendlyRoute[] = [
  {
    method: 'GET',
    path: '/event_type_available_times',
    // The endpoint's page and the catalogue of scopes disagree.
    scope: (switches) => switches.calendlyAvailableTimesScope,
    answer: listTimes,
  },
]

function listTimes(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const id = uuidIn(world, exchange.query.get('event_type') ?? '', 'event_types')
  if (id === null) {
    const detail = [{ parameter: 'event_type', message: 'is invalid' }]
    return invalidArgument(exchange, 'event_type is missing or is not a full resource URI of this API', detail)
  }
  const span = readSpan(call, 31)
  if ('refusal' in span) return span.refusal
  if (span.from < exchange.now) {
    const detail = [{ parameter: 'start_time', message: 'start_time must be in the future' }]
    return invalidArgument(exchange, 'start_time is past', detail)
  }
  const found = eventTypeById(world, id)
  if (found === null) return notFound(exchange, 'this event type does not exist')
  const { host, eventType } = found
  if (host.organization !== account.organization) {
    const message = 'You do not have permission to access this resource.'
    return permissionDenied(exchange, message, 'the event type belongs to another organization')
  }
  const { timeZone } = host
  const availability = { timeZone, minutes: eventType.duration, taken: takenBy(world, found) }
  const window = { from: Math.max(span.from, exchange.now + found.noticeMs), to: span.to }
  const starts = eventType.active ? openSlots(availability, window) : []
  const collection = starts.map((at) => {
    const start = new Date(at).toISOString().replace('.000Z', 'Z')
    return {
      invitees_remaining: seatsLeft(world, found, at),
      scheduling_url: `${eventType.scheduling_url}/${start}`,
      start_time: start,
      status: 'available',
    }
  })
  return jsonAnswer(200, { collection })
}
