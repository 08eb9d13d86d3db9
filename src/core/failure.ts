// The meaning of an answer that says no. It goes with the answer that `fetch` resolves with, so that a caller may look
// at either.

import { argumentError } from './check.ts'
import { PunctualError } from './errors.ts'

const failures = new WeakMap<Response, PunctualError>()

/**
 * What an answer of `connection.fetch`, or its `clone()`, means if it is a failure, as an error to `switch` on or to
 * throw; else `null`. Of any other response it knows no more than the status.
 *
 * @throws {PunctualError} `invalid_argument` for what is no response.
 */
export function failureOf(response: Response): PunctualError | null {
  if (typeof response?.status !== 'number')
    throw argumentError('failureOf', 'the argument must be the Response that `connection.fetch` returned')
  return failures.get(response) ?? byStatus(response.status)
}

/** Remembers what an answer means; so do its clones. */
export function withFailure(response: Response, failure: PunctualError | null): Response {
  if (!failure) return response
  failures.set(response, failure)
  const clone = () => withFailure(Response.prototype.clone.call(response), failure)
  return Object.defineProperty(response, 'clone', { value: clone })
}

function byStatus(status: number): PunctualError | null {
  if ((status >= 200 && status < 300) || status === 304) return null
  const message = `The response has the status ${status}. \`fetch\` has not handed it out, so there is no more to say of it.`
  if (status === 429) return new PunctualError('rate_limited', message, { retryable: true })
  if (status >= 400 && status < 500 && status !== 408) return new PunctualError('provider_refused', message)
  return new PunctualError('provider_unavailable', message, {
    reason: status >= 400 ? 'server_error' : 'unexpected_answer',
  })
}
