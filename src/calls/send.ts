// One turn of a call: the request is sent with a token that lives. One that the provider says has ended is renewed, and
// the request sent once more: it was refused before anything was done.

import type { Clock } from '../core/clock.ts'
import { type ProviderAnswer, PunctualError } from '../core/errors.ts'
import { causeOf } from '../core/foreign-error.ts'
import { type Fetch, neverLeft, TransportError } from '../core/http.ts'
import type { ApiMeaning, Provider } from '../core/provider.ts'
import { withoutTokens } from '../core/redaction.ts'
import type { Keeper } from '../keeper/keeper.ts'
import type { Grant } from '../records/grants.ts'
import { type ApiResponse, readResponse } from './api-response.ts'
import type { Deadline } from './deadline.ts'
import { tokenRefused } from './failures.ts'
import type { Turn } from './governor.ts'
import type { RejectedTokens } from './rejected-tokens.ts'
import type { ApiRequest } from './request.ts'

export interface SendParts {
  readonly keeper: Pick<Keeper, 'token'>
  readonly clock: Clock
  readonly fetch: Fetch
  readonly distrust: RejectedTokens
}

/** An answer, and what it means. */
export interface Answered {
  readonly kind: 'answered'
  readonly answer: ApiResponse
  readonly meaning: ApiMeaning
  /** Whose token was sent. */
  readonly grant: Grant
  /** Seconds to stay away for: there were too many calls. */
  readonly wait: number | null
  /** Set where the token was refused to the end. */
  readonly refused: PunctualError | null
}

/** No answer that can be used. `unsent`: the request certainly did not leave. */
export interface Silent {
  readonly kind: 'silent'
  readonly unsent: boolean
  readonly reason: 'network' | 'timeout' | 'too_long'
  readonly cause: unknown
}

/**
 * Sends the request, and ends the turn.
 *
 * @throws {PunctualError} what the keeper says where there is no token; the caller's reason where its signal is aborted.
 */
export async function send(
  parts: SendParts,
  { provider, grant: id }: { readonly provider: Provider; readonly grant: string },
  request: ApiRequest,
  patience: Deadline,
  turn: Turn,
): Promise<Answered | Silent> {
  let left = false
  let unsent = false
  let hide = (text: string) => text
  let ending = null as AbortSignal | null
  try {
    return await patience.work(run)
  } catch (cause) {
    if (cause instanceof PunctualError) throw cause
    // Once it is given up, the cause is whatever the caller's signal says.
    unsent = !left || (!ending?.aborted && neverLeft(cause))
    // The caller's own reason goes back as it is; of anybody else's error, a few words.
    const own = ending?.aborted && cause === ending.reason
    return { kind: 'silent', unsent, reason: reasonOf(cause), cause: own ? cause : causeOf(cause, hide) }
  } finally {
    turn.end(unsent)
  }

  async function run(signal: AbortSignal): Promise<Answered> {
    ending = signal
    const grant = await parts.keeper.token(id, { minimumValidityMs: 0, signal })
    const first = await sendOnce(grant, signal)
    if (first.meaning.kind !== 'token_ended') return first
    const { told } = first.answer
    if (parts.distrust.has(id, grant.generation)) return { ...first, refused: tokenRefused(true, told) }
    const renewed = await parts.keeper
      .token(id, { minimumValidityMs: 0, refused: grant.generation, signal })
      .catch((error: unknown) => {
        throw error instanceof PunctualError ? withAnswer(error, told) : error
      })
    if (!request.repeatable) return { ...first, refused: tokenRefused(false, told) }
    const second = await sendOnce(renewed, signal)
    if (second.meaning.kind !== 'token_ended') return second
    parts.distrust.add(id, renewed.generation)
    return { ...second, refused: tokenRefused(true, second.answer.told) }
  }

  async function sendOnce(grant: Grant, signal: AbortSignal): Promise<Answered> {
    const tokens = grant.open()
    signal.throwIfAborted()
    turn.sent(grant.generation)
    hide = (text) => withoutTokens(tokens)(text)
    left = true
    const response = await parts.fetch(request.url, request.with(tokens.accessToken, signal))
    const answer = await readResponse(response, tokens, request.safe)
    const { status } = response
    const wait = turn.answered(status, response.headers)
    left = false
    const meaning: ApiMeaning = status >= 400 && status < 500 ? provider.meaning(answer.judged) : { kind: 'other' }
    return { kind: 'answered', answer, meaning, grant, wait, refused: null }
  }
}

function reasonOf(cause: unknown): Silent['reason'] {
  const reason = cause instanceof TransportError ? cause.reason : 'network'
  return reason === 'timeout' || reason === 'too_long' ? reason : 'network'
}

function withAnswer(error: PunctualError, answer: ProviderAnswer): PunctualError {
  const { code, message, reason, retryable, retryAfterMs, scopes } = error
  return new PunctualError(code, message, { reason, retryable, retryAfterMs, scopes, answer, cause: error })
}
