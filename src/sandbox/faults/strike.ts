// What a fault does to one request: before the provider has committed, or to the answer after.
// Invariant: a fault that strikes before never lets the provider commit; one that strikes after never undoes it.

import { tooMany } from '../calcom/api/limits.ts'
import { texts } from '../calendly/api/errors.ts'
import { apiLimit } from '../calendly/api/limits.ts'
import { tokenLimit } from '../calendly/oauth/token.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import { jsonAnswer } from '../http/exchange.ts'
import type { Fault } from '../world/fault.ts'
import type { World } from '../world/world.ts'

/** How an answer leaves: whole, not at all, cut in the middle, or without an end. */
export interface Delivery {
  manner: 'whole' | 'refuse' | 'reset' | 'truncated' | 'endless' | 'hang'
  /** Milliseconds to wait before it leaves. */
  delay: number
  answer: Answer
}

/** What the fault does instead of asking the provider; null when the provider is to be asked first. */
export function strikeBefore(world: World, exchange: Exchange, fault: Fault): Delivery | null {
  const nothing: Answer = { status: 0, headers: {}, body: '' }
  if (fault.kind === 'reset_before') return { manner: 'refuse', delay: 0, answer: nothing }
  if (fault.after === true) return null
  if (fault.kind === 'hang') return { manner: 'hang', delay: 0, answer: nothing }
  const answer = replacement(world, exchange, fault)
  return answer === null ? null : { manner: 'whole', delay: 0, answer }
}

/** What the fault makes of the provider's answer. */
export function strikeAfter(world: World, exchange: Exchange, fault: Fault, given: Answer): Delivery {
  const whole = (answer: Answer): Delivery => ({ manner: 'whole', delay: 0, answer })
  switch (fault.kind) {
    case 'reset_after':
      return { manner: 'reset', delay: 0, answer: given }
    case 'hang':
    case 'truncated':
    case 'endless':
      return { manner: fault.kind, delay: 0, answer: given }
    case 'delay':
      return { manner: 'whole', delay: fault.after === true ? (fault.ms ?? 0) : 0, answer: given }
    case 'wrapped':
      return whole({ ...given, body: { status: 'success', data: given.body } })
    case 'missing':
      return whole(changed(given, (body) => dropped(body, fault.fields)))
    case 'set':
      return whole(changed({ ...given, status: fault.status ?? given.status }, (body) => replaced(body, fault.fields)))
    default:
      return whole(replacement(world, exchange, fault) ?? given)
  }
}

function replacement(world: World, exchange: Exchange, fault: Fault): Answer | null {
  switch (fault.kind) {
    case 'status':
      return withHeaders(custom(fault.status ?? 500, fault.body ?? ''), fault.headers)
    case 'html': {
      const page = fault.body ?? '<!doctype html><html><head><title>Just a moment...</title></head><body></body></html>'
      const headers = { 'content-type': 'text/html; charset=utf-8' }
      return withHeaders({ status: fault.status ?? 200, headers, body: page }, fault.headers)
    }
    case 'error_200':
      return withHeaders(custom(200, fault.body ?? oauthError(exchange)), fault.headers)
    case 'rate_limited':
      return withHeaders(limited(world, exchange, fault), fault.headers)
    case 'redirect':
      return withHeaders(
        {
          status: fault.status ?? 302,
          headers: { location: fault.location ?? 'https://elsewhere.example/' },
          body: '',
        },
        fault.headers,
      )
    default:
      return null
  }
}

function custom(status: number, body: string | Record<string, unknown>): Answer {
  return typeof body === 'string'
    ? { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
    : jsonAnswer(status, body)
}

function oauthError(exchange: Exchange): Record<string, unknown> {
  return exchange.note.provider === 'calendly'
    ? { error: 'invalid_grant', error_description: texts.invalid_grant }
    : { error: 'invalid_grant', error_description: 'invalid_refresh_token' }
}

function limited(world: World, exchange: Exchange, fault: Fault): Answer {
  const reset = Math.ceil(fault.seconds ?? 60)
  if (exchange.note.provider === 'calcom') return tooMany(world, exchange, { limit: 120, remaining: 0, reset })
  if (exchange.note.endpoint === 'api') return apiLimit(world, exchange, { limit: 500, remaining: 0, reset })
  return tokenLimit(world, exchange, world.state.switches.calendlyTokensPerMinute ?? 8, reset)
}

function changed(answer: Answer, change: (body: Record<string, unknown>) => Record<string, unknown>): Answer {
  return typeof answer.body === 'string' ? answer : { ...answer, body: change(answer.body as Record<string, unknown>) }
}

function dropped(body: Record<string, unknown>, fields: Fault['fields']): Record<string, unknown> {
  const names = Array.isArray(fields) ? fields : []
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))
}

function replaced(body: Record<string, unknown>, fields: Fault['fields']): Record<string, unknown> {
  return Array.isArray(fields) ? body : { ...body, ...fields }
}

function withHeaders(answer: Answer, headers: Record<string, string> | undefined): Answer {
  if (headers === undefined) return answer
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return { ...answer, headers: { ...answer.headers, ...Object.fromEntries(lower) } }
}
