// Claiming a booking key: by a caller, and by the background when it is due for a check.

import type { BookingKeyStore, NewBookingKey } from '../../../core/store/booking-keys.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { BookingKeyRecord, Tables, Times } from '../engine/tables.ts'
import { checkAtOf, find, placeOf, put, read } from './row.ts'

export function claimOperations(tables: Tables, times: Times): Pick<BookingKeyStore, 'claim' | 'takeDue'> {
  const { now, leaseNow } = times
  /** Whether a lease runs. A lease that would run for longer than a lease can is shortened. */
  const isLeased = (row: BookingKeyRecord) => {
    const at = leaseNow()
    if (row.leaseUntil <= at) return false
    put(tables, { ...row, leaseUntil: Math.min(row.leaseUntil, at + longestSpans.bookingLease) })
    return true
  }
  const claimed = (row: BookingKeyRecord, leaseMs: number): BookingKeyRecord => ({
    ...row,
    claim: row.claim + 1,
    leaseUntil: leaseNow() + Math.round(leaseMs),
    checkAt: now() + Math.round(leaseMs),
  })
  return {
    async claim(key, leaseMs) {
      const known = find(tables, key.connection, key.key)
      const isMine = known === null || (!isLeased(known) && (isUnsent(known) || isOpenFor(known, key)))
      const isNew = known === null || (isMine && isUnsent(known))
      if (isMine) put(tables, claimed(isNew ? begun(key, known?.claim ?? 0, times) : known, leaseMs))
      const row = find(tables, key.connection, key.key) as BookingKeyRecord
      return { row: read(row, times), isMine, isNew }
    },
    async takeDue(limit, leaseMs) {
      const at = now()
      const dueAt = (row: BookingKeyRecord) => checkAtOf(row, at) ?? Number.POSITIVE_INFINITY
      const due = [...tables.bookingKeys.values()]
        .filter((row) => dueAt(row) <= at && !isLeased(row))
        .sort((a, b) => dueAt(a) - dueAt(b) || (placeOf(a) < placeOf(b) ? -1 : 1))
        .slice(0, limit)
        .map((row) => claimed(row, leaseMs))
      for (const row of due) put(tables, row)
      return due.map((row) => read(row, times))
    },
  }
}

function isUnsent({ state, step }: BookingKeyRecord): boolean {
  return state === 'begun' && step === null
}

function isOpenFor({ state, verb, requestDigest }: BookingKeyRecord, key: NewBookingKey): boolean {
  return verb === key.verb && requestDigest === key.requestDigest && (state === 'begun' || state === 'unknown')
}

/** A row before it is claimed for this request. */
function begun(key: NewBookingKey, claim: number, { now, leaseNow }: Times): BookingKeyRecord {
  const { connection, verb, requestDigest, request } = key
  const nothingYet = { step: null, reason: null, booking: null, sentAt: null, sentAtOfLeases: null, checkAt: null }
  return {
    connection,
    key: key.key,
    verb,
    requestDigest,
    request,
    ...nothingYet,
    state: 'begun',
    claim,
    leaseUntil: 0,
    createdAt: now(),
    createdAtOfLeases: leaseNow(),
  }
}
