// How long a request may take. Where it reads, its calls end with it. A change goes on: what came of it can be read later.

import type { Clock } from '../../../core/clock.ts'
import { TransportError, withDeadline } from '../../../core/http.ts'
import type { Operation } from './operation.ts'
import { ApiError } from './problem.ts'

type Work<Result> = (signal: AbortSignal) => Promise<Result>

/** Does the work of a request, with a signal that is aborted when the client goes away or the time is over. */
export type OperationDeadline = <Result>(
  operation: Pick<Operation, 'method' | 'headers'>,
  request: Request,
  work: Work<Result>,
) => Promise<Result>

/** The requests of an operation reject with `operation_timeout` when their time is over. */
export function createOperationDeadline(clock: Clock, timeoutMs: number): OperationDeadline {
  return async (operation, request, work) => {
    try {
      return await withDeadline(clock, timeoutMs, request.signal, work)
    } catch (error) {
      throw error instanceof TransportError ? tooSlow(operation, timeoutMs) : error
    }
  }
}

function tooSlow({ method, headers }: Pick<Operation, 'method' | 'headers'>, timeoutMs: number): ApiError {
  const took = `It took longer than ${timeoutMs / 1000} s`
  if (method === 'get') {
    const sentence = `${took}: its calls had to wait for their turn, or were too many. Ask for less, or try again later.`
    return new ApiError('operation_timeout', sentence)
  }
  const remedy = headers
    ? 'Send it again with the same Idempotency-Key, to learn what came of it.'
    : 'Read what it is about before you send it again.'
  return new ApiError('operation_timeout', `${took}, and goes on. ${remedy}`)
}
