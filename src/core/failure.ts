// The meaning of an answer that says no. It goes with the answer that `fetch` resolves with, so that a caller may look
// at either.

import type { PunctualError } from './errors.ts'

const failures = new WeakMap<Response, PunctualError>()

/** What an answer of `connection.fetch` means if it is a failure, as an error to `switch` on or to throw; else `null`. */
export function failureOf(response: Response): PunctualError | null {
  return failures.get(response) ?? null
}

/** Remembers what an answer means. */
export function withFailure(response: Response, failure: PunctualError | null): Response {
  if (failure) failures.set(response, failure)
  return response
}
