// The lease on a booking key, by the clock that judges leases.

import { type RawBuilder, type SqlBool, sql, type UpdateQueryBuilder, type UpdateResult } from 'kysely'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { after, type Database, type Engine } from '../engine/engine.ts'
import type { Tables } from '../engine/tables.ts'

/** Whether nobody holds the claim of the row at hand, and no copy of the database has frozen it. */
export function isFree({ now, leaseNow }: Engine): RawBuilder<SqlBool> {
  const [leaseUntil, frozenUntil] = [sql.ref('booking_keys.lease_until'), sql.ref('booking_keys.frozen_until')]
  return sql<SqlBool>`(${leaseUntil} <= ${leaseNow()} and (${frozenUntil} is null or ${frozenUntil} <= ${now()}))`
}

/** Shortens leases that would run for longer than a lease can. */
export function cutTooLong(
  { leaseNow }: Engine,
  db: Database,
): UpdateQueryBuilder<Tables, 'booking_keys', 'booking_keys', UpdateResult> {
  return db
    .updateTable('booking_keys')
    .set({ lease_until: after(leaseNow(), longestSpans.bookingLease) })
    .where('lease_until', '>', after(leaseNow(), longestSpans.bookingLease))
}
