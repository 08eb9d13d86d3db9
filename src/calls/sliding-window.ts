// A limit that no header tells: so many calls in any span of so many seconds, counted here. With no numbers, only the
// provider's refusal tells.

import type { SpecialLimit } from '../core/provider.ts'
import type { Room } from './header-budget.ts'

export interface SlidingWindow {
  room(now: number): Room
  taken(): void
  /** It is over; `counted`: the provider may have counted it. */
  done(now: number, counted: boolean): void
  block(until: number): void
  /** Ms until the next may go. */
  expect(now: number): number
  isIdle(now: number): boolean
}

export function createSlidingWindow(spans: SpecialLimit['spans']): SlidingWindow {
  const longest = Math.max(0, ...spans.map(({ seconds }) => seconds)) * 1000
  /** When each call that may have been counted was over, oldest first: the provider counted it no later. */
  let counted: number[] = []
  let inFlight = 0
  let blockedUntil = 0

  function forget(now: number): void {
    counted = counted.filter((at) => at > now - longest)
  }

  function room(now: number): Room {
    if (now < blockedUntil) return { until: blockedUntil, certain: true }
    forget(now)
    let until = now
    let full = false
    for (const { calls, seconds } of spans) {
      const within = counted.filter((at) => at > now - seconds * 1000)
      if (within.length >= calls) until = Math.max(until, (within.at(-calls) ?? now) + seconds * 1000)
      else if (within.length + inFlight >= calls) full = true
    }
    if (until > now) return { until, certain: true }
    return full ? { until: Number.POSITIVE_INFINITY, certain: false } : true
  }

  return {
    room,
    expect(now) {
      const answer = room(now)
      return answer === true || !answer.certain ? 1000 : answer.until - now
    },
    taken() {
      inFlight++
    },
    done(now, wasCounted) {
      inFlight--
      if (wasCounted && spans.length > 0) counted.push(now)
    },
    block(until) {
      blockedUntil = Math.max(blockedUntil, until)
    },
    isIdle(now) {
      forget(now)
      return inFlight === 0 && now >= blockedUntil && counted.length === 0
    },
  }
}
