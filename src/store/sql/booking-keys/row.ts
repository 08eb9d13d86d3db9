// A booking key's row as it is read: with the store's clock, and what is left of its lease by the clock that judges
// leases.

import { type AliasedRawBuilder, type Selectable, sql } from 'kysely'
import type { BookingKeyRow } from '../../../core/store/booking-keys.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { msAgo } from '../../../core/store/ms-ago.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { type Statement, statement } from '../engine/statement.ts'
import type { BookingKeyTable } from '../engine/tables.ts'

export type Place = Pick<BookingKeyRow, 'connection' | 'key'>

export type FoundKey = Selectable<BookingKeyTable> & {
  readonly read_at: number
  readonly lease_left: number
  readonly lease_now: number
}

/** What is read in addition to the columns. */
export function readings({
  now,
  leaseNow,
}: Engine): [
  AliasedRawBuilder<number, 'read_at'>,
  AliasedRawBuilder<number, 'lease_left'>,
  AliasedRawBuilder<number, 'lease_now'>,
] {
  return [
    now().as('read_at'),
    sql<number>`lease_until - ${leaseNow()}`.as('lease_left'),
    sql<number>`${leaseNow()}`.as('lease_now'),
  ]
}

export function byPlace(engine: Engine): Statement<Place, FoundKey> {
  return statement(engine, (db, { connection, key }: Placeholders<Place>) =>
    db
      .selectFrom('booking_keys')
      .selectAll()
      .select(readings(engine))
      .where('connection', '=', connection)
      .where('key', '=', key),
  )
}

export function read(row: FoundKey): BookingKeyRow {
  const { read_at: readAt, lease_now: leaseNow } = row
  const ago = (at: number | null, ofLeases: number | null) =>
    msAgo({ at, now: readAt }, { at: ofLeases, now: leaseNow })
  return {
    connection: row.connection,
    key: row.key,
    verb: row.verb,
    requestDigest: row.request_digest,
    request: row.request,
    state: row.state,
    step: row.step,
    reason: row.reason,
    booking: row.booking,
    claim: row.claim,
    sentAt: row.sent_at,
    sentMsAgo: ago(row.sent_at, row.sent_at_of_leases)?.least ?? null,
    leasedUntil: readAt + Math.min(Math.max(row.lease_left, 0), longestSpans.bookingLease),
    checkAt: row.check_at === null ? null : believedTime(row.check_at, readAt, longestSpans.check),
    createdAt: row.created_at,
    createdMsAgo: ago(row.created_at, row.created_at_of_leases)?.most ?? 0,
    readAt,
  }
}
