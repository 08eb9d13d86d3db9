// What Cal.com's webhooks bring, as its source and the facts of November 2026 say. Bodies are not checked against these
// types; a payload that is not documented here is `unknown`.

import type { Open } from '../api/shape.ts'

/** The envelope of a webhook without a template. */
export interface CalcomWebhookBody<Name extends string, Payload> {
  readonly triggerEvent: Name
  readonly createdAt: string
  readonly payload: Payload
}

/** A person of a booking. */
export interface CalcomWebhookPerson {
  readonly name: string
  readonly email?: string | null
  /** IANA name. */
  readonly timeZone?: string | null
  readonly language?: { readonly locale?: string | null } | null
  readonly utcOffset?: number | null
}

/** A booking as webhooks bring it. Times end in `Z` or in an offset. */
export interface CalcomBookingPayload {
  readonly uid: string
  readonly startTime: string
  readonly endTime: string
  readonly attendees: readonly CalcomWebhookPerson[]
  readonly organizer?: (CalcomWebhookPerson & { readonly id?: number; readonly username?: string | null }) | null
  readonly title?: string | null
  /** The slug of the event type. */
  readonly type?: string | null
  readonly description?: string | null
  readonly bookingId?: number | null
  readonly eventTypeId?: number | null
  readonly eventTitle?: string | null
  readonly location?: string | null
  readonly responses?: Readonly<Record<string, unknown>> | null
  readonly iCalUID?: string | null
  readonly iCalSequence?: number | null
  /** Minutes. */
  readonly length?: number | null
  readonly price?: number | null
  readonly currency?: string | null
  readonly requiresConfirmation?: boolean | null
  readonly metadata?: Readonly<Record<string, unknown>> | null
  readonly status?: Open<'ACCEPTED' | 'PENDING' | 'CANCELLED' | 'REJECTED'> | null
  readonly organizationId?: number | null
}

export interface CalcomCancelledPayload extends CalcomBookingPayload {
  readonly cancellationReason?: string | null
  readonly cancelledBy?: string | null
  /** Whether the host asks the attendee to book another time. */
  readonly requestReschedule?: boolean | null
}

/** The new booking, and which one it replaces. */
export interface CalcomRescheduledPayload extends CalcomBookingPayload {
  readonly rescheduleUid?: string | null
  readonly rescheduleId?: number | null
  readonly rescheduleStartTime?: string | null
  readonly rescheduleEndTime?: string | null
}

/** Who did not come, by Cal.com's source; the documentation does not show it. */
export interface CalcomNoShowPayload {
  readonly bookingUid: string
  readonly bookingId?: number | null
  readonly message?: string | null
  readonly attendees?: readonly { readonly email: string; readonly noShow: boolean }[] | null
}

/** The bodies by Cal.com's word for the event. Those of meetings that begin or end have been seen without an envelope. */
// A type, since an interface has no index signature: without one it is not assignable to the bodies of any client.
export type CalcomWebhookBodies = {
  readonly BOOKING_CREATED: CalcomWebhookBody<'BOOKING_CREATED', CalcomBookingPayload>
  readonly BOOKING_REQUESTED: CalcomWebhookBody<'BOOKING_REQUESTED', CalcomBookingPayload>
  readonly BOOKING_REJECTED: CalcomWebhookBody<'BOOKING_REJECTED', CalcomBookingPayload>
  readonly BOOKING_RESCHEDULED: CalcomWebhookBody<'BOOKING_RESCHEDULED', CalcomRescheduledPayload>
  readonly BOOKING_CANCELLED: CalcomWebhookBody<'BOOKING_CANCELLED', CalcomCancelledPayload>
  readonly BOOKING_PAYMENT_INITIATED: unknown
  readonly BOOKING_PAID: unknown
  readonly BOOKING_NO_SHOW_UPDATED: CalcomWebhookBody<'BOOKING_NO_SHOW_UPDATED', CalcomNoShowPayload>
  readonly FORM_SUBMITTED: unknown
  readonly FORM_SUBMITTED_NO_EVENT: unknown
  readonly MEETING_STARTED: unknown
  readonly MEETING_ENDED: unknown
  readonly RECORDING_READY: unknown
  readonly RECORDING_TRANSCRIPTION_GENERATED: unknown
  readonly INSTANT_MEETING: unknown
  readonly OOO_CREATED: unknown
  readonly AFTER_HOSTS_CAL_VIDEO_NO_SHOW: unknown
  readonly AFTER_GUESTS_CAL_VIDEO_NO_SHOW: unknown
  readonly ROUTING_FORM_FALLBACK_HIT: unknown
  readonly WRONG_ASSIGNMENT_REPORT: unknown
}
