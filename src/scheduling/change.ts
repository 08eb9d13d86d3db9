// The words for a change that is made once: its steps, what a look at the provider finds, and what has come of it.

import type { ApiCaller } from '../core/calls.ts'
import type { PunctualError } from '../core/errors.ts'
import type { ProviderBooking } from '../core/scheduling/provider.ts'

/** The word in the row while the request of a step may be under way. */
export type StepName = 'booking' | 'moving' | 'cancelling'

/** The word in the row when a step is done and another one follows. */
export const doneWords: Readonly<Record<StepName, string>> = {
  booking: 'booked',
  moving: 'moved',
  cancelling: 'cancelled',
}

/** Why the outcome of a change cannot be found out. */
export type Doubt =
  | 'not_found'
  | 'found_several'
  | 'found_cancelled'
  | 'found_earlier'
  | 'cannot_look'
  | 'not_cancelled'
  | 'changed_meanwhile'
  | 'same_booking'
  | 'not_told'
  | 'needs_reconnect'
  | 'disconnected'
  | 'unknown_client'
  | 'unreadable'

/** The same as sentences for a person. */
export const doubts: Readonly<Record<Doubt, string>> = {
  not_found: 'The provider was asked for an hour and shows no such booking. Its answer to the request was lost.',
  found_several: 'More than one booking can be the one of this request. Look at them, and cancel one.',
  found_cancelled:
    'One such booking was made and is cancelled. Whether it is the one of this request cannot be told. If nobody is booked, book with another key.',
  found_earlier:
    'One such booking stands, and seems to be older than the request. Either the request made it and a clock is wrong, or the request made nothing. If another one is wanted, book with another key.',
  cannot_look: 'The account may not read its bookings, so nobody can look for this one.',
  not_cancelled: 'The new booking was made, and the old one could not be cancelled. Both stand.',
  changed_meanwhile:
    'The new booking was made. Somebody else has changed the old one meanwhile: it was moved, or its attendees are others now. So it was not cancelled, and both stand.',
  same_booking:
    'The provider has put the new booking into the old one. So nothing was cancelled. Look at the booking and its attendees.',
  not_told: 'The provider gave no usable answer for an hour.',
  needs_reconnect: 'The connection needs a person to connect again, so nobody can look.',
  disconnected: 'The connection was disconnected, so nobody can look.',
  unknown_client: 'The client of the connection is not among those of this process any more, so nobody can look.',
  unreadable: 'The stored request cannot be opened with these keys.',
}

/** What a look at the provider says about a request. */
export type Found =
  | { readonly kind: 'done'; readonly booking: ProviderBooking }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly error: PunctualError }
  | { readonly kind: 'doubt'; readonly doubt: Doubt }

/** One request that changes something at the provider, and the way to find out what came of it. */
export interface Step {
  readonly name: StepName
  /** Whether sending it twice does no more than sending it once. */
  readonly mayRepeat: boolean
  /** Whether to look also before it is sent for the first time. */
  readonly looksFirst?: boolean
  send(api: ApiCaller): Promise<ProviderBooking>
  /** `since`: the earliest moment at which it may have been sent, in ms. */
  look(api: ApiCaller, since: number): Promise<Found>
  /**
   * Right before each time it is sent: why it is not wanted any more, since somebody else has changed what it is about;
   * `null`: it is.
   */
  recheck?(api: ApiCaller): Promise<PunctualError | null>
  /**
   * Records, by the new booking's id, what must be known before the next step is sent. It may be called again. Returns why
   * the next step must not be sent; `null`: it may.
   */
  made?(booking: string): Promise<Doubt | null>
}

/** What a run has seen of the bookings, by step. */
type Seen = ReadonlyMap<StepName, ProviderBooking>

/** How far a change was when its run ended. `booking`: the one that was made by then. */
export interface Progress {
  readonly step: StepName
  readonly booking: string | null
  readonly seen: Seen
}

/** What has come of a change by now. */
export type Outcome =
  | { readonly kind: 'done'; readonly booking: string; readonly seen: Seen }
  | { readonly kind: 'refused'; readonly error: PunctualError }
  | ({ readonly kind: 'doubt'; readonly doubt: Doubt } & Progress)
  | OpenOutcome

/** `pending`: it is not known yet. `unsent`: the step was certainly not carried out. `error`: why, if there is more to say. */
export type OpenOutcome =
  | ({ readonly kind: 'pending'; readonly afterMs: number; readonly error?: unknown } & Progress)
  | ({ readonly kind: 'unsent'; readonly error: unknown } & Progress)
