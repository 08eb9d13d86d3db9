// Reading booking keys, and changing what is known about them.

import { sql } from 'kysely'
import type { BookingKeyRow, BookingKeyStore } from '../../../core/store/booking-keys.ts'
import { after, type Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { byPlace, read, readings } from './row.ts'

export function changeStatements(engine: Engine): Pick<BookingKeyStore, 'get' | 'underWay' | 'update'> {
  const { db, now, leaseNow } = engine
  const find = byPlace(engine)
  const underWay = statement(engine, (db, { connection, verb, limit }: Placeholders<UnderWay>) =>
    db
      .selectFrom('booking_keys')
      .selectAll()
      .select(readings(engine))
      // As it stands in the index, so that the planner finds it.
      .where(sql<boolean>`"state" = 'begun' and "step" is not null`)
      .where('connection', '=', connection)
      .where('verb', '=', verb)
      .orderBy('created_at', 'desc')
      .orderBy('key')
      .limit(limit),
  )
  return {
    async get(connection, key) {
      const row = await find.first({ connection, key })
      return row ? read(row) : null
    },
    underWay: async (connection, verb, limit) => (await underWay.all({ connection, verb, limit })).map(read),
    async update(connection, key, claim, { sentMsAgo, release, checkInMs, ...change }) {
      const isOver = change.state !== undefined && change.state !== 'begun'
      const row = await db
        .updateTable('booking_keys')
        .set({
          claim,
          ...change,
          ...(sentMsAgo !== undefined && {
            sent_at: after(now(), -sentMsAgo),
            sent_at_of_leases: after(leaseNow(), -sentMsAgo),
          }),
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

type UnderWay = Pick<BookingKeyRow, 'connection' | 'verb'> & { readonly limit: number }
