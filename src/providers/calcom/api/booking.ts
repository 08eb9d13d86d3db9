// A booking as Cal.com returns it.

import { z } from 'zod'
import { once } from '../../api/once.ts'
import {
  maybe,
  maybeFields,
  maybeFlag,
  maybeNumber,
  maybeText,
  type Open,
  type Schema,
  shapeOf,
} from '../../api/shape.ts'

/** @see {@link https://cal.com/docs/api-reference/v2 Cal.com's API reference}, "Bookings" */
export interface CalcomBooking {
  readonly uid: string
  readonly status: Open<'accepted' | 'pending' | 'cancelled' | 'rejected'>
  readonly start: string
  readonly end: string
  readonly createdAt: string
  readonly attendees: readonly CalcomAttendee[]
  readonly id?: number | null
  readonly title?: string | null
  readonly description?: string | null
  readonly hosts?: readonly CalcomHost[] | null
  /** Minutes. */
  readonly duration?: number | null
  readonly eventTypeId?: number | null
  readonly eventType?: { readonly id: number; readonly slug: string } | null
  readonly location?: unknown
  /** Deprecated by Cal.com in favour of `location`. */
  readonly meetingUrl?: string | null
  readonly absentHost?: boolean | null
  readonly guests?: readonly string[] | null
  readonly metadata?: Readonly<Record<string, unknown>> | null
  readonly bookingFieldsResponses?: Readonly<Record<string, unknown>> | null
  readonly icsUid?: string | null
  readonly recurringBookingUid?: string | null
  readonly cancellationReason?: string | null
  readonly cancelledByEmail?: string | null
  readonly rescheduledFromUid?: string | null
  readonly rescheduledToUid?: string | null
  readonly reschedulingReason?: string | null
  readonly rescheduledByEmail?: string | null
  readonly updatedAt?: string | null
}

export interface CalcomAttendee {
  readonly name: string
  readonly email?: string | null
  readonly displayEmail?: string | null
  /** IANA name. */
  readonly timeZone?: string | null
  readonly language?: string | null
  readonly absent?: boolean | null
  readonly phoneNumber?: string | null
  /** Of an event type with seats, as are the next two. */
  readonly seatUid?: string | null
  readonly bookingFieldsResponses?: Readonly<Record<string, unknown>> | null
  readonly metadata?: Readonly<Record<string, unknown>> | null
}

export interface CalcomHost {
  readonly id?: number | null
  readonly name?: string | null
  readonly email?: string | null
  readonly displayEmail?: string | null
  readonly username?: string | null
  readonly timeZone?: string | null
}

export const bookingResource: Schema<CalcomBooking> = once(() =>
  shapeOf<CalcomBooking>({
    uid: z.string(),
    status: z.string(),
    start: z.string(),
    end: z.string(),
    createdAt: z.string(),
    attendees: z.array(
      shapeOf<CalcomAttendee>({
        name: z.string(),
        email: maybeText(),
        displayEmail: maybeText(),
        timeZone: maybeText(),
        language: maybeText(),
        absent: maybeFlag(),
        phoneNumber: maybeText(),
        seatUid: maybeText(),
        bookingFieldsResponses: maybeFields(),
        metadata: maybeFields(),
      }),
    ),
    id: maybeNumber(),
    title: maybeText(),
    description: maybeText(),
    hosts: maybe(
      z.array(
        shapeOf<CalcomHost>({
          id: maybeNumber(),
          name: maybeText(),
          email: maybeText(),
          displayEmail: maybeText(),
          username: maybeText(),
          timeZone: maybeText(),
        }),
      ),
    ),
    duration: maybeNumber(),
    eventTypeId: maybeNumber(),
    eventType: maybe(shapeOf<{ id: number; slug: string }>({ id: z.number(), slug: z.string() })),
    location: z.unknown().optional(),
    meetingUrl: maybeText(),
    absentHost: maybeFlag(),
    guests: maybe(z.array(z.string())),
    metadata: maybeFields(),
    bookingFieldsResponses: maybeFields(),
    icsUid: maybeText(),
    recurringBookingUid: maybeText(),
    cancellationReason: maybeText(),
    cancelledByEmail: maybeText(),
    rescheduledFromUid: maybeText(),
    rescheduledToUid: maybeText(),
    reschedulingReason: maybeText(),
    rescheduledByEmail: maybeText(),
    updatedAt: maybeText(),
  }),
)

/** What a cancellation returns: the booking, or those of a series. */
export const bookingOrSeries: Schema<CalcomBooking | readonly CalcomBooking[]> = once(() =>
  z.union([bookingResource(), z.array(bookingResource()).min(1)]),
)
