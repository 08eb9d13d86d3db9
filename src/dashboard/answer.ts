// How the pages wait for a provider: for a few seconds, so that a slow one delays no page for long. A failure is a fact to
// show, not an error of the page.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { TransportError, withDeadline } from '../core/http.ts'

const deadlineMs = 8000

/** Returns what the work returns, or why it failed. `signal` is aborted at the deadline. */
export async function answerOf<Result>(
  clock: Clock,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | PunctualError> {
  try {
    return await withDeadline(clock, deadlineMs, undefined, work)
  } catch (error) {
    return asFailure(error)
  }
}

function asFailure(error: unknown): PunctualError {
  if (error instanceof PunctualError) return error
  if (error instanceof TransportError) {
    return new PunctualError('provider_unavailable', 'The provider did not respond in time.', {
      reason: error.reason,
      retryable: true,
    })
  }
  throw error
}
