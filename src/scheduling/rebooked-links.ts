// The links between a booking that was booked again and the new one. The provider does not know that one replaces the other.

import { utcInstant } from '../core/scheduling/instant.ts'
import type { BookingLinkStore } from '../core/store/booking-links.ts'

export interface RebookedPair {
  /** The old booking. */
  readonly booking: string
  readonly chain: string
  /** When the old one starts. Rows of earlier versions do not say it. */
  readonly previousStart?: string
  readonly request: { readonly start: string }
}

/** Records that the booking `made` replaces the old one. */
export async function linkRebooked(
  links: Pick<BookingLinkStore, 'put'>,
  connection: string,
  { booking, chain, previousStart, request }: RebookedPair,
  made: string,
): Promise<void> {
  const start = utcInstant(request.start)
  await links.put({ connection, booking: made, chain, replaces: booking, replacedBy: null, start })
  await links.put({ connection, booking, chain, replaces: null, replacedBy: made, start: previousStart ?? null })
}
