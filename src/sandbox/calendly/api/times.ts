// Reads the span of time that a query asks for.

import type { Refused } from '../../http/exchange.ts'
import type { Span } from '../../time/availability.ts'
import type { CalendlyCall } from './call.ts'
import { invalidArgument } from './errors.ts'

/** Reads a time in ISO format as milliseconds; returns null for anything else. */
export function readTime(value: unknown): number | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d(T|$)/.test(value)) return null
  const at = Date.parse(value)
  return Number.isFinite(at) ? at : null
}

/** Reads `start_time` and `end_time`, at most `days` apart. */
export function readSpan({ exchange }: CalendlyCall, days: number): Span | Refused {
  const from = readTime(exchange.query.get('start_time'))
  const to = readTime(exchange.query.get('end_time'))
  const refuse = (parameter: string, message: string, why: string) => ({
    refusal: invalidArgument(exchange, why, [{ parameter, message }]),
  })
  if (from === null) return refuse('start_time', 'is invalid', 'start_time is missing or is not a time')
  if (to === null) return refuse('end_time', 'is invalid', 'end_time is missing or is not a time')
  if (to <= from) return refuse('end_time', 'is invalid', 'end_time is not after start_time')
  if (to - from > days * 86_400_000) {
    return refuse('end_time', 'is invalid', `end_time is more than ${days} days after start_time`)
  }
  return { from, to }
}
