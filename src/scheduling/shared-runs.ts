// One run of a change at a time in this process: callers with the same key share it. It is stopped before its request leaves
// if all of them have gone; a request that has left is heard to its end.

import { anotherRequest } from './key-errors.ts'

interface Run {
  readonly request: string
  readonly result: Promise<unknown>
  readonly stop: AbortController
  waiting: number
}

export interface SharedRuns {
  /**
   * Begins the run, or joins the one with that key. Rejects with the signal's reason as soon as it is aborted.
   *
   * @throws {PunctualError} `invalid_argument` if that one is of another request.
   */
  join<Result>(place: string, asked: Asked, begin: (stop: AbortSignal) => Promise<Result>): Promise<Result>
}

export interface Asked {
  readonly key: string
  readonly request: string
  readonly signal: AbortSignal | undefined
}

export function createSharedRuns(): SharedRuns {
  const underWay = new Map<string, Run>()

  function begin(key: string, request: string, work: (stop: AbortSignal) => Promise<unknown>): Run {
    const stop = new AbortController()
    const result = work(stop.signal).finally(() => {
      if (underWay.get(key) === run) underWay.delete(key)
    })
    // Its callers may all have gone.
    result.catch(() => {})
    const run: Run = { request, result, stop, waiting: 0 }
    underWay.set(key, run)
    return run
  }

  return {
    async join<Result>(place: string, { key, request, signal }: Asked, work: (stop: AbortSignal) => Promise<Result>) {
      signal?.throwIfAborted()
      const known = underWay.get(key)
      if (known && known.request !== request) throw anotherRequest(place)
      const run = known && !known.stop.signal.aborted ? known : begin(key, request, work)
      run.waiting++
      try {
        return (await untilAborted(run.result, signal)) as Result
      } finally {
        run.waiting--
        if (run.waiting === 0) run.stop.abort(signal?.reason)
      }
    },
  }
}

async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work
  const { promise, reject } = Promise.withResolvers<never>()
  const aborted = () => reject(signal.reason)
  signal.addEventListener('abort', aborted, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', aborted)
  }
}
