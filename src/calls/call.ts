// Calls the provider's API in the account's name: in its turn, with a live token, and a second time only where that
// cannot do anything twice.

import { noOptions } from '../core/call-options.ts'
import type { CallInit, CallResult } from '../core/calls.ts'
import type { Random } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { unknownClient } from '../core/not-found.ts'
import type { Client } from '../core/provider.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import type { TokenTarget } from '../keeper/token-request.ts'
import type { ApiResponse } from './api-response.ts'
import { createDeadline, type Deadline, type Waiting } from './deadline.ts'
import type { Deadlines } from './deadlines.ts'
import { behindProxy, missingScope, noAnswer, rateLimited, refusal, serverError, unknownOutcome } from './failures.ts'
import type { Governor } from './governor.ts'
import type { Turn } from './grant-limits.ts'
import { type ApiRequest, parseRequest } from './request.ts'
import { isTransient, mostSends, pauseMsAfter } from './retry.ts'
import { type Answered, type MayLeave, type SendDependencies, send, type Unanswered } from './send.ts'

export interface CallDependencies extends SendDependencies {
  readonly clients: ReadonlyMap<string, Client>
  readonly random: Random
  readonly governor: Governor
  readonly deadlines: Deadlines
}

/** The connection, grant and client that a call is made for. */
export interface CallTarget extends TokenTarget {
  readonly client: string
  /** The caller, unless the call names one. */
  readonly caller: unknown
}

/**
 * Makes one call. Resolves with the provider's response, and with what it means where it is a failure.
 *
 * @throws {PunctualError} `needs_reconnect`, `insufficient_scope`, `rate_limited`, `provider_unavailable`,
 *   `client_misconfigured`; `invalid_argument` before anything is sent.
 */
export async function call(
  dependencies: CallDependencies,
  target: CallTarget,
  path: string | URL,
  init: CallInit = noOptions,
  waiting: Waiting = { ms: 0 },
): Promise<CallResult> {
  const client = dependencies.clients.get(target.client)
  if (!client) throw unknownClient(target.client)
  const { provider } = client
  const { connection, grant } = target
  const request = parseRequest(provider, path, init)
  const deadline = createDeadline(dependencies.clock, dependencies.deadlines, init, request.isSafe, waiting)
  const { background = false, caller = target.caller } = init
  const signal = init.signal ?? undefined
  const queued = { grant, provider, method: request.method, path: request.path, caller, background, signal }
  const next = createNextStep(dependencies, request, deadline)
  const mayLeave = mayLeaveWithin(dependencies.clock, init.latestSendMs)
  /** The response that the call is sent again for. */
  let last: ApiResponse | null = null
  for (let sends = 1; ; sends++) {
    let turn: Turn
    try {
      turn = await deadline.wait((maxWaitMs) => dependencies.governor.turn({ ...queued, maxWaitMs }))
    } catch (error) {
      // No turn came in time. The last response then counts, unless it was only a 429.
      if (last && !signal?.aborted && error instanceof PunctualError) return next.withoutTurn(last, error)
      throw error
    }
    const outcome = await send(dependencies, { provider, connection, grant }, request, deadline, turn, mayLeave)
    if (request.isSafe || outcome.state === 'unsent') signal?.throwIfAborted()
    const result =
      outcome.state === 'answered' ? await next.afterAnswer(outcome, sends) : await next.afterSilence(outcome, sends)
    if (result !== 'again') return result
    if (outcome.state === 'answered') last = outcome.answer
  }
}

function mayLeaveWithin(clock: CallDependencies['clock'], latestSendMs: number | undefined): MayLeave | null {
  if (latestSendMs === undefined) return null
  const latest = clock.monotonic() + latestSendMs
  return () => clock.monotonic() < latest
}

interface NextStep {
  /** Returns the result of a call that cannot be sent again in time. */
  withoutTurn(last: ApiResponse, error: PunctualError): CallResult
  afterSilence(outcome: Unanswered, sends: number): Promise<'again'>
  afterAnswer(outcome: Answered, sends: number): Promise<CallResult | 'again'>
}

/** Decides after each send whether the call is over, and how, or is sent again. */
function createNextStep(
  { random, clock }: Pick<CallDependencies, 'random' | 'clock'>,
  request: ApiRequest,
  deadline: Deadline,
): NextStep {
  async function mayRepeat(sends: number, askedMs: number | null): Promise<boolean> {
    if (sends >= mostSends || !request.isRepeatable) return false
    return deadline.pause(pauseMsAfter(random, sends, askedMs))
  }

  const askedMsOf = ({ shown, judged }: ApiResponse) => retryAfterMs(shown.status, judged.headers, clock.now())

  function failed(answer: ApiResponse): CallResult {
    return { response: answer.response, failure: serverError(request.isSafe, answer.shown, askedMsOf(answer)) }
  }

  return {
    withoutTurn(last, error) {
      if (last.shown.status === 429) throw rateLimited(error.retryAfterMs ?? 1000, last.shown)
      return failed(last)
    },
    async afterSilence({ state, reason, cause }, sends) {
      if (!request.isSafe && state === 'in_flight') throw unknownOutcome({ cause })
      if (reason === 'network' && (await mayRepeat(sends, null))) return 'again'
      throw noAnswer(reason, cause)
    },
    async afterAnswer({ answer, meaning, token, waitMs, rejection }, sends) {
      const { shown, response } = answer
      if (!answer.isClear && !request.isSafe) return { response, failure: unknownOutcome({ answer: shown }) }
      if (waitMs !== null && (!request.isSafe || !request.isRepeatable)) throw rateLimited(waitMs, shown)
      if (meaning.kind === 'insufficient_scope') throw missingScope(meaning.scopes, token.scopes, shown)
      if (meaning.kind === 'unavailable') throw behindProxy(shown)
      if (waitMs !== null) return 'again'
      if (rejection) return { response, failure: rejection }
      if (shown.status < 500 && shown.status !== 408) return { response, failure: refusal(meaning, shown) }
      const isWorthRepeating = request.isSafe && isTransient(shown.status)
      return isWorthRepeating && (await mayRepeat(sends, askedMsOf(answer))) ? 'again' : failed(answer)
    },
  }
}
