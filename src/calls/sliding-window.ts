// A limit that no header describes: so many calls in any span of so many seconds, counted here. Without numbers, only
// the provider's refusals count.

import type { SpecialLimit } from '../core/provider.ts'
import type { Permission, RateLimit } from './fair-queue.ts'

export interface SlidingWindow extends RateLimit {
  /** A call is over. `isCounted`: the provider may have counted it. */
  ended(now: number, isCounted: boolean): void
  /** No call may start until then. */
  block(until: number): void
  isIdle(now: number): boolean
}

const unknownWaitMs = 1000

export function createSlidingWindow(spans: SpecialLimit['spans']): SlidingWindow {
  const longestSpanMs = Math.max(0, ...spans.map(({ seconds }) => seconds)) * 1000
  /** When each call that may have been counted ended, oldest first: the provider counted it no later. */
  let endedAt: number[] = []
  let inFlight = 0
  let blockedUntil = 0

  function forget(now: number): void {
    endedAt = endedAt.filter((at) => at > now - longestSpanMs)
  }

  function permit(now: number): Permission {
    if (now < blockedUntil) return { until: blockedUntil, isCertain: true }
    forget(now)
    let until = now
    let isFull = false
    for (const { calls, seconds } of spans) {
      const within = endedAt.filter((at) => at > now - seconds * 1000)
      if (within.length >= calls) until = Math.max(until, (within.at(-calls) ?? now) + seconds * 1000)
      else if (within.length + inFlight >= calls) isFull = true
    }
    if (until > now) return { until, isCertain: true }
    return isFull ? { until: Number.POSITIVE_INFINITY, isCertain: false } : true
  }

  return {
    permit,
    expectedWaitMs(now) {
      const permission = permit(now)
      return permission === true || !permission.isCertain ? unknownWaitMs : permission.until - now
    },
    started() {
      inFlight++
    },
    ended(now, isCounted) {
      inFlight--
      if (isCounted && spans.length > 0) endedAt.push(now)
    },
    block(until) {
      blockedUntil = Math.max(blockedUntil, until)
    },
    isIdle(now) {
      forget(now)
      return inFlight === 0 && now >= blockedUntil && endedAt.length === 0
    },
  }
}
