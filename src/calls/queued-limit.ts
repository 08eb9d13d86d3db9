// A limit, and the queue of the calls that wait for it. Most calls may start at once, so the queue exists only while
// some call has to wait.

import { createFairQueue, type FairQueue, type QueueRequest, type RateLimit } from './fair-queue.ts'
import type { MonotonicClock } from './limit-clock.ts'

export interface QueuedLimit {
  queue: FairQueue | null
}

/**
 * Starts a call at once, and returns `null`, if the limit allows it and no other call waits. Otherwise returns the
 * promise of its turn, as `FairQueue.enter` does.
 */
export function enter(
  clock: MonotonicClock,
  queued: QueuedLimit,
  limit: RateLimit,
  request: QueueRequest,
): Promise<void> | null {
  if (request.signal?.aborted) return Promise.reject(request.signal.reason)
  const now = clock.monotonic()
  if (isFree(queued) && limit.permit(now, 1, now + request.maxWaitMs) === true) {
    limit.started(now)
    return null
  }
  queued.queue ??= createFairQueue(clock, limit)
  return queued.queue.enter(request)
}

/** Starts what may start now. Call it when something has changed. */
export function advance(queued: QueuedLimit): void {
  queued.queue?.advance()
  if (isFree(queued)) queued.queue = null
}

/** Whether no call waits. */
export function isFree({ queue }: QueuedLimit): boolean {
  return queue === null || queue.isEmpty()
}
