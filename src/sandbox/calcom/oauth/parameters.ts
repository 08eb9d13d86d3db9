// Reads what a client sends to Cal.com's token endpoint.

import { type Exchange, mediaType } from '../../http/exchange.ts'

/**
 * The fields of a form or of JSON, in their order; null when the body is neither. A name that is repeated or has brackets
 * holds a list or an object, as in the real parser.
 */
export function readFields(exchange: Exchange): Readonly<Record<string, unknown>> | null {
  if (!isRead(exchange)) return null
  const fields: Record<string, unknown> = Object.create(null)
  if (mediaType(exchange) === 'application/json') {
    const value: unknown = exchange.body === '' ? {} : JSON.parse(exchange.body)
    return Array.isArray(value) ? fields : Object.assign(fields, value)
  }
  for (const [written, value] of new URLSearchParams(exchange.body)) {
    const name = /^[^[]+(?=\[[^[\]]*\])/.exec(written)?.[0] ?? written
    fields[name] = name in fields || name !== written ? [fields[name], value] : value
  }
  return fields
}

export function isRead(exchange: Exchange): boolean {
  return ['application/json', 'application/x-www-form-urlencoded'].includes(mediaType(exchange))
}
