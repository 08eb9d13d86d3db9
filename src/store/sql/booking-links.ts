// What is known of moved bookings: one row for each.

import { sql } from 'kysely'
import type { BookingLink, BookingLinkStore } from '../../core/store/booking-links.ts'
import type { Engine } from './engine/engine.ts'
import { listed, type Numbered, numbered, perCount } from './engine/list-of-texts.ts'
import type { Placeholders } from './engine/parameters.ts'
import { statement } from './engine/statement.ts'
import { sweepOld } from './engine/sweep-old.ts'

export function bookingLinks(engine: Engine): BookingLinkStore {
  const ofBookings = perCount((count) =>
    statement(engine, (db, values: Placeholders<{ readonly connection: string } & Numbered>) =>
      db
        .selectFrom('booking_links')
        .select(['connection', 'booking', 'chain', 'replaces', 'replaced_by as replacedBy', 'start'])
        .where('connection', '=', values.connection)
        .where('booking', 'in', listed(values, count)),
    ),
  )
  const put = statement(engine, (db, link: Placeholders<BookingLink>) =>
    db
      .insertInto('booking_links')
      .values({
        connection: link.connection,
        booking: link.booking,
        chain: link.chain,
        replaces: link.replaces,
        replaced_by: link.replacedBy,
        start: link.start,
        created_at: engine.now(),
      })
      .onConflict((conflict) =>
        conflict.columns(['connection', 'booking']).doUpdateSet({
          chain: sql`coalesce(booking_links.chain, excluded.chain)`,
          replaces: sql`coalesce(booking_links.replaces, excluded.replaces)`,
          replaced_by: sql`coalesce(booking_links.replaced_by, excluded.replaced_by)`,
          start: sql`coalesce(booking_links.start, excluded.start)`,
        }),
      ),
  )
  return {
    async of(connection, bookings) {
      if (bookings.length === 0) return []
      const ids = filledUp([...new Set(bookings)])
      const rows = await ofBookings(ids.length).all({ connection, ...numbered(ids) })
      return rows.map((row) => ({ ...row }))
    },
    async put({ connection, booking, chain, replaces, replacedBy, start }) {
      await put.all({ connection, booking, chain, replaces, replacedBy, start })
    },
    sweep: (ageMs, limit) => sweepOld(engine, 'booking_links', 'created_at', ageMs, limit),
  }
}

/** The first id again, up to the next power of two: so lists of all lengths need few statements. */
function filledUp(ids: readonly string[]): string[] {
  const length = 2 ** Math.ceil(Math.log2(ids.length))
  return Array.from({ length }, (_, index) => ids[index] ?? ids[0] ?? '')
}
