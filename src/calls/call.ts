// Calls the provider's API in the account's name: when it is its turn, with a token that lives, and again only where that
// cannot do anything twice.

import type { CallInit } from '../core/calls.ts'
import type { Random } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { withFailure } from '../core/failure.ts'
import { unknownClient } from '../core/not-found.ts'
import type { Client } from '../core/provider.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import type { ApiResponse } from './api-response.ts'
import { createDeadline } from './deadline.ts'
import { behindProxy, missingScope, noAnswer, rateLimited, refusal, serverError, unknownOutcome } from './failures.ts'
import type { Governor } from './governor.ts'
import { parseRequest } from './request.ts'
import { isPassing, mostTries, pauseAfter } from './retry.ts'
import { type Answered, type SendParts, type Silent, send } from './send.ts'

export interface CallParts extends SendParts {
  readonly clients: ReadonlyMap<string, Client>
  readonly random: Random
  readonly governor: Governor
}

/** In whose name a call is made. */
export interface CallTarget {
  readonly grant: string
  readonly client: string
  /** Whose call it is, unless the call names somebody. */
  readonly caller: unknown
}

/**
 * Makes one call. Resolves with the provider's answer, and with what that means where it is a failure (`failureOf`).
 *
 * @throws {PunctualError} `needs_reconnect`, `insufficient_scope`, `rate_limited`, `provider_unavailable`,
 *   `client_misconfigured`; `invalid_argument` before anything is sent.
 */
export async function call(
  parts: CallParts,
  target: CallTarget,
  path: string | URL,
  init: CallInit = {},
): Promise<Response> {
  const client = parts.clients.get(target.client)
  if (!client) throw unknownClient(target.client)
  const { provider } = client
  const request = parseRequest(provider, path, init)
  const patience = createDeadline(parts.clock, init, request.safe)
  const { background = false, caller = target.caller } = init
  const signal = init.signal ?? undefined
  /** The answer that the call is made again for. */
  let last: ApiResponse | null = null
  for (let tries = 1; ; tries++) {
    const { method, path: place } = request
    const turn = await patience
      .wait((ms) =>
        parts.governor.turn({
          grant: target.grant,
          provider,
          method,
          path: place,
          caller,
          background,
          patience: ms,
          signal,
        }),
      )
      .catch(withoutTurn)
    if (turn instanceof Response) return turn
    const outcome = await send(parts, { provider, grant: target.grant }, request, patience, turn)
    if (request.safe || (outcome.kind === 'silent' && outcome.unsent)) signal?.throwIfAborted()
    const answer = outcome.kind === 'silent' ? await afterSilence(outcome, tries) : await afterAnswer(outcome, tries)
    if (answer) return answer
  }

  /** No turn came in time: then the answer before stands, unless it said no more than that. */
  function withoutTurn(error: unknown): Response {
    if (!last || signal?.aborted || !(error instanceof PunctualError)) throw error
    if (last.told.status === 429) throw rateLimited(error.retryAfterMs ?? 1000, last.told)
    return failed(last)
  }

  /** `null`: again. */
  async function afterSilence(outcome: Silent, tries: number): Promise<null> {
    if (!request.safe && !outcome.unsent) throw unknownOutcome(outcome)
    if (outcome.reason === 'network' && (await mayRepeat(tries, null))) return null
    throw noAnswer(outcome.reason, outcome.cause)
  }

  /** `null`: again. */
  async function afterAnswer(
    { answer, meaning, grant, wait, refused }: Answered,
    tries: number,
  ): Promise<Response | null> {
    const { told, response, judged } = answer
    if (!answer.clear && !request.safe) return withFailure(response, unknownOutcome({ answer: told }))
    if (wait !== null && (!request.safe || !request.repeatable)) throw rateLimited(wait, told)
    if (meaning.kind === 'insufficient_scope') throw missingScope(meaning.scopes, grant.scopes, told)
    if (meaning.kind === 'unavailable') throw behindProxy(told)
    last = answer
    if (wait !== null) return null
    if (refused) return withFailure(response, refused)
    if (told.status < 500 && told.status !== 408) return withFailure(response, refusal(meaning, told))
    const asked = retryAfterMs(told.status, judged.headers, parts.clock.now())
    return request.safe && isPassing(told.status) && (await mayRepeat(tries, asked)) ? null : failed(answer)
  }

  async function mayRepeat(tries: number, asked: number | null): Promise<boolean> {
    if (tries >= mostTries || !request.repeatable) return false
    return patience.pause(pauseAfter(parts.random, tries, asked))
  }

  function failed({ response, told, judged }: ApiResponse): Response {
    const asked = retryAfterMs(told.status, judged.headers, parts.clock.now())
    return withFailure(response, serverError(request.safe, told, asked))
  }
}
