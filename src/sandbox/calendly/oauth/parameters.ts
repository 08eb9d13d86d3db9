// Reads the parameters that a client sends to Calendly's token, revoke and introspect endpoints.

import { type Exchange, mediaType } from '../../http/exchange.ts'

/** Parameters by name; only texts and numbers count. */
export type Parameters = ReadonlyMap<string, string>

/** Reads a form or a JSON body. */
export function readParameters(exchange: Exchange): Parameters {
  const found = new Map<string, string>()
  if (mediaType(exchange) !== 'application/json') {
    for (const [name, value] of new URLSearchParams(exchange.body)) found.set(name, value)
    return found
  }
  try {
    const value: unknown = JSON.parse(exchange.body)
    if (typeof value !== 'object' || value === null) return found
    for (const [name, one] of Object.entries(value)) {
      if (typeof one === 'string' || typeof one === 'number') found.set(name, String(one))
    }
  } catch {
    // A malformed body has no parameters.
  }
  return found
}
