// The name of a request: the caller's own in `X-Request-Id`, or one that is made here. It is in the answer, in a problem and
// in every line of the log.

import { type Random, randomId } from '../core/clock.ts'

/** Returns a function that names a request. No two processes make the same name, and no two requests of one. */
export function createRequestIds(random: Random): (request: Request) => string {
  const ours = randomId(random, 'req')
  let count = 0
  return ({ headers }) => {
    const given = headers.get('x-request-id')
    return given !== null && /^[\w-]{1,100}$/.test(given) ? given : `${ours}-${(++count).toString(36)}`
  }
}
