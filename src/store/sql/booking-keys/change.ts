// Reading a booking key, changing what is known about it, and freeing it.

import type { BookingKeyStore } from '../../../core/store/booking-keys.ts'
import { after, type Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { byPlace, type Place, read } from './row.ts'

export function changeStatements(engine: Engine): Pick<BookingKeyStore, 'get' | 'update' | 'remove'> {
  const { db, now, leaseNow } = engine
  const find = byPlace(engine)
  const remove = statement(engine, (db, { connection, key, claim }: Placeholders<Place & { readonly claim: number }>) =>
    db
      .deleteFrom('booking_keys')
      .where('connection', '=', connection)
      .where('key', '=', key)
      .where('claim', '=', claim)
      .returning('claim'),
  )
  return {
    async get(connection, key) {
      const row = await find.first({ connection, key })
      return row ? read(row) : null
    },
    async update(connection, key, claim, { sent, release, checkInMs, ...change }) {
      const isOver = change.state !== undefined && change.state !== 'begun'
      const row = await db
        .updateTable('booking_keys')
        .set({
          claim,
          ...change,
          ...(sent && { sent_at: now(), sent_at_of_leases: leaseNow() }),
          ...(release && { lease_until: 0 }),
          ...(isOver && { check_at: null }),
          ...(checkInMs !== undefined && { check_at: checkInMs === null ? null : after(now(), checkInMs) }),
        })
        .where('connection', '=', connection)
        .where('key', '=', key)
        .where('claim', '=', claim)
        .returning('claim')
        .executeTakeFirst()
      return row !== undefined
    },
    async remove(connection, key, claim) {
      return (await remove.first({ connection, key, claim })) !== undefined
    },
  }
}
