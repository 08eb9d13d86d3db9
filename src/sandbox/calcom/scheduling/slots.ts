// Cal.com's slots of an event type, by day. No token is required.

import type { Answer } from '../../http/exchange.ts'
import { openSlots } from '../../time/availability.ts'
import { isoIn, isTimeZone } from '../../time/zone.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { invalidField, timeOf } from '../api/fields.ts'
import { success } from '../api/success.ts'
import { noticeMsOf, seatsOf } from '../resources/event-types-of.ts'
import { hoursOf } from '../resources/schedules-of.ts'
import { sharedAt, takenBy } from './booking-state.ts'
import { findEventType } from './find-event-type.ts'

/** The endpoint of this resource. */
export const slotRoutes: readonly CalcomRoute[] = [
  { method: 'GET', path: '/v2/slots', guard: 'public', scope: null, versions: ['2024-09-04'], answer: listSlots },
]

function listSlots(call: CalcomCall): Answer {
  const { world, exchange } = call
  const { query } = exchange
  const fields = Object.fromEntries(query)
  const from = timeOf(query.get('start'))
  const to = timeOf(query.get('end'))
  if (from === null)
    return invalidField(exchange, fields, 'start', ['isDateString', 'must be a valid ISO 8601 date string'])
  if (to === null)
    return invalidField(exchange, fields, 'end', ['isDateString', 'must be a valid ISO 8601 date string'])
  const zone = query.get('timeZone') ?? 'UTC'
  if (!isTimeZone(zone))
    return invalidField(exchange, fields, 'timeZone', ['isTimeZone', 'must be a valid IANA time-zone'])
  const found = findEventType(
    call,
    (name) => query.get(name) ?? query.get(name === 'username' ? 'usernames' : '') ?? undefined,
  )
  if ('refusal' in found) return found.refusal
  const { host, eventType } = found
  const minutes = Number(query.get('duration') ?? eventType.lengthInMinutes)
  if (!(minutes > 0)) return invalidField(exchange, fields, 'duration', ['isNumber', 'must be a number'])
  // A day without a time means the whole day.
  const end = /T/.test(query.get('end') ?? '') ? to : to + 86_400_000
  const except = query.get('bookingUidToReschedule') ?? undefined
  const taken = takenBy(world, found, { now: exchange.now, withReservations: true, except })
  const window = { from: Math.max(from, exchange.now + noticeMsOf(eventType) + 1), to: end }
  const days: Record<string, object[]> = {}
  const schedule = hoursOf(world, host, eventType)
  for (const at of openSlots({ ...schedule, minutes, taken }, window)) {
    const start = isoIn(zone, at)
    const shared = seatsOf(eventType) === null ? null : sharedAt(world, eventType.id, at)
    const slot = {
      start,
      ...(query.get('format') === 'range' ? { end: isoIn(zone, at + minutes * 60_000) } : {}),
      ...(shared === null ? {} : { attendeesCount: shared.attendees.length, bookingUid: shared.uid }),
    }
    days[start.slice(0, 10)] = [...(days[start.slice(0, 10)] ?? []), slot]
  }
  return success(days)
}
