// The verbs of the scheduling model: the same for every provider.

import type { Pages } from '../calls.ts'
import type { Can, Capability } from './capabilities.ts'
import type { Booking, EventType, Hold, Person, Schedule, Slot } from './model.ts'
import type {
  BookingRequest,
  BookingsQuery,
  CancelOptions,
  EventTypesQuery,
  HoldOptions,
  KeyOptions,
  NoShowOptions,
  NoShowTarget,
  Rescheduled,
  RescheduleOptions,
  SlotRef,
  SlotsQuery,
  Time,
  VerbListOptions,
  VerbOptions,
} from './requests.ts'

/** A booking, or its id. */
export type BookingRef = string | Booking

export interface Scheduling {
  /** The provider's name. */
  readonly provider: string
  /**
   * Returns whether something can be done, and if not, why. Sends nothing: the answer comes from the provider's facts, the
   * scopes of the connection, what earlier calls have shown of the account's plan and role, and the event type or booking.
   *
   * @throws {PunctualError} `invalid_argument` for an unknown capability.
   */
  can(what: Capability, on?: EventType | Booking): Can
  me(options?: VerbOptions): Promise<Person>
  eventTypes(query?: EventTypesQuery, options?: VerbListOptions): Pages<EventType>
  eventType(id: string, options?: VerbOptions): Promise<EventType>
  schedules(options?: VerbListOptions): Pages<Schedule>
  /** The slots of any span of time, in order. Longer spans are requested window by window while you iterate. */
  slots(query: SlotsQuery, options?: VerbOptions): AsyncIterable<Slot>
  /** Keeps a slot for a few minutes. Give the hold to `book`. */
  hold(slot: SlotRef, options?: HoldOptions): Promise<Hold>
  /**
   * Books, once for each key: after a lost answer, a crash, or from two processes at the same time, the same key and
   * request never book twice.
   *
   * @throws {PunctualError} `invalid_argument` for a wrong request, or a key that was used for another one;
   *   `provider_refused`, reason `slot_taken`; `not_supported`; `insufficient_scope`; `provider_unavailable`, reason
   *   `outcome_unknown`: call again with the same key after `retryAfterMs`.
   */
  book(request: BookingRequest, options: KeyOptions): Promise<Booking>
  /** Bookings of every status, oldest start first. Filters mean the same at every provider. */
  bookings(query?: BookingsQuery, options?: VerbListOptions): Pages<Booking>
  booking(id: string, options?: VerbOptions): Promise<Booking>
  /**
   * Moves a booking. Its `id` changes; its `chain` stays the same.
   *
   * @throws {PunctualError} what `book` throws; `invalid_argument` for a booking that is cancelled or was moved, or for its
   *   own start; `not_supported` for one that its event type does not take again as it is.
   */
  reschedule(booking: BookingRef, to: { readonly start: Time }, options?: RescheduleOptions): Promise<Rescheduled>
  /**
   * Cancels a booking. A second `cancel` succeeds too.
   *
   * @throws {PunctualError} as `book`; `invalid_argument` for a booking that was moved: cancel the one that replaces it.
   */
  cancel(booking: BookingRef, options?: CancelOptions): Promise<Booking>
  /** Marks the attendee or the host as absent, or takes the mark away. */
  markNoShow(booking: BookingRef, who: NoShowTarget, options?: NoShowOptions): Promise<Booking>
}
