// What a provider's definition says about scheduling: facts as fields, and functions that call its API and map its
// answers. What is the same for every provider (checks, capabilities, keys, filters, chains) is in src/scheduling/.

import type { ApiCaller, Pages } from '../calls.ts'
import type { Can, Capability, CapabilityFact } from './capabilities.ts'
import type {
  Answer,
  Attendee,
  Booking,
  BookingStatus,
  EventType,
  Hold,
  Person,
  Question,
  Schedule,
  Slot,
  Utm,
} from './model.ts'
import type { AttendeeRequest, LocationChoice } from './requests.ts'

/** A booking before its chain is known. */
export type ProviderBooking = Omit<Booking, 'chain'>

/** A booking that a request may have made. */
export interface FoundBooking {
  readonly booking: ProviderBooking
  /**
   * When it was made, by the provider's clock. `null`: it carries the mark of the request, so that its age does not count, or
   * its age is not told.
   */
  readonly madeAt: string | null
}

/** A booking request whose form has been checked. Instants end in `Z`. */
export interface CheckedBooking {
  readonly eventType: EventType
  readonly start: string
  readonly attendee: AttendeeRequest
  readonly guests: readonly string[]
  readonly location: LocationChoice | null
  /** In the order of the event type's questions. */
  readonly answers: readonly CheckedAnswer[]
  readonly reference: string | null
  readonly utm: Utm | null
  readonly metadata: Readonly<Record<string, string>> | null
  readonly durationMinutes: number | null
  /** The id of a hold. */
  readonly hold: string | null
  /** A digest of the key, for a provider that can keep it with the booking, so that the booking is found exactly. */
  readonly mark: string
}

export interface CheckedAnswer extends Pick<Answer, 'key' | 'value'> {
  readonly question: Question
}

/** Milliseconds since 1970. */
export interface CheckedBookingsQuery {
  readonly from: number | null
  readonly to: number | null
  /** Empty: every status. */
  readonly statuses: readonly BookingStatus[]
  /** The event type's id. */
  readonly eventType: string | null
  /** An e-mail address. */
  readonly attendee: string | null
}

export interface CheckedSlotsQuery {
  readonly eventType: EventType
  /** Milliseconds since 1970; a window of at most `slotWindowMs`. */
  readonly from: number
  readonly to: number
  readonly timeZone: string
  /** `null`: the event type's default. */
  readonly durationMinutes: number | null
}

export const bookingEventTypes = [
  'booking.created',
  'booking.requested',
  'booking.declined',
  'booking.rescheduled',
  'booking.cancelled',
  'booking.no_show',
  'booking.no_show_cleared',
] as const

export type BookingEventType = (typeof bookingEventTypes)[number]

/** What a webhook says about a booking, so far as it is needed to put it in order and to tell it from others. */
export interface BookingChange {
  readonly type: BookingEventType
  /** The booking's id. */
  readonly booking: string
  /** The id of the booking that it replaces. */
  readonly replaces: string | null
  /** Distinguishes this change from every other one of the same type and booking. */
  readonly version: string
  /** For a no-show whose webhook tells nothing else of the booking: who is meant. An `id` may be the e-mail address. */
  readonly noShows?: readonly Pick<Attendee, 'id' | 'noShow'>[]
}

/** A booking as a webhook tells it. `isWhole`: nothing is missing that a read could add. */
export interface ToldBooking {
  readonly booking: ProviderBooking
  readonly isWhole: boolean
}

/** Made-up ids in the form of the provider's, for documents. */
export interface ExampleIds {
  readonly account: string
  readonly eventType: string
  readonly booking: string
}

/** A provider's scheduling. Every `api` makes the calls of one verb, with the caller's options. */
export interface ProviderScheduling {
  readonly capabilities: Readonly<Record<Capability, CapabilityFact>>
  /** The longest time that one request for slots may span; `null`: any. */
  readonly slotWindowMs: number | null
  /** The scopes of `needed` that `granted` does not include. Scopes that are not told count as granted. */
  missingScopes(granted: readonly string[], needed: readonly string[]): readonly string[]
  /** What this event type or booking rules out at `now` (ms); `null`: nothing. */
  limit(what: Capability, on: EventType | Booking, now: number): Can | null
  /** Returns why the text cannot be an id of this provider, as the end of a sentence; `null` if it can. */
  idProblem(kind: 'event_type' | 'booking', id: string): string | null
  /** Ids for the examples of documents. Default: short ones of no provider. */
  readonly exampleIds?: ExampleIds
  /** Returns what this provider cannot take of the request, beginning with the field's name; `null`: nothing. */
  bookingProblem(request: CheckedBooking): string | null
  me(api: ApiCaller): Promise<Person>
  eventTypes(api: ApiCaller, query: { readonly active: boolean | null }, from?: string): Pages<EventType>
  eventType(api: ApiCaller, id: string): Promise<EventType>
  schedules(api: ApiCaller, from?: string): Pages<Schedule>
  /** The slots of one window, in order. */
  slots(api: ApiCaller, query: CheckedSlotsQuery): Promise<readonly Slot[]>
  hold(
    api: ApiCaller,
    slot: { readonly eventType: string; readonly start: string; readonly durationMinutes: number | null },
    forMs: number | null,
  ): Promise<Hold>
  /** Sends the booking, once. Awaits `made` as soon as its id is known, before anything is read. */
  book(api: ApiCaller, request: CheckedBooking, made?: (id: string) => Promise<void>): Promise<ProviderBooking>
  /**
   * Returns the bookings that the request may have made, whenever they were made: the caller judges their age, since no clock
   * of ours is sure enough to leave one out.
   */
  findBooked(api: ApiCaller, request: CheckedBooking): Promise<readonly FoundBooking[]>
  /** At least the bookings that match, oldest start first: the caller filters again. */
  bookings(api: ApiCaller, query: CheckedBookingsQuery, from?: string): Pages<ProviderBooking>
  booking(api: ApiCaller, id: string): Promise<ProviderBooking>
  /** `null`: bookings cannot be moved. Returns the new booking. */
  readonly reschedule:
    | ((
        api: ApiCaller,
        booking: ProviderBooking,
        to: { readonly start: string; readonly reason: string | null },
      ) => Promise<ProviderBooking>)
    | null
  /** Succeeds if it is cancelled already. Returns the booking as it is then. */
  cancel(
    api: ApiCaller,
    booking: ProviderBooking,
    how: { readonly reason: string | null; readonly attendee: Attendee | null; readonly following: boolean },
  ): Promise<ProviderBooking>
  markNoShow(
    api: ApiCaller,
    booking: ProviderBooking,
    who: { readonly attendee: Attendee } | { readonly host: true },
    absent: boolean,
  ): Promise<ProviderBooking>
  /** Reads a verified webhook; `null` if it tells nothing about a booking, or nothing that another does not tell. */
  change(name: string, body: unknown): BookingChange | null
  /**
   * The booking of a webhook for which `change` is not `null`; `null` if the body is too thin for one. Where bookings cannot
   * be moved, a rebooking is recognised by its start, its event type and the attendee's address.
   */
  told(name: string, body: unknown): ToldBooking | null
}
