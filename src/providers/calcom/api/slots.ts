// Slots: the open starts of an event type by day, and the reservation of one.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import {
  checkArgument,
  checkParameters,
  dayOrInstant,
  type Instant,
  instant,
  listOf,
  oneOf,
  parameters,
  text,
  whole,
} from '../../api/parameters.ts'
import { maybeNumber, maybeText, type Schema, shapeOf } from '../../api/shape.ts'
import { data } from './envelope.ts'
import { number, uid } from './references.ts'

/** @see {@link https://cal.com/docs/api-reference/v2 Cal.com's API reference}, "Slots" */
export interface CalcomSlot {
  /** What `book` takes as `start`. */
  readonly start: string
  /** With `format: 'range'`. */
  readonly end?: string | null
  /** Of an event type with seats. */
  readonly attendeesCount?: number | null
  readonly bookingUid?: string | null
}

/** The slots of each day that has any, by `2026-11-23` in the requested time zone. */
export type CalcomSlots = Readonly<Record<string, readonly CalcomSlot[]>>

export interface CalcomReservation {
  readonly reservationUid: string
  readonly reservationUntil: string
  /** Minutes. */
  readonly reservationDuration?: number | null
  readonly eventTypeId?: number | null
  readonly slotStart?: string | null
  readonly slotEnd?: string | null
  readonly slotDuration?: number | null
}

/** The event type by `eventTypeId`, or by `eventTypeSlug` and its owner. */
export interface CalcomSlotsQuery {
  readonly eventTypeId?: number | undefined
  readonly eventTypeSlug?: string | undefined
  readonly username?: string | undefined
  readonly usernames?: readonly string[] | undefined
  readonly teamSlug?: string | undefined
  readonly organizationSlug?: string | undefined
  /** An instant, or a day such as `2026-11-23`. */
  readonly start: Instant
  /** An instant, or a day, which counts whole. */
  readonly end: Instant
  /** IANA name. Default UTC. */
  readonly timeZone?: string | undefined
  /** Minutes, of an event type with several lengths. */
  readonly duration?: number | undefined
  readonly format?: 'time' | 'range' | undefined
  /** Leaves out that booking, which is about to move. */
  readonly bookingUidToReschedule?: string | undefined
}

export interface CalcomNewReservation {
  readonly eventTypeId: number
  readonly slotStart: Instant
  /** Minutes, of an event type with several lengths. */
  readonly slotDuration?: number | undefined
  /** Minutes. Default 5. */
  readonly reservationDuration?: number | undefined
}

export interface SlotCalls {
  /** No scope. */
  slots(query: CalcomSlotsQuery, options?: CallOptions): Promise<CalcomSlots>
  /** Reserves a slot, so that it is not offered to others for a few minutes. No scope. */
  reserveSlot(reservation: CalcomNewReservation, options?: CallOptions): Promise<CalcomReservation>
  /** Ends a reservation before its time. No scope. */
  releaseSlot(reservationUid: string, options?: CallOptions): Promise<void>
}

const slots: Schema<CalcomSlots> = once(() =>
  z.record(
    z.string(),
    z.array(
      shapeOf<CalcomSlot>({
        start: z.string(),
        end: maybeText(),
        attendeesCount: maybeNumber(),
        bookingUid: maybeText(),
      }),
    ),
  ),
)

const reservation = once(() =>
  shapeOf<CalcomReservation>({
    reservationUid: z.string(),
    reservationUntil: z.string(),
    reservationDuration: maybeNumber(),
    eventTypeId: maybeNumber(),
    slotStart: maybeText(),
    slotEnd: maybeText(),
    slotDuration: maybeNumber(),
  }),
)

const slotsQuery = once(() =>
  parameters<CalcomSlotsQuery>({
    eventTypeId: number().optional(),
    eventTypeSlug: text().optional(),
    username: text().optional(),
    usernames: listOf(text(), { least: 1 }).optional(),
    teamSlug: text().optional(),
    organizationSlug: text().optional(),
    start: dayOrInstant(),
    end: dayOrInstant(),
    timeZone: text().optional(),
    duration: whole(1).optional(),
    format: oneOf('time', 'range').optional(),
    bookingUidToReschedule: uid().optional(),
  }),
)

const newReservation = once(() =>
  parameters<CalcomNewReservation>({
    eventTypeId: number(),
    slotStart: instant(),
    slotDuration: whole(1).optional(),
    reservationDuration: whole(1).optional(),
  }),
)

export function slotCalls(api: ApiCaller): SlotCalls {
  return {
    async slots(given, options) {
      const place = 'calcom.slots'
      const query = checkParameters(place, slotsQuery, given)
      return callApi(api, { place, path: '/v2/slots', query, shape: data(slots) }, options)
    },
    async reserveSlot(given, options) {
      const place = 'calcom.reserveSlot'
      const body = checkParameters(place, newReservation, given)
      const path = '/v2/slots/reservations'
      return callApi(api, { place, method: 'POST', path, body, shape: data(reservation) }, options)
    },
    async releaseSlot(reservationUid, options) {
      const place = 'calcom.releaseSlot'
      const path = `/v2/slots/reservations/${checkArgument(place, 'reservationUid', uid, reservationUid)}`
      return callApi<void>(api, { place, method: 'DELETE', path, shape: null }, options)
    },
  }
}
