// Creates, reads, moves and deletes reservations of Cal.com's slots. No token is required, but for a length of one's own.

import type { Answer } from '../../http/exchange.ts'
import { isOpenSlot, overlaps } from '../../time/availability.ts'
import type { CalcomAccount } from '../../world/accounts.ts'
import type { ReservationRow } from '../../world/calcom-rows.ts'
import { ownProperty } from '../../world/own-property.ts'
import { uuid } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { fieldsOf, invalidField, timeOf } from '../api/fields.ts'
import { success } from '../api/success.ts'
import { type HostedEventType, noticeMsOf, seatsOf } from '../resources/event-types-of.ts'
import { hoursOf } from '../resources/schedules-of.ts'
import { takenBy } from './booking-state.ts'
import { findEventType } from './find-event-type.ts'

const common = { guard: 'public', scope: null, versions: ['2024-09-04'] } as const

/** The endpoints of this resource. */
export const reservationRoutes: readonly CalcomRoute[] = [
  { ...common, method: 'POST', path: '/v2/slots/reservations', answer: (call) => reserve(call, null) },
  { ...common, method: 'GET', path: '/v2/slots/reservations/:uid', answer: read },
  { ...common, method: 'PATCH', path: '/v2/slots/reservations/:uid', answer: move },
  { ...common, method: 'DELETE', path: '/v2/slots/reservations/:uid', answer: remove },
]

/** Returns null for a reservation that has ended. */
function read(call: CalcomCall): Answer {
  const row = find(call)
  return success(row === null ? null : resource(row))
}

function move(call: CalcomCall): Answer {
  const row = find(call)
  return row === null ? absent(call) : reserve(call, row)
}

function remove(call: CalcomCall): Answer {
  const row = find(call)
  if (row === null) return absent(call)
  delete call.world.state.calcom.reservations[row.uid]
  call.world.changed()
  return success(undefined)
}

/** Holds the slot that the body names, for a new reservation or for an existing one. */
function reserve(call: CalcomCall, before: ReservationRow | null): Answer {
  const { world, exchange } = call
  const fields = fieldsOf(exchange)
  const found = findEventType(call, (name) =>
    name === 'eventTypeId' ? (fields.eventTypeId ?? 'undefined') : undefined,
  )
  if ('refusal' in found) return found.refusal
  const { host, eventType } = found
  if (before === null && fields.reservationDuration !== undefined) {
    const refused = refuseDuration(call, host)
    if (refused !== null) return refused
  }
  const startsAt = timeOf(fields.slotStart)
  if (startsAt === null) {
    return invalidField(exchange, fields, 'slotStart', ['isDateString', 'must be a valid ISO 8601 date string'])
  }
  const minutes = typeof fields.slotDuration === 'number' ? fields.slotDuration : eventType.lengthInMinutes
  const kept = typeof fields.reservationDuration === 'number' ? fields.reservationDuration : 5
  const refused = refuseReservation(call, found, { startsAt, minutes, except: before?.uid })
  if (refused !== null) return refused
  const row: ReservationRow = {
    uid: before?.uid ?? uuid(world.random(16)),
    eventTypeId: eventType.id,
    host: host.id,
    minutes: kept,
    startsAt,
    endsAt: startsAt + minutes * 60_000,
    until: exchange.now + kept * 60_000,
  }
  dropPassed(world, exchange.now)
  world.state.calcom.reservations[row.uid] = row
  world.changed()
  return success(resource(row), before === null ? 201 : 200)
}

/** A length of one's own is for those who belong to the host. */
function refuseDuration({ exchange, account }: CalcomCall, host: CalcomAccount): Answer | null {
  if (account === null) {
    const message =
      'reservationDuration can only be used for authenticated requests - use access token, api key or OAuth credentials'
    return apiError(exchange, 401, message, 'reservationDuration is given without a token')
  }
  const isShared = account.organizationId !== null && account.organizationId === host.organizationId
  if (account.id === host.id || isShared) return null
  const message =
    "authenticated user is not owner of event type, does not have memberships in common with owner of the event type, nor does belong to event type's team or org."
  return apiError(
    exchange,
    403,
    message,
    'reservationDuration is for the owner of the event type, and their organization',
  )
}

/** Why the slot cannot be held; null when it can. A slot of which others hold a seat is still open. */
function refuseReservation(
  { world, exchange }: CalcomCall,
  hosted: HostedEventType,
  { startsAt, minutes, except }: { startsAt: number; minutes: number; except: string | undefined },
): Answer | null {
  const { host, eventType } = hosted
  const span = { from: startsAt, to: startsAt + minutes * 60_000 }
  const meets = (withReservations: boolean): boolean =>
    takenBy(world, hosted, { now: exchange.now, withReservations, except }).some((one) => overlaps(one, span))
  if (meets(false)) {
    const message =
      seatsOf(eventType) === null
        ? "Can't reserve a slot if the event is already booked."
        : `Booking with id=${eventType.id} at ${new Date(startsAt).toISOString()} has no more seats left.`
    return apiError(exchange, 422, message, 'the host has another booking then')
  }
  if (meets(true)) {
    const message = 'This time slot is already reserved by another user. Please choose a different time.'
    return apiError(exchange, 422, message, 'the slot is reserved')
  }
  const availability = { ...hoursOf(world, host, eventType), minutes, taken: [] }
  if (startsAt > exchange.now + noticeMsOf(eventType) && isOpenSlot(availability, startsAt)) return null
  return apiError(
    exchange,
    400,
    'The slot is not available.',
    'the slot is past, too soon, or outside of the host’s hours',
  )
}

function dropPassed({ state }: World, now: number): void {
  const { reservations } = state.calcom
  for (const [uid, row] of Object.entries(reservations)) if (row.until <= now) delete reservations[uid]
}

function find({ world, exchange, params }: CalcomCall): ReservationRow | null {
  const row = ownProperty(world.state.calcom.reservations, params.uid)
  return row !== undefined && row.until > exchange.now ? row : null
}

function absent({ exchange, params }: CalcomCall): Answer {
  const message = `Reservation with uid=${params.uid} was not found.`
  return apiError(exchange, 404, message, 'this reservation does not exist, or it is over')
}

function resource(row: ReservationRow): object {
  const iso = (at: number): string => new Date(at).toISOString()
  return {
    eventTypeId: row.eventTypeId,
    slotStart: iso(row.startsAt),
    slotEnd: iso(row.endsAt),
    slotDuration: (row.endsAt - row.startsAt) / 60_000,
    reservationUid: row.uid,
    reservationDuration: row.minutes,
    reservationUntil: iso(row.until),
  }
}
