// How long one call may take: a deadline for its work, and for its waiting either a share of that or a time of its own.

import type { CallInit } from '../core/calls.ts'
import type { Clock } from '../core/clock.ts'
import { TransportError } from '../core/http.ts'
import type { Deadlines } from './deadlines.ts'

export interface Deadline {
  /** Waits for a turn; `enter` is given the milliseconds that it may wait. */
  wait<Result>(enter: (maxWaitMs: number) => Result | Promise<Result>): Promise<Result>
  /** Begins to work on a request. */
  begin(): Work
  /** Pauses; returns `false` at once if the deadline comes before the end of the pause. */
  pause(ms: number): Promise<boolean>
}

/** How long a call has waited for its turns so far. */
export interface Waiting {
  ms: number
}

/** The work on one request, until `end`. */
export interface Work {
  /** Aborted at the deadline, or by the caller. */
  readonly signal: AbortSignal
  /** The caller's own, if there is one. */
  readonly callerSignal: AbortSignal | undefined
  /** Settles as the task does. Rejects as soon as the work is cut off, even if the task ignores its signal. */
  run<Result>(task: (signal: AbortSignal) => Promise<Result>): Promise<Result>
  /** Calls back with the signal's reason when the work is cut off, or now if it has been. */
  whenCutOff(listener: (reason: unknown) => void): void
  /** The deadline is met, and the caller's signal counts no more. */
  end(): void
}

const longestTimerMs = 2 ** 31 - 1
/** A call that changes something needs at least this long, or its caller would never learn the outcome. */
const leastForChangeMs = 1000

export function createDeadline(
  clock: Clock,
  deadlines: Deadlines,
  { deadlineMs = 30_000, maxWaitMs, signal }: Pick<CallInit, 'deadlineMs' | 'maxWaitMs' | 'signal'>,
  isSafe: boolean,
  waiting: Waiting = { ms: 0 },
): Deadline {
  let remainingMs = Math.min(deadlineMs, longestTimerMs)
  let remainingWaitMs = maxWaitMs === undefined ? null : Math.min(maxWaitMs, longestTimerMs)
  const callerSignal = signal ?? undefined

  return {
    async wait(enter) {
      const began = clock.monotonic()
      try {
        return await enter(Math.max(0, remainingWaitMs ?? remainingMs - (isSafe ? 0 : leastForChangeMs)))
      } finally {
        const spentMs = clock.monotonic() - began
        waiting.ms += spentMs
        if (remainingWaitMs === null) remainingMs -= spentMs
        else remainingWaitMs -= spentMs
      }
    },
    begin() {
      const began = clock.monotonic()
      return beginWork(
        deadlines,
        { at: began + Math.max(0, remainingMs), deadlineMs: remainingMs, callerSignal },
        () => {
          remainingMs -= clock.monotonic() - began
        },
      )
    },
    async pause(ms) {
      if (ms >= remainingMs) return false
      const began = clock.monotonic()
      await clock.sleep(ms, callerSignal)
      remainingMs -= clock.monotonic() - began
      return true
    },
  }
}

function beginWork(
  deadlines: Deadlines,
  { at, deadlineMs, callerSignal }: { at: number; deadlineMs: number; callerSignal: AbortSignal | undefined },
  onEnd: () => void,
): Work {
  const cutting = new AbortController()
  const listeners: ((reason: unknown) => void)[] = []
  let isOver = false
  const deadline = deadlines.add(at, () => cutOff(tooSlow(deadlineMs)))
  const byCaller = () => cutOff(callerSignal?.reason)
  if (callerSignal?.aborted) byCaller()
  else callerSignal?.addEventListener('abort', byCaller, { once: true })

  function end(): void {
    if (isOver) return
    isOver = true
    deadlines.remove(deadline)
    callerSignal?.removeEventListener('abort', byCaller)
    onEnd()
  }

  function cutOff(reason: unknown): void {
    if (isOver) return
    end()
    cutting.abort(reason)
    for (const listener of listeners) listener(reason)
  }

  function whenCutOff(listener: (reason: unknown) => void): void {
    if (cutting.signal.aborted) listener(cutting.signal.reason)
    else listeners.push(listener)
  }

  return {
    signal: cutting.signal,
    callerSignal,
    run: (task) =>
      new Promise((resolve, reject) => {
        whenCutOff(reject)
        task(cutting.signal).then(resolve, reject)
      }),
    whenCutOff,
    end,
  }
}

function tooSlow(deadlineMs: number): TransportError {
  const message = `no whole answer within ${Math.ceil(deadlineMs / 1000)} s`
  return new TransportError(message, true, undefined, 'timeout')
}
