// The name of a request: the caller's own in `X-Request-Id`, or one that is made here. It is in the answer, in a problem and
// in every line of the log.

import { type Random, randomId } from '../core/clock.ts'

export function requestIdOf({ headers }: Request, random: Random): string {
  const given = headers.get('x-request-id')
  return given !== null && /^[\w-]{1,100}$/.test(given) ? given : randomId(random, 'req')
}
