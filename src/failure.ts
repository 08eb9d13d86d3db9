// Remembers what a response of `connection.fetch` means, for users who hold the response alone. Code inside passes the
// failure beside the response and needs no memory.

import type { CallResult } from './core/calls.ts'
import { argumentError } from './core/check.ts'
import { PunctualError } from './core/errors.ts'

const failures = new WeakMap<Response, PunctualError>()

/**
 * Returns what a response of `connection.fetch`, or its `clone()`, means if it is a failure, as an error to `switch` on
 * or to throw; else `null`. A response from elsewhere is judged by its status alone.
 *
 * @throws {PunctualError} `invalid_argument` for anything but a response.
 */
export function failureOf(response: Response): PunctualError | null {
  if (typeof response?.status !== 'number')
    throw argumentError('failureOf', 'the argument must be the Response of `connection.fetch`')
  return failures.get(response) ?? byStatus(response.status)
}

/** Returns the response, and remembers what it and its clones mean. */
export function rememberFailure({ response, failure }: CallResult): Response {
  if (!failure) return response
  failures.set(response, failure)
  const clone = () => rememberFailure({ response: Response.prototype.clone.call(response), failure })
  return Object.defineProperty(response, 'clone', { value: clone })
}

function byStatus(status: number): PunctualError | null {
  if ((status >= 200 && status < 300) || status === 304) return null
  const message = `The response has the status ${status}. It did not come from \`connection.fetch\`, so nothing more is known.`
  if (status === 429) return new PunctualError('rate_limited', message, { retryable: true })
  if (status >= 400 && status < 500 && status !== 408) return new PunctualError('provider_refused', message)
  return new PunctualError('provider_unavailable', message, {
    reason: status >= 400 ? 'server_error' : 'unexpected_answer',
  })
}
