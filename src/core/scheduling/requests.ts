// What the verbs of the model take, and what they return beside the model's own objects.

import type { QueueOptions } from '../calls.ts'
import type { Can } from './capabilities.ts'
import type {
  AnswerValue,
  Attendee,
  Booking,
  BookingStatus,
  EventType,
  Hold,
  Slot,
  Utm,
  VideoService,
} from './model.ts'

/** An instant: a `Date`, or an ISO text that says its offset from UTC, such as `2026-11-23T09:00:00+01:00`. */
export type Time = string | Date

/** How the calls of a verb are made. */
export interface VerbOptions extends QueueOptions {
  readonly signal?: AbortSignal
  /** Milliseconds for each call. Default 30 000. */
  readonly deadlineMs?: number
}

export interface VerbListOptions extends VerbOptions {
  /** The `position` of an earlier iteration, to continue there. It is sealed for its connection, verb and query. */
  readonly from?: string
}

/** What makes a change happen once. */
export interface KeyOptions extends VerbOptions {
  /**
   * The host application's own name for this change, 1 to 255 characters. The same key with the same request returns
   * what came of it, for 30 days.
   */
  readonly key: string
}

export interface EventTypesQuery {
  /** `true`: only those that can be booked. */
  readonly active?: boolean | undefined
}

export interface SlotsQuery {
  /** An event type or its id. */
  readonly eventType: string | EventType
  readonly from: Time
  /** Not included. */
  readonly to: Time
  /** IANA name. Default: the account's own, else UTC. */
  readonly timeZone?: string | undefined
  /** One of the event type's `durations`. */
  readonly durationMinutes?: number | undefined
}

/** The slot to hold: one of `slots`, or an event type (or its id) with a start. */
export interface SlotRef extends Pick<Slot, 'start'> {
  readonly eventType: string | EventType
  readonly end?: string | undefined
}

export interface HoldOptions extends VerbOptions {
  /** Milliseconds, rounded up to whole minutes. Default: the provider's. */
  readonly forMs?: number | undefined
}

/** Where the meeting shall take place, of the event type's `locations`. */
export type LocationChoice =
  | { readonly kind: 'in_person'; readonly address?: string | undefined }
  | { readonly kind: 'attendee_place'; readonly address: string }
  /** `phone`: default the attendee's. */
  | { readonly kind: 'host_calls'; readonly phone?: string | undefined }
  | { readonly kind: 'attendee_calls' }
  | { readonly kind: 'video'; readonly service?: VideoService | undefined }
  | { readonly kind: 'link' }
  | { readonly kind: 'attendee_decides'; readonly text: string }
  | { readonly kind: 'text'; readonly text?: string | undefined }

export interface AttendeeRequest {
  readonly name: string
  /** Needed by most providers and event types. */
  readonly email?: string | undefined
  readonly phone?: string | undefined
  /** IANA name. */
  readonly timeZone: string
  /** BCP 47, such as `de`. */
  readonly locale?: string | undefined
}

export interface BookingRequest {
  /** An event type or its id. */
  readonly eventType: string | EventType
  /** The start of one of its slots. */
  readonly start: Time
  readonly attendee: AttendeeRequest
  /** E-mail addresses. */
  readonly guests?: readonly string[] | undefined
  /** Default: the event type's own, if it has one. */
  readonly location?: LocationChoice | undefined
  /** By the `key` of the event type's `questions`. */
  readonly answers?: Readonly<Record<string, AnswerValue>> | undefined
  /** Your own word for this booking; `can('book.reference')` says where it is kept. */
  readonly reference?: string | undefined
  readonly utm?: Partial<Utm> | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** One of the event type's `durations`. */
  readonly durationMinutes?: number | undefined
  /** A hold, or its id. */
  readonly hold?: string | Hold | undefined
}

export interface BookingsQuery {
  /** Only bookings that start then or later. */
  readonly from?: Time | undefined
  /** Only bookings that start before then. */
  readonly to?: Time | undefined
  readonly status?: BookingStatus | readonly BookingStatus[] | undefined
  readonly eventType?: string | EventType | undefined
  /** The e-mail address of an attendee, in any case. */
  readonly attendee?: string | undefined
}

export interface RescheduleOptions extends VerbOptions {
  /** Default: derived from the booking and the new start. */
  readonly key?: string | undefined
  /** `rebook`: where the provider cannot move a booking, book again and cancel the old one. */
  readonly allow?: 'rebook' | undefined
  readonly reason?: string | undefined
}

export type Rescheduled =
  | { readonly outcome: 'moved'; readonly booking: Booking }
  /** The provider leaves it to the attendee, on that page. */
  | { readonly outcome: 'attendee_has_to'; readonly url: string; readonly because: Can }
  /** Booked again, and the old one cancelled. The attendee gets both mails. */
  | { readonly outcome: 'rebooked'; readonly booking: Booking; readonly cancelled: Booking; readonly note: string }
  /**
   * Half done. `look`: call again with the same key, which goes on; Punctual also goes on by itself, but books nothing
   * another time. `book_again`: the new time was not booked.
   */
  | {
      readonly outcome: 'half'
      readonly booking: Booking | null
      readonly cancelled: Booking | null
      readonly next: 'look' | 'book_again'
      /** After how many ms another call can say more; `null`: that only you can know. */
      readonly retryAfterMs: number | null
      readonly note: string
    }

export interface CancelOptions extends VerbOptions {
  readonly key?: string | undefined
  readonly reason?: string | undefined
  /** Cancels for one attendee of several: the attendee, its id or its e-mail address. */
  readonly attendee?: string | Attendee | undefined
  /** Cancels the later bookings of the series too. */
  readonly following?: boolean | undefined
}

/** Who did not come: the attendee, its id or its e-mail address; or the host. */
export type NoShowTarget = { readonly attendee: string | Attendee } | { readonly host: true }

export interface NoShowOptions extends VerbOptions {
  /** `false` takes the mark away. Default true. */
  readonly absent?: boolean | undefined
}
