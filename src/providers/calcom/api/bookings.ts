// Bookings, made and changed. Booking, canceling and rescheduling need no scope at Cal.com, only the uid.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import {
  checkArgument,
  checkParameters,
  email,
  fields,
  flag,
  type Instant,
  instant,
  listOf,
  type Parameter,
  parameters,
  text,
  whole,
} from '../../api/parameters.ts'
import type { Schema } from '../../api/shape.ts'
import { bookingOrSeries, bookingResource, type CalcomBooking } from './booking.ts'
import { data } from './envelope.ts'
import { number, uid } from './references.ts'

/** The event type by `eventTypeId`, or by `eventTypeSlug` with `username` or `teamSlug`. */
export interface CalcomNewBooking {
  /** One of the event type's `slots`. */
  readonly start: Instant
  /** With an `email`, or a `phoneNumber`. */
  readonly attendee: {
    readonly name: string
    /** IANA name. */
    readonly timeZone: string
    readonly email?: string | undefined
    readonly phoneNumber?: string | undefined
    readonly language?: string | undefined
  }
  readonly eventTypeId?: number | undefined
  readonly eventTypeSlug?: string | undefined
  readonly username?: string | undefined
  readonly teamSlug?: string | undefined
  readonly organizationSlug?: string | undefined
  /** E-mail addresses. */
  readonly guests?: readonly string[] | undefined
  readonly location?: Readonly<Record<string, unknown>> | undefined
  /** At most 50 names of at most 40 characters, with texts of at most 500. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly bookingFieldsResponses?: Readonly<Record<string, unknown>> | undefined
  /** Of an event type with several lengths. */
  readonly lengthInMinutes?: number | undefined
  readonly routing?: Readonly<Record<string, unknown>> | undefined
  readonly emailVerificationCode?: string | undefined
}

export interface CalcomCancel {
  /** A host must give one. */
  readonly cancellationReason?: string | undefined
  readonly cancelSubsequentBookings?: boolean | undefined
  /** Gives up one seat instead of the whole booking. */
  readonly seatUid?: string | undefined
}

export interface CalcomReschedule {
  readonly start: Instant
  /** Of an event type with seats: the one that moves. */
  readonly seatUid?: string | undefined
  readonly rescheduledBy?: string | undefined
  readonly reschedulingReason?: string | undefined
  readonly emailVerificationCode?: string | undefined
}

/** At least one of both. Who is not named keeps their mark. */
export interface CalcomAbsence {
  readonly host?: boolean | undefined
  readonly attendees?: readonly { readonly email: string; readonly absent: boolean }[] | undefined
}

export interface BookingCalls {
  /**
   * Books once; for recurring and instant bookings call `connection.fetch` itself. No scope. `provider_refused`, reason
   * `slot_taken`: the slot has been booked. `provider_unavailable`, reason `outcome_unknown`: it may have been booked;
   * look with `bookingsOf`.
   */
  book(booking: CalcomNewBooking, options?: CallOptions): Promise<CalcomBooking>
  /** No scope. */
  booking(uid: string, options?: CallOptions): Promise<CalcomBooking>
  /** Cancels it; it stays readable. Of a series that is cancelled, returns the booking with that uid. No scope. */
  cancel(uid: string, cancel?: CalcomCancel, options?: CallOptions): Promise<CalcomBooking>
  /** Moves it, and returns the new booking, which has another uid. No scope. */
  reschedule(uid: string, reschedule: CalcomReschedule, options?: CallOptions): Promise<CalcomBooking>
  /** Confirms a booking that waits for confirmation. Scope `BOOKING_WRITE`. */
  confirm(uid: string, options?: CallOptions): Promise<CalcomBooking>
  /** Declines a booking that waits for confirmation. Scope `BOOKING_WRITE`. */
  decline(uid: string, options?: CallOptions): Promise<CalcomBooking>
  /** Marks who did not come, or takes the mark away. Scope `BOOKING_WRITE`. */
  markAbsent(uid: string, absence: CalcomAbsence, options?: CallOptions): Promise<CalcomBooking>
}

const metadata = {
  error: 'must have at most 50 names of at most 40 characters, with texts of at most 500',
}

type Named = Partial<CalcomNewBooking> & { readonly attendee?: Partial<CalcomNewBooking['attendee']> }

export const newBooking: () => Parameter<CalcomNewBooking> = once(() =>
  parameters<CalcomNewBooking>({
    start: instant(),
    attendee: parameters<CalcomNewBooking['attendee']>({
      name: text(),
      timeZone: text(),
      email: email().optional(),
      phoneNumber: text().optional(),
      language: text().optional(),
    }).refine((person) => hasOne(person, 'email', 'phoneNumber'), { error: 'must have an "email" or a "phoneNumber"' }),
    eventTypeId: number().optional(),
    eventTypeSlug: text().optional(),
    username: text().optional(),
    teamSlug: text().optional(),
    organizationSlug: text().optional(),
    guests: listOf(email()).optional(),
    location: fields().optional(),
    metadata: z
      .record(z.string().max(40), z.string().max(500), metadata)
      .refine((given) => Object.keys(given).length <= 50, metadata)
      .optional(),
    bookingFieldsResponses: fields().optional(),
    lengthInMinutes: whole(1).optional(),
    routing: fields().optional(),
    emailVerificationCode: text().optional(),
  }).refine((booking) => isNamed(booking as Named), {
    path: ['eventTypeId'],
    error: 'must be given, or "eventTypeSlug" with "username" or "teamSlug"',
  }),
)

const cancelBody = once(() =>
  parameters<CalcomCancel>({
    cancellationReason: text().optional(),
    cancelSubsequentBookings: flag().optional(),
    seatUid: text().optional(),
  }),
)

const rescheduleBody = once(() =>
  parameters<CalcomReschedule>({
    start: instant(),
    seatUid: text().optional(),
    rescheduledBy: text().optional(),
    reschedulingReason: text().optional(),
    emailVerificationCode: text().optional(),
  }),
)

// As the published API description says: schema MarkAbsentBookingInput_2024_08_13.
const absence = once(() =>
  parameters<CalcomAbsence>({
    host: flag().optional(),
    attendees: listOf(parameters<{ email: string; absent: boolean }>({ email: email(), absent: flag() }), {
      least: 1,
    }).optional(),
  }).refine((given) => hasOne(given, 'host', 'attendees'), { path: ['attendees'], error: 'must be given, or "host"' }),
)

export function bookingCalls(api: ApiCaller): BookingCalls {
  return {
    async book(given, options) {
      const place = 'calcom.book'
      const body = checkParameters(place, newBooking, given)
      return callApi(api, { place, method: 'POST', path: '/v2/bookings', body, shape: data(bookingResource) }, options)
    },
    async booking(uid, options) {
      const place = 'calcom.booking'
      return callApi(api, { place, path: pathOf(place, uid), shape: data(bookingResource) }, options)
    },
    async cancel(uid, given, options) {
      const body = checkParameters('calcom.cancel', cancelBody, given)
      const found = await change('calcom.cancel', uid, 'cancel', body, bookingOrSeries, options)
      const series = Array.isArray(found) ? (found as readonly CalcomBooking[]) : [found as CalcomBooking]
      return series.find((one) => one.uid === uid) ?? (series[0] as CalcomBooking)
    },
    async reschedule(uid, given, options) {
      const body = checkParameters('calcom.reschedule', rescheduleBody, given)
      return change('calcom.reschedule', uid, 'reschedule', body, bookingResource, options)
    },
    confirm: async (uid, options) => change('calcom.confirm', uid, 'confirm', {}, bookingResource, options),
    decline: async (uid, options) => change('calcom.decline', uid, 'decline', {}, bookingResource, options),
    async markAbsent(uid, given, options) {
      const body = checkParameters('calcom.markAbsent', absence, given)
      return change('calcom.markAbsent', uid, 'mark-absent', body, bookingResource, options)
    },
  }

  function change<Value>(
    place: string,
    uid: string,
    how: string,
    body: Record<string, unknown>,
    shape: Schema<Value>,
    options?: CallOptions,
  ): Promise<Value> {
    const path = `${pathOf(place, uid)}/${how}`
    return callApi(api, { place, method: 'POST', path, body, shape: data(shape) }, options)
  }
}

function pathOf(place: string, given: string): string {
  return `/v2/bookings/${checkArgument(place, 'uid', uid, given)}`
}

function isNamed({ eventTypeId, eventTypeSlug, username, teamSlug }: Named): boolean {
  return eventTypeId !== undefined || (eventTypeSlug !== undefined && (username ?? teamSlug) !== undefined)
}

function hasOne(value: unknown, ...names: readonly string[]): boolean {
  return names.some((name) => (value as Record<string, unknown>)[name] !== undefined)
}
