// The limit that one endpoint has of its own, beside the general one of its grant, and the queue of the calls that wait
// for it.

import type { SpecialLimit } from '../core/provider.ts'
import { createFairQueue, type FairQueue } from './fair-queue.ts'
import type { MonotonicClock } from './monotonic-clock.ts'
import { createSlidingWindow } from './sliding-window.ts'

export interface EndpointLimit {
  readonly queue: FairQueue
  /** A call is over. `isCounted`: the provider may have counted it. */
  ended(isCounted: boolean): void
  /** No call may start until then. */
  block(until: number): void
  isIdle(now: number): boolean
}

export function createEndpointLimit(clock: MonotonicClock, spans: SpecialLimit['spans']): EndpointLimit {
  const window = createSlidingWindow(spans)
  const queue = createFairQueue(clock, window)
  return {
    queue,
    ended(isCounted) {
      window.ended(clock.monotonic(), isCounted)
      queue.advance()
    },
    block(until) {
      window.block(until)
      queue.advance()
    },
    isIdle: (now) => queue.isEmpty() && window.isIdle(now),
  }
}
