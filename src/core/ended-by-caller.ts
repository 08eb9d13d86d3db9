// A call that the caller's signal has ended. `connection.fetch` rejects with the signal's own reason, as the standard `fetch` does;
// every function that makes a call for its caller rejects with an error to `switch` on.

import { PunctualError } from './errors.ts'

/** Returns the error for the caller in place of the signal's reason; every other error as it is. */
export function unlessEndedByCaller(place: string, signal: AbortSignal | null | undefined, error: unknown): unknown {
  if (!signal?.aborted || error !== signal.reason || error instanceof PunctualError) return error
  const message = `${place}: your signal has ended it. A change that had been sent by then may still be made.`
  return new PunctualError('provider_unavailable', message, { reason: 'aborted', cause: error })
}
