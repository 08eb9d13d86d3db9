// Where calls wait for their turn: callers take turns, each caller's calls in order, background calls only while no
// other call waits. A call that is cancelled, or cannot be served in time, leaves no trace.

import type { PunctualError } from '../core/errors.ts'
import { createAlarm } from './alarm.ts'
import { type CallerRing, createCallerRing, type Waiter } from './caller-ring.ts'
import { rateLimited } from './failures.ts'
import type { MonotonicClock } from './limit-clock.ts'

/** `true`: one call may start. Else when to ask again, in clock time; `Infinity`: once a call has ended. */
export type Permission =
  | true
  | { readonly until: number /** Whether no call can start before. */; readonly isCertain: boolean }

/** A limit that calls are kept within. */
export interface RateLimit {
  /** Whether one more call may start, with so many waiting, none of them for longer than `waitsUntil`. */
  permit(now: number, waiting: number, waitsUntil: number): Permission
  started(now: number): void
  /** Milliseconds that the last of so many waiting calls must expect. */
  expectedWaitMs(now: number, waiting: number): number
}

export interface QueueRequest {
  /** The call's caller: callers take turns. */
  readonly caller: unknown
  readonly background: boolean
  readonly maxWaitMs: number
  readonly signal: AbortSignal | undefined
}

export interface FairQueue {
  /**
   * Resolves when the call may start.
   *
   * @throws {PunctualError} `rate_limited` once its turn cannot come in time; the signal's reason when it is aborted.
   */
  enter(request: QueueRequest): Promise<void>
  /** Starts what may start now. Call it when something has changed. */
  advance(): void
  /** Refuses all waiting calls. */
  dismiss(why: PunctualError): void
  isEmpty(): boolean
}

const longestTimerMs = 2 ** 31 - 1

export function createFairQueue(clock: MonotonicClock, limit: RateLimit): FairQueue {
  const interactive = createCallerRing()
  const background = createCallerRing()
  const rings = [interactive, background]
  const alarm = createAlarm(clock, () => advance())

  const waiting = () => interactive.size() + background.size()
  const expectedWaitMs = () => limit.expectedWaitMs(clock.monotonic(), waiting())

  /** A newcomer may start at once, even if it may not wait at all. */
  function advance(newcomer?: Waiter): void {
    refuseExpired(rings, clock.monotonic(), expectedWaitMs(), newcomer)
    for (let next = nextInTurn(interactive, background); next; next = nextInTurn(interactive, background)) {
      const now = clock.monotonic()
      // Calls in the background are no reason for any other call to wait.
      const permission = limit.permit(now, next.ring.size(), next.ring.latest())
      if (permission !== true) {
        if (permission.isCertain) refuseLate(rings, now, permission.until)
        alarm.set(waiting() > 0 ? permission.until : Number.POSITIVE_INFINITY)
        return
      }
      next.ring.shift()
      limit.started(now)
      next.waiter.start()
    }
    alarm.set(Number.POSITIVE_INFINITY)
  }

  return {
    enter(request) {
      if (request.signal?.aborted) return Promise.reject(request.signal.reason)
      const ring = request.background ? background : interactive
      const { waiter, left, over } = createWaiter(request, clock.monotonic() + request.maxWaitMs, () => {
        ring.remove(waiter)
        waiter.refuse(request.signal?.reason)
        advance()
      })
      ring.add(waiter)
      advance(waiter)
      if (ring.has(waiter) && request.maxWaitMs < longestTimerMs) {
        clock.sleep(Math.max(0, request.maxWaitMs), over).then(
          () => {
            // Its time is up, even where the timer came before the clock says so, or the clock was set back.
            refuse(ring, waiter, rateLimited(expectedWaitMs()))
            advance()
          },
          () => {},
        )
      }
      return left
    },
    advance: () => advance(),
    dismiss(why) {
      for (const ring of rings) for (const waiter of ring.all()) refuse(ring, waiter, why)
      advance()
    },
    isEmpty: () => waiting() === 0,
  }
}

/** A waiter, the promise that its wait ends with, and a signal that it is over. */
function createWaiter(
  { caller, signal }: QueueRequest,
  until: number,
  onAbort: () => void,
): { waiter: Waiter; left: Promise<void>; over: AbortSignal } {
  const { promise: left, resolve, reject } = Promise.withResolvers<void>()
  const over = new AbortController()
  const leave = () => {
    // With a reason, since each abort without one makes an exception.
    over.abort('over')
    signal?.removeEventListener('abort', onAbort)
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  const waiter: Waiter = {
    caller,
    until,
    start() {
      leave()
      resolve()
    },
    refuse(error) {
      leave()
      reject(error)
    },
  }
  return { waiter, left, over: over.signal }
}

function nextInTurn(interactive: CallerRing, background: CallerRing): { ring: CallerRing; waiter: Waiter } | null {
  const ring = interactive.size() > 0 ? interactive : background
  const waiter = ring.peek()
  return waiter && { ring, waiter }
}

/** A call whose time is up never starts: all of these leave before any other moves up. */
function refuseExpired(rings: readonly CallerRing[], now: number, waitMs: number, newcomer?: Waiter): void {
  for (const ring of rings)
    for (const waiter of ring.expired(now)) if (waiter !== newcomer) refuse(ring, waiter, rateLimited(waitMs))
}

/** No call is kept waiting for a turn that comes too late. */
function refuseLate(rings: readonly CallerRing[], now: number, until: number): void {
  for (const ring of rings)
    for (const waiter of ring.all()) if (waiter.until < until) refuse(ring, waiter, rateLimited(until - now))
}

function refuse(ring: CallerRing, waiter: Waiter, error: PunctualError): void {
  ring.remove(waiter)
  waiter.refuse(error)
}
