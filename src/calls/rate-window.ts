// The window of a provider's limit, as far as the headers of its responses show it. A plain record of small numbers: one
// is kept for every grant that was lately called.

import type { RateReading } from '../core/provider.ts'

export interface RateWindow {
  /** Whether the readings are of the window that runs now. */
  isKnown: boolean
  /** Calls in a window; `null` until the first reading. */
  limit: number | null
  /** The lowest reading: calls left, not counting those in flight. */
  remaining: number
  /** Readings in this window so far. */
  readings: number
  /** The window ends between these two: the seconds of a reading are rounded, and the response took its time. */
  earliestEnd: number
  latestEnd: number
  readAt: number
}

/** `stale`: of an earlier window. A number: the calls of others between two readings, negative by chance. */
export type ReadingEffect = 'stale' | 'new_window' | { readonly ofOthers: number }

/** After that time a reading says too little for more than one call in flight. */
const staleAfterMs = 5_000

export const unknownWindow: Readonly<RateWindow> = {
  isKnown: false,
  limit: null,
  remaining: 0,
  readings: 0,
  earliestEnd: 0,
  latestEnd: 0,
  readAt: 0,
}

/** Whether the last reading is young enough to rely on for several calls at once. */
export function isFresh(window: RateWindow, now: number): boolean {
  return now - window.readAt <= staleAfterMs
}

/** Takes in a reading. */
export function read(window: RateWindow, reading: RateReading, sentAt: number, now: number): ReadingEffect {
  const earliest = sentAt + (reading.reset - 1) * 1000
  const latest = now + Math.max(1, reading.reset) * 1000
  if (window.isKnown && latest < window.earliestEnd) return 'stale'
  const isSameWindow = window.isKnown && earliest <= window.latestEnd
  const before = window.remaining
  window.remaining = isSameWindow ? Math.min(before, reading.remaining) : reading.remaining
  window.earliestEnd = isSameWindow ? Math.max(window.earliestEnd, earliest) : earliest
  window.latestEnd = isSameWindow ? Math.min(window.latestEnd, latest) : latest
  window.readings = isSameWindow ? window.readings + 1 : 1
  window.isKnown = true
  window.limit = reading.limit
  window.readAt = now
  // One of the calls between the two readings is our own.
  return isSameWindow ? { ofOthers: before - window.remaining - 1 } : 'new_window'
}
