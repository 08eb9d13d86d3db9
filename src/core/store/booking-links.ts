// What is known of bookings that were moved, beyond what their provider says: the chain that they belong to, what
// replaces what, and when each of them starts.

import type { UtcInstant } from '../scheduling/model.ts'

export interface BookingLink {
  readonly connection: string
  /** The provider's id. */
  readonly booking: string
  /** `null`: not known yet. */
  readonly chain: string | null
  /** The booking that it replaces. */
  readonly replaces: string | null
  /** The booking that replaces it. */
  readonly replacedBy: string | null
  /** When the booking starts; `null`: not known. It never changes: a booking that is moved gets another id. */
  readonly start: UtcInstant | null
}

export interface BookingLinkStore {
  /** The links of these bookings, in any order; at most 1000 ids. */
  of(connection: string, bookings: readonly string[]): Promise<BookingLink[]>
  /** Records it. What is known already stays: a value fills a `null`, and nothing replaces a value. */
  put(link: BookingLink): Promise<void>
  /** Deletes up to `limit` that were recorded `ageMs` ago; under the same condition as the outbox's. Returns how many. */
  sweep(ageMs: number, limit: number): Promise<number>
}
