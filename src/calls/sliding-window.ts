// A limit that no header describes: so many calls in any span of so many seconds, counted here. Without numbers, only
// the provider's refusals count.

import type { SpecialLimit } from '../core/provider.ts'
import type { Permission, RateLimit } from './fair-queue.ts'

type Spans = SpecialLimit['spans']

export interface SlidingWindow {
  readonly spans: Spans
  /** When each call that may have been counted ended, oldest first: the provider counted it no later. */
  endedAt: number[]
  inFlight: number
  /** No call may start until then. */
  blockedUntil: number
}

const unknownWaitMs = 1000

export function newSlidingWindow(spans: Spans): SlidingWindow {
  return { spans, endedAt: [], inFlight: 0, blockedUntil: 0 }
}

/** The window as a limit that calls are kept within. */
export function limitOfWindow(window: SlidingWindow): RateLimit {
  return {
    permit: (now) => permit(window, now),
    started() {
      window.inFlight++
    },
    expectedWaitMs(now) {
      const permission = permit(window, now)
      return permission === true || !permission.isCertain ? unknownWaitMs : permission.until - now
    },
  }
}

/** A call is over. `isCounted`: the provider may have counted it. */
export function countEnded(window: SlidingWindow, now: number, isCounted: boolean): void {
  window.inFlight--
  if (isCounted && window.spans.length > 0) window.endedAt.push(now)
}

/** When all of it may be forgotten; `Infinity` while a call is in flight. */
export function windowEndsAt({ spans, endedAt, inFlight, blockedUntil }: SlidingWindow): number {
  if (inFlight > 0) return Number.POSITIVE_INFINITY
  const last = endedAt.at(-1)
  return last === undefined ? blockedUntil : Math.max(blockedUntil, last + longestSpanMs(spans))
}

function permit(window: SlidingWindow, now: number): Permission {
  const { spans, blockedUntil } = window
  if (now < blockedUntil) return { until: blockedUntil, isCertain: true }
  const longestMs = longestSpanMs(spans)
  window.endedAt = window.endedAt.filter((at) => at > now - longestMs)
  let until = now
  let isFull = false
  for (const { calls, seconds } of spans) {
    const within = window.endedAt.filter((at) => at > now - seconds * 1000)
    if (within.length >= calls) until = Math.max(until, (within.at(-calls) ?? now) + seconds * 1000)
    else if (within.length + window.inFlight >= calls) isFull = true
  }
  if (until > now) return { until, isCertain: true }
  return isFull ? { until: Number.POSITIVE_INFINITY, isCertain: false } : true
}

function longestSpanMs(spans: Spans): number {
  return Math.max(0, ...spans.map(({ seconds }) => seconds)) * 1000
}
