// Taking the booking keys that are due for a check, each by one process alone.

import { sql } from 'kysely'
import type { BookingKeyStore } from '../../../core/store/booking-keys.ts'
import { after, type Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { hideDue, takeDueOrTooFarAhead } from '../engine/take-due.ts'
import { cutTooLong, isFree } from './lease.ts'
import { read, readings } from './row.ts'

export function dueStatements(engine: Engine): Pick<BookingKeyStore, 'takeDue'> {
  const { now, leaseNow } = engine
  const takeDue = statement(
    engine,
    (_, { limit, leaseMs }: Placeholders<{ readonly limit: number; readonly leaseMs: number }>) =>
      hideDue(
        engine,
        'booking_keys',
        (rows) => rows.where('check_at', '<=', now()).where(isFree(engine)),
        limit,
        leaseMs,
      )
        .set({ claim: sql`claim + 1`, lease_until: after(leaseNow(), leaseMs) })
        .returningAll()
        .returning(readings(engine)),
  )
  const cutDueLeases = statement(engine, (db) => cutTooLong(engine, db).where('check_at', '<=', now()))
  return {
    takeDue: (limit, leaseMs) =>
      takeDueOrTooFarAhead(engine, 'booking_keys', limit, async () => {
        const rows = await takeDue.all({ limit, leaseMs })
        if (rows.length === 0) await cutDueLeases.all({})
        return rows.map(read)
      }),
  }
}
