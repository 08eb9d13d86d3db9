// The limit that one endpoint has of its own, beside the general one of its grant, and the queue of the calls that wait
// for it.

import type { SpecialLimit } from '../core/provider.ts'
import type { QueueRequest } from './fair-queue.ts'
import type { MonotonicClock } from './limit-clock.ts'
import { advance, enter, isFree, type QueuedLimit } from './queued-limit.ts'
import { countEnded, limitOfWindow, newSlidingWindow, type SlidingWindow, windowEndsAt } from './sliding-window.ts'

export interface EndpointLimit extends SlidingWindow, QueuedLimit {}

export function newEndpointLimit(spans: SpecialLimit['spans']): EndpointLimit {
  return { ...newSlidingWindow(spans), queue: null }
}

/** Starts a call at once, and returns `null`; or returns the promise of its turn. */
export function enterEndpoint(
  clock: MonotonicClock,
  endpoint: EndpointLimit,
  request: QueueRequest,
): Promise<void> | null {
  return enter(clock, endpoint, limitOfWindow(endpoint), request)
}

/** A call is over. `isCounted`: the provider may have counted it. */
export function leaveEndpoint(clock: MonotonicClock, endpoint: EndpointLimit, isCounted: boolean): void {
  countEnded(endpoint, clock.monotonic(), isCounted)
  advance(endpoint)
}

/** No call may start until then. */
export function blockEndpoint(endpoint: EndpointLimit, until: number): void {
  endpoint.blockedUntil = Math.max(endpoint.blockedUntil, until)
  advance(endpoint)
}

/** When it may be forgotten; `Infinity` while a call waits or is in flight. */
export function endpointEndsAt(endpoint: EndpointLimit): number {
  return isFree(endpoint) ? windowEndsAt(endpoint) : Number.POSITIVE_INFINITY
}
