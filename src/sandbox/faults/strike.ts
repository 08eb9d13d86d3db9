// What a fault does to one request: before the provider has committed, or to the answer after.
// A fault that strikes before keeps the provider from committing; one that strikes after undoes nothing.

import { type Answer, type Exchange, jsonAnswer } from '../http/exchange.ts'
import type { Fault } from '../world/fault.ts'
import type { World } from '../world/world.ts'

/** How an answer leaves: whole, not at all, cut in the middle, or without an end. */
export interface Delivery {
  readonly manner: 'whole' | 'refuse' | 'reset' | 'truncated' | 'endless' | 'hang'
  /** Milliseconds to wait before it leaves. */
  readonly delay: number
  readonly answer: Answer
}

/** A provider's own words where a fault asks for them. */
export interface FaultAnswers {
  /** The body of an OAuth error about a dead refresh token. */
  readonly invalidGrant: Record<string, unknown>
  /** The 429 of the endpoint that was called. */
  readonly rateLimited: (world: World, exchange: Exchange, resetSeconds: number) => Answer
}

/** One request that meets a fault. */
export interface Strike {
  readonly world: World
  readonly exchange: Exchange
  readonly fault: Fault
  readonly answers: FaultAnswers
}

/** Returns what the fault does before the provider acts, or null if the provider acts first. */
export function strikeBefore(strike: Strike): Delivery | null {
  const { fault } = strike
  const nothing: Answer = { status: 0, headers: {}, body: '' }
  if (fault.kind === 'reset_before') return { manner: 'refuse', delay: 0, answer: nothing }
  if (fault.after === true) return null
  if (fault.kind === 'hang') return { manner: 'hang', delay: 0, answer: nothing }
  const answer = replacement(strike)
  return answer === null ? null : { manner: 'whole', delay: 0, answer }
}

/** Returns what the fault makes of the provider's answer. */
export function strikeAfter(strike: Strike, given: Answer): Delivery {
  const { fault } = strike
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
      return whole(replacement(strike) ?? given)
  }
}

function replacement({ world, exchange, fault, answers }: Strike): Answer | null {
  switch (fault.kind) {
    case 'status':
      return withHeaders(custom(fault.status ?? 500, fault.body ?? ''), fault.headers)
    case 'html': {
      const page = fault.body ?? '<!doctype html><html><head><title>Just a moment...</title></head><body></body></html>'
      const headers = { 'content-type': 'text/html; charset=utf-8' }
      return withHeaders({ status: fault.status ?? 200, headers, body: page }, fault.headers)
    }
    case 'error_200':
      return withHeaders(custom(200, fault.body ?? answers.invalidGrant), fault.headers)
    case 'rate_limited':
      return withHeaders(answers.rateLimited(world, exchange, Math.ceil(fault.seconds ?? 60)), fault.headers)
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
