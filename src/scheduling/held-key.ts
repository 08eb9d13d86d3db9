// A booking key that this process holds: its row, and the times that count for its holder.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { BookingKeyChange } from '../core/store/booking-keys.ts'
import { longestSpans } from '../core/store/longest-spans.ts'
import type { BookingKey, BookingKeyRecords } from '../records/booking-keys.ts'
import { again } from './key-errors.ts'

export const leaseMs: number = longestSpans.bookingLease

export interface HeldKey {
  readonly row: BookingKey
  /** Ms since before the claim. Of the clocks of this process, the one that has counted more decides. */
  passedMs(): number
  /** Whether this holder has noted that a request may leave. */
  hasSent(): boolean
  /** Ms since a request that must not be made twice may last have left, at least. */
  sentMsAgo(): number
  /** The earliest moment at which a request can have left, by the earliest one of the store's two clocks and this machine's. */
  since(): number
  /** Notes that a request of that step may leave from now on, if the key is still held. */
  noteSent(step: string, mayRepeat: boolean): Promise<boolean>
  /** The request that was noted certainly changed nothing. Returns what puts back when an earlier one may have left. */
  takeBack(): BookingKeyChange
  /** Changes the row, if the key is still held. */
  update(change: BookingKeyChange): Promise<boolean>
  /** Frees the key, if it is still held: it is as if it had never been used. */
  free(): Promise<boolean>
}

export interface KeyDependencies {
  readonly keys: Pick<BookingKeyRecords, 'update'>
  readonly clock: Clock
}

/** A moment by both clocks of this process. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

export function momentOf(clock: Clock): Moment {
  return { monotonic: clock.monotonic(), wall: clock.now() }
}

/** `asked`: a moment before the claim was requested. */
export function heldKey({ keys, clock }: KeyDependencies, row: BookingKey, asked: Moment): HeldKey {
  const { connection, key, claim } = row
  const read = momentOf(clock)
  const update = (change: BookingKeyChange) => keys.update(connection, key, claim, change)
  let notedAt: number | null = null
  let isSentNoted = false
  const sentBefore = () => (row.sentMsAgo === null ? null : row.sentMsAgo + (clock.monotonic() - read.monotonic))
  return {
    row,
    passedMs: () => Math.max(clock.monotonic() - asked.monotonic, clock.now() - asked.wall),
    hasSent: () => notedAt !== null,
    sentMsAgo() {
      return notedAt === null ? (sentBefore() ?? 0) : clock.monotonic() - notedAt
    },
    since: () => earliestSend(row, read.wall),
    noteSent(step, mayRepeat) {
      notedAt = clock.monotonic()
      isSentNoted = !mayRepeat
      return update({ state: 'begun', reason: null, step, checkInMs: leaseMs, ...(isSentNoted && { sentMsAgo: 0 }) })
    },
    takeBack() {
      const sentMsAgo = sentBefore()
      return isSentNoted && sentMsAgo !== null ? { sentMsAgo } : {}
    },
    update,
    free: () => update({ state: 'begun', step: null, reason: null, booking: null, release: true, checkInMs: null }),
  }
}

/** `wall`: the clock of this machine when the row was read. */
export function earliestSend(
  { createdAt, readAt, createdMsAgo }: Pick<BookingKey, 'createdAt' | 'readAt' | 'createdMsAgo'>,
  wall: number,
): number {
  return Math.min(createdAt, readAt - createdMsAgo, wall - createdMsAgo)
}

/** The error for a key that another process works on. `retryAfterMs`: by then its claim has ended, also if it has died. */
export function heldElsewhere(retryAfterMs?: number): PunctualError {
  const when = retryAfterMs === undefined ? '' : ` in ${Math.ceil(retryAfterMs / 1000)} s at the latest`
  const message = `Another process works on this change now, or has died with it. ${again(when)}.`
  return new PunctualError('provider_unavailable', message, { reason: 'leased', retryable: true, retryAfterMs })
}
