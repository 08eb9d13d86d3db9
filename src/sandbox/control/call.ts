// What a control endpoint is called with, and the answers that all of them share.

import type { z } from 'zod'
import { type Answer, type Exchange, jsonAnswer, refused } from '../http/exchange.ts'
import type { Journal } from '../http/journal.ts'
import type { RouteKey } from '../http/router.ts'
import type { SandboxClock } from '../time/clock.ts'
import { type Problem, problemOf, problemSentence } from '../world/problem.ts'
import type { World } from '../world/world.ts'
import type { Serve } from './person.ts'

/** What the control endpoints and the pages may use. */
export interface ControlContext {
  readonly world: World
  readonly clock: SandboxClock
  readonly journal: Journal
  /** Sets everything back to the beginning. */
  reset(): void
}

/** What the control endpoints may use besides. */
export interface Controlled extends ControlContext {
  /** Serves a request of the sandbox itself. */
  readonly serve: Serve
}

/** One call of a control endpoint; `body` is what was sent as JSON or as a form. */
export interface ControlCall extends Controlled {
  readonly exchange: Exchange
  readonly params: Record<string, string>
  readonly body: unknown
}

/** An answer, and for a page what is wrong with which field. */
export interface ControlAnswer extends Answer {
  readonly problem?: Problem
}

/** One control endpoint. */
export type ControlRoute = RouteKey & {
  readonly answer: (call: ControlCall) => ControlAnswer | Promise<ControlAnswer>
}

/** 400 with one sentence. */
export function badInput(
  exchange: Exchange,
  sentence: string,
  problem: Problem = { field: null, wanted: sentence },
): ControlAnswer {
  return { ...refused(exchange, sentence, jsonAnswer(400, { error: sentence })), problem }
}

/** 404 with one sentence. */
export function absent(exchange: Exchange, sentence: string, field: string | null = null): ControlAnswer {
  const problem = { field, wanted: sentence }
  return { ...refused(exchange, sentence, jsonAnswer(404, { error: sentence })), problem }
}

/** Checks what was sent; returns 400 if it is wrong. */
export function checkBody<Value, Result extends ControlAnswer | Promise<ControlAnswer>>(
  call: ControlCall,
  schema: z.ZodType<Value>,
  subject: string,
  next: (value: Value) => Result,
): ControlAnswer | Result {
  const parsed = schema.safeParse(call.body)
  if (parsed.success) return next(parsed.data)
  return badInput(call.exchange, problemSentence(subject, parsed.error), problemOf(parsed.error))
}
