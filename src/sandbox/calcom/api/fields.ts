// Reads a JSON body, and refuses a field in the words of the framework's validator.

import type { Answer, Exchange } from '../../http/exchange.ts'
import { errorEnvelope } from './errors.ts'

/** Reads the fields of the body, of which there may be none. Malformed JSON was refused before. */
export function fieldsOf(exchange: Exchange): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(exchange.body)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** 400 for one field: the shape is known, the constraint's own words are assumed. */
export function invalidField(
  exchange: Exchange,
  target: object,
  property: string,
  constraint: [name: string, sentence: string],
): Answer {
  const value = (target as Record<string, unknown>)[property]
  const [name, sentence] = constraint
  const error = { target, value, property, children: [], constraints: { [name]: `${property} ${sentence}` } }
  const details = { errors: [error] }
  const why = `${property} ${sentence}`
  return errorEnvelope(exchange, {
    status: 400,
    code: 'BadRequestException',
    message: 'Bad Request Exception',
    details,
    why,
  })
}

/** Reads a time in ISO format as milliseconds; returns null for anything else. */
export function timeOf(value: unknown): number | null {
  const at = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isFinite(at) ? at : null
}
