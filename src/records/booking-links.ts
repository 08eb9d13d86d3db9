// What is known of moved bookings. Nothing of it is sealed: ids and times alone.

import type { BookingLink, BookingLinkStore } from '../core/store/booking-links.ts'
import type { Store } from '../core/store/store.ts'

export interface BookingLinkRecords extends Pick<BookingLinkStore, 'put'> {
  /** The links of these bookings, in any order; as many ids as you like. */
  of(connection: string, bookings: readonly string[]): Promise<BookingLink[]>
  /** Goes back from a booking to those that it replaces, as far as that is stored. */
  wayBack(connection: string, booking: string): Promise<WayBack>
}

/** Where the stored links lead from a booking. */
export interface WayBack {
  /** The booking's own link. */
  readonly link: BookingLink | null
  /** The chain that one of them is known to belong to. */
  readonly chain: string | null
  /** The earliest booking on the way: the first of the chain if all links are stored. */
  readonly first: string
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
/** Ids that the store takes at once. */
const mostIds = 1000
/** How many earlier bookings are looked at to find the first of a chain. */
export const mostEarlier = 20

export function createBookingLinkRecords({
  store,
}: {
  readonly store: Pick<Store, 'bookingLinks'>
}): BookingLinkRecords {
  const { bookingLinks } = store
  const linkOf = async (connection: string, booking: string) =>
    (await bookingLinks.of(connection, [booking]))[0] ?? null

  return {
    ...bookingLinks,
    // What is not an instant is a provider's slip, which no database has to hold.
    put: (link) => bookingLinks.put({ ...link, start: link.start && instant.test(link.start) ? link.start : null }),
    async of(connection, bookings) {
      const ids = [...new Set(bookings)]
      const links: BookingLink[] = []
      for (let from = 0; from < ids.length; from += mostIds)
        links.push(...(await bookingLinks.of(connection, ids.slice(from, from + mostIds))))
      return links
    },
    async wayBack(connection, booking) {
      const link = await linkOf(connection, booking)
      let [at, first] = [link, booking]
      for (let step = 0; at && at.chain === null && at.replaces !== null && step < mostEarlier; step++) {
        first = at.replaces
        at = await linkOf(connection, first)
      }
      return { link, chain: at?.chain ?? null, first }
    },
  }
}
