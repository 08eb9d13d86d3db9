// What is known of moved bookings. Nothing of it is sealed: ids alone.

import type { BookingLink, BookingLinkStore } from '../core/store/booking-links.ts'
import type { Store } from '../core/store/store.ts'

export interface BookingLinkRecords extends Pick<BookingLinkStore, 'put' | 'sweep'> {
  /** The links of these bookings, in any order; as many ids as you like. */
  of(connection: string, bookings: readonly string[]): Promise<BookingLink[]>
}

/** Ids that the store takes at once. */
const mostIds = 1000

export function createBookingLinkRecords({
  store,
}: {
  readonly store: Pick<Store, 'bookingLinks'>
}): BookingLinkRecords {
  const { bookingLinks } = store
  return {
    ...bookingLinks,
    async of(connection, bookings) {
      const ids = [...new Set(bookings)]
      const links: BookingLink[] = []
      for (let from = 0; from < ids.length; from += mostIds)
        links.push(...(await bookingLinks.of(connection, ids.slice(from, from + mostIds))))
      return links
    },
  }
}
