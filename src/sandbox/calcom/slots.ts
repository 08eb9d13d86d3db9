// Cal.com's slots: the open starts of an event type by day, and a slot kept for a while. Nobody has to be known.

import type { Answer } from '../exchange.ts'
import { isOpening, openings } from '../openings.ts'
import { uuid } from '../seal.ts'
import { isoIn, isTimeZone } from '../zone.ts'
import { fieldsOf, invalidField, timeOf } from './body.ts'
import { findBookable, takenBy } from './bookable.ts'
import type { CalcomCall, CalcomRoute } from './call.ts'
import { apiError, success } from './envelope.ts'
import { hoursOf } from './hours.ts'
import type { ReservationRow } from './rows.ts'

const common = { guard: 'public', scope: null, versions: ['2024-09-04'] } as const

/** The endpoints of this resource. */
export const slotRoutes: readonly CalcomRoute[] = [
  { ...common, method: 'GET', path: '/v2/slots', answer: listSlots },
  { ...common, method: 'POST', path: '/v2/slots/reservations', answer: reserve },
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
  const found = findBookable(
    call,
    (name) => query.get(name) ?? query.get(name === 'username' ? 'usernames' : '') ?? undefined,
  )
  if ('refusal' in found) return found.refusal
  const { host, eventType } = found
  const minutes = Number(query.get('duration') ?? eventType.lengthInMinutes)
  if (!(minutes > 0)) return invalidField(exchange, fields, 'duration', ['isNumber', 'must be a number'])
  // A day without a time means the whole day.
  const end = /T/.test(query.get('end') ?? '') ? to : to + 86_400_000
  const taken = takenBy(world, host.id, exchange.now, true, query.get('bookingUidToReschedule') ?? undefined)
  const window = { from: Math.max(from, exchange.now + 1), to: end }
  const days: Record<string, object[]> = {}
  const schedule = hoursOf(world, host)
  for (const at of openings(schedule.timeZone, minutes, window, taken, schedule.hoursOn)) {
    const start = isoIn(zone, at)
    const slot = query.get('format') === 'range' ? { start, end: isoIn(zone, at + minutes * 60_000) } : { start }
    days[start.slice(0, 10)] = [...(days[start.slice(0, 10)] ?? []), slot]
  }
  return success(days)
}

function reserve(call: CalcomCall): Answer {
  const { world, exchange } = call
  const fields = fieldsOf(exchange)
  const found = findBookable(call, (name) => (name === 'eventTypeId' ? (fields.eventTypeId ?? 'undefined') : undefined))
  if ('refusal' in found) return found.refusal
  const { host, eventType } = found
  const startsAt = timeOf(fields.slotStart)
  if (startsAt === null) {
    return invalidField(exchange, fields, 'slotStart', ['isDateString', 'must be a valid ISO 8601 date string'])
  }
  const minutes = typeof fields.slotDuration === 'number' ? fields.slotDuration : eventType.lengthInMinutes
  const reservationDuration = typeof fields.reservationDuration === 'number' ? fields.reservationDuration : 5
  const taken = takenBy(world, host.id, exchange.now, true)
  const schedule = hoursOf(world, host)
  const isOpen = isOpening(schedule.timeZone, minutes, startsAt, taken, schedule.hoursOn)
  if (startsAt <= exchange.now || !isOpen) {
    const message = 'The slot is not available.'
    return apiError(exchange, 400, message, 'the slot is past, taken, reserved, or outside of the host’s hours')
  }
  const row: ReservationRow = {
    ...{ uid: uuid(world.random(16)), eventTypeId: eventType.id, host: host.id },
    ...{ startsAt, endsAt: startsAt + minutes * 60_000, until: exchange.now + reservationDuration * 60_000 },
  }
  const { reservations } = world.state.calcom
  for (const [uid, one] of Object.entries(reservations)) if (one.until <= exchange.now) delete reservations[uid]
  reservations[row.uid] = row
  world.changed()
  const iso = (at: number): string => new Date(at).toISOString()
  return success(
    {
      ...{
        eventTypeId: row.eventTypeId,
        slotStart: iso(row.startsAt),
        slotEnd: iso(row.endsAt),
        slotDuration: minutes,
      },
      ...{ reservationUid: row.uid, reservationDuration, reservationUntil: iso(row.until) },
    },
    201,
  )
}
