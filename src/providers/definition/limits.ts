// What a definition says about its limits, and how the three numbers are read from headers.

import { type Checks, flag, func, list, object, optional, positive, text } from '../../core/check.ts'
import type { RateLimits, RateReading, SpecialLimit } from '../../core/provider.ts'

/** As {@link RateLimits}. Default: one limit for all tokens of an account, no block, and no special limits. */
export type RateFacts = Pick<RateLimits, 'read'> & Partial<RateLimits>

/** Reads the three headers; returns `null` unless each is a whole number of a plausible size. */
export function readingOf(headers: Headers, limit: string, remaining: string, reset: string): RateReading | null {
  const [of, left, seconds] = [limit, remaining, reset].map((name) => {
    const value = headers.get(name) ?? ''
    return /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : null
  })
  // A value of more than a day cannot be the number of seconds that are left.
  if (of == null || left == null || seconds == null || seconds > 86_400) return null
  return { limit: of, remaining: Math.min(left, of), reset: seconds }
}

/** What a definition's `rate` must be. */
export const rateChecks: Checks<RateFacts> = {
  read: func('of the headers'),
  perToken: optional(flag),
  block: optional((value, isGiven) => (value === 0 ? null : positive(value, isGiven))),
  special: optional(
    list(
      'limits',
      object<SpecialLimit>({
        method: text,
        path: text,
        spans: list('{ calls, seconds }', object({ calls: positive, seconds: positive })),
      }),
    ),
  ),
}

/** Copies and freezes the limits. */
export function rateOf({ read, perToken = false, block = 0, special = [] }: RateFacts): RateLimits {
  return Object.freeze({
    read: (headers: Headers) => read(headers),
    perToken,
    block,
    special: Object.freeze(
      special.map(({ method, path, spans }) =>
        Object.freeze({ method, path, spans: Object.freeze(spans.map((span) => Object.freeze({ ...span }))) }),
      ),
    ),
  })
}
