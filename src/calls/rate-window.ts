// The window of a provider's limit, as far as the headers of its responses show it.

import type { RateReading } from '../core/provider.ts'

export interface RateWindow {
  /** Whether the readings are of the window that runs now. */
  isKnown(): boolean
  /** Calls in a window; `null` until the first reading. */
  limit(): number | null
  /** The lowest reading: calls left, not counting those in flight. */
  remaining(): number
  /** Readings in this window so far. */
  readings(): number
  /** Whether the last reading is young enough to rely on for several calls at once. */
  isFresh(now: number): boolean
  /** The latest time at which the window can end. */
  endsBy(): number
  /** Takes in a reading. */
  read(reading: RateReading, sentAt: number, now: number): ReadingEffect
  /** A call without a reading: it may have been counted. */
  countOne(): void
  /** The window is over, or another one counts. */
  forget(): void
}

/** `stale`: of an earlier window. A number: the calls of others between two readings, negative by chance. */
export type ReadingEffect = 'stale' | 'new_window' | { readonly ofOthers: number }

/** After that time a reading says too little for more than one call in flight. */
const staleAfterMs = 5_000

export function createRateWindow(): RateWindow {
  let isKnown = false
  let limit: number | null = null
  let remaining = 0
  /** The window ends between these two: the seconds of a reading are rounded, and the response took its time. */
  let earliestEnd = 0
  let latestEnd = 0
  let readAt = 0
  let readings = 0

  return {
    isKnown: () => isKnown,
    limit: () => limit,
    remaining: () => remaining,
    readings: () => readings,
    isFresh: (now) => now - readAt <= staleAfterMs,
    endsBy: () => latestEnd,
    read(reading, sentAt, now) {
      const earliest = sentAt + (reading.reset - 1) * 1000
      const latest = now + Math.max(1, reading.reset) * 1000
      if (isKnown && latest < earliestEnd) return 'stale'
      const isSameWindow = isKnown && earliest <= latestEnd
      const before = remaining
      remaining = isSameWindow ? Math.min(before, reading.remaining) : reading.remaining
      earliestEnd = isSameWindow ? Math.max(earliestEnd, earliest) : earliest
      latestEnd = isSameWindow ? Math.min(latestEnd, latest) : latest
      readings = isSameWindow ? readings + 1 : 1
      isKnown = true
      limit = reading.limit
      readAt = now
      // One of the calls between the two readings is our own.
      return isSameWindow ? { ofOthers: before - remaining - 1 } : 'new_window'
    },
    countOne() {
      remaining--
    },
    forget() {
      isKnown = false
    },
  }
}
