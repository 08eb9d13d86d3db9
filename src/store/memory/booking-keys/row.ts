// A booking key's row: finding it, replacing it, and what a reader gets.

import type { BookingKeyRow } from '../../../core/store/booking-keys.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { msAgo } from '../../../core/store/ms-ago.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { BookingKeyRecord, Tables, Times } from '../engine/tables.ts'

export function find({ bookingKeys }: Tables, connection: string, key: string): BookingKeyRecord | null {
  return bookingKeys.get(placeOf({ connection, key })) ?? null
}

export function put({ bookingKeys }: Tables, row: BookingKeyRecord): void {
  bookingKeys.set(placeOf(row), row)
}

export function placeOf({ connection, key }: Pick<BookingKeyRecord, 'connection' | 'key'>): string {
  return JSON.stringify([connection, key])
}

export function read(
  { leaseUntil, sentAtOfLeases, createdAtOfLeases, ...row }: BookingKeyRecord,
  { now, leaseNow }: Times,
): BookingKeyRow {
  const [readAt, leaseAt] = [now(), leaseNow()]
  const left = Math.min(Math.max(leaseUntil - leaseAt, 0), longestSpans.bookingLease)
  const ago = (at: number | null, ofLeases: number | null) => msAgo({ at, now: readAt }, { at: ofLeases, now: leaseAt })
  return {
    ...row,
    sentMsAgo: ago(row.sentAt, sentAtOfLeases)?.least ?? null,
    createdMsAgo: ago(row.createdAt, createdAtOfLeases)?.most ?? 0,
    checkAt: checkAtOf(row, readAt),
    leasedUntil: readAt + left,
    readAt,
  }
}

export function checkAtOf({ checkAt }: Pick<BookingKeyRecord, 'checkAt'>, at: number): number | null {
  return checkAt === null ? null : believedTime(checkAt, at, longestSpans.check)
}
