// Reading a booking key, and changing what is known about it.

import type { BookingKeyStore } from '../../../core/store/booking-keys.ts'
import { after, type Engine } from '../engine/engine.ts'
import { byPlace, read } from './row.ts'

export function changeStatements(engine: Engine): Pick<BookingKeyStore, 'get' | 'update'> {
  const { db, now, leaseNow } = engine
  const find = byPlace(engine)
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
  }
}
