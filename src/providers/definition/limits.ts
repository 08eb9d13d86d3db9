// What a definition says of its limits, and the reading of the three numbers that headers tell.

import { type Checks, flag, func, list, object, optional, positive, text } from '../../core/check.ts'
import type { RateLimits, RateReading, SpecialLimit } from '../../core/provider.ts'

/** As {@link RateLimits}; by default one budget for all tokens of an account, no block, and nothing special. */
export type RateFacts = Pick<RateLimits, 'read'> & Partial<RateLimits>

/** The reading; `null` unless all three headers are whole numbers of a sensible size. */
export function readingOf(headers: Headers, limit: string, remaining: string, reset: string): RateReading | null {
  const [of, left, seconds] = [limit, remaining, reset].map((name) => {
    const value = headers.get(name) ?? ''
    return /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : null
  })
  // More than a day cannot be the seconds that are left.
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

/** Copied and frozen. */
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
