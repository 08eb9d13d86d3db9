// `GET /user_busy_times`: when a person is taken, at most 7 days of it, without pages.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import { overlaps } from '../../time/availability.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { requestedUser } from '../api/requested-user.ts'
import { readSpan } from '../api/times.ts'
import { eventUri, timestamp } from '../resources/uris.ts'

/** The endpoints of this resource. */
export const busyTimeRoutes: readonly CalendlyRoute[] = [
  { method: 'GET', path: '/user_busy_times', scope: 'availability:read', answer: listBusyTimes },
]

function listBusyTimes(call: CalendlyCall): Answer {
  const { world, exchange } = call
  const requested = requestedUser(call)
  if ('refusal' in requested) return requested.refusal
  const span = readSpan(call, 7)
  if ('refusal' in span) return span.refusal
  if (world.state.switches.calendlyExternalCalendar === 'fails') {
    const message = 'There is a problem accessing your calendar.'
    const why = 'the switch calendlyExternalCalendar says so'
    return apiError(exchange, { status: 424, title: 'External Calendar Error', message, why })
  }
  const collection = Object.values(world.state.calendly.events)
    .filter((row) => row.host === requested.user.id && row.cancellation === null)
    .filter((row) => overlaps(span, { from: row.startsAt, to: row.endsAt }))
    .sort((a, b) => a.startsAt - b.startsAt)
    .map((row) => ({
      buffered_end_time: timestamp(row.endsAt),
      buffered_start_time: timestamp(row.startsAt),
      end_time: timestamp(row.endsAt),
      event: { uri: eventUri(world, row.id) },
      start_time: timestamp(row.startsAt),
      type: 'calendly',
    }))
  return jsonAnswer(200, { collection })
}
