// What is known of moved bookings, in memory.

import type { BookingLinkStore } from '../../core/store/booking-links.ts'
import { sweepOld } from './engine/sweep-old.ts'
import type { Now, Tables } from './engine/tables.ts'

export function bookingLinks(tables: Tables, now: Now): BookingLinkStore {
  const table = tables.bookingLinks
  const placeOf = (connection: string, booking: string) => JSON.stringify([connection, booking])
  return {
    async of(connection, bookings) {
      now()
      const rows = [...new Set(bookings)].flatMap((booking) => table.get(placeOf(connection, booking)) ?? [])
      return rows.map(({ createdAt: _, ...link }) => link)
    },
    async put({ connection, booking, chain, replaces, replacedBy, start }) {
      const createdAt = now()
      const place = placeOf(connection, booking)
      const known = table.get(place)
      table.set(place, {
        connection,
        booking,
        chain: known?.chain ?? chain,
        replaces: known?.replaces ?? replaces,
        replacedBy: known?.replacedBy ?? replacedBy,
        start: known?.start ?? start,
        createdAt: known?.createdAt ?? createdAt,
      })
    },
    sweep: async (ageMs, limit) => sweepOld(tables, 'bookingLinks', (row) => row.createdAt, now(), ageMs, limit),
  }
}
