// What a definition says of its limits, and the reading of the three numbers that headers tell.

import type { RateLimits, RateReading, SpecialLimit } from '../../core/provider.ts'
import { assertNames, checkFlag, checkNumber, checkText, wrong } from './options.ts'

/** As {@link RateLimits}; by default one budget for all tokens of an account, no block, and nothing special. */
export type RateFacts = Pick<RateLimits, 'read'> & Partial<RateLimits>

/** The reading; `null` unless all three headers are whole numbers of a sensible size. */
export function readingOf(headers: Headers, limit: string, remaining: string, reset: string): RateReading | null {
  const [of, left, seconds] = [limit, remaining, reset].map((name) => {
    const value = headers.get(name) ?? ''
    return /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : null
  })
  // More than a day is no number of seconds that are left.
  if (of == null || left == null || seconds == null || seconds > 86_400) return null
  return { limit: of, remaining: Math.min(left, of), reset: seconds }
}

/** Checked, copied and frozen. @throws {PunctualError} `invalid_argument` */
export function checkRate(maker: string, value: RateFacts): RateLimits {
  assertNames(maker, value, ['read', 'perToken', 'block', 'special'], 'rate')
  const { read, perToken = false, block = 0, special = [] } = value
  if (typeof read !== 'function') throw wrong(maker, 'rate: { read }', 'must be a function of the headers')
  if (!Array.isArray(special)) throw wrong(maker, 'rate: { special }', 'must be a list')
  return Object.freeze({
    read: (headers: Headers) => read(headers),
    perToken: checkFlag(maker, 'rate: { perToken }', perToken),
    block: block === 0 ? 0 : checkNumber(maker, 'rate: { block }', block),
    special: Object.freeze(special.map((limit: SpecialLimit, index) => checkSpecial(maker, index, limit))),
  })
}

function checkSpecial(maker: string, index: number, { method, path, spans, ...rest }: SpecialLimit): SpecialLimit {
  const option = `rate: { special[${index}] }`
  assertNames(maker, rest, [], option)
  if (!Array.isArray(spans)) throw wrong(maker, option, 'its "spans" must be a list of { calls, seconds }')
  const copied = spans.map(({ calls, seconds }) =>
    Object.freeze({ calls: checkNumber(maker, option, calls), seconds: checkNumber(maker, option, seconds) }),
  )
  return Object.freeze({
    method: checkText(maker, option, method),
    path: checkText(maker, option, path),
    spans: Object.freeze(copied),
  })
}
