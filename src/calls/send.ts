// Sends a request once it is its turn, with a live token. A request whose token the provider calls ended is sent once
// more with a refreshed one: it was refused before anything was done. What a send has done so far is one explicit
// state.

import type { Clock } from '../core/clock.ts'
import { type ProviderAnswer, PunctualError, reworded } from '../core/errors.ts'
import { causeOf } from '../core/foreign-error.ts'
import { type Fetch, neverLeft, TransportError } from '../core/http.ts'
import { fetchBeforeDeadline } from '../core/last-check.ts'
import type { ApiMeaning, Provider } from '../core/provider.ts'
import { withoutTokens } from '../core/redaction.ts'
import type { Keeper } from '../keeper/keeper.ts'
import type { ServedToken, TokenTarget } from '../keeper/token-request.ts'
import { type ApiResponse, readResponse } from './api-response.ts'
import type { Deadline, Work } from './deadline.ts'
import { noAnswer, tokenRejected } from './failures.ts'
import type { Turn } from './grant-limits.ts'
import type { RejectedTokens } from './rejected-tokens.ts'
import type { ApiRequest } from './request.ts'
import { streamedResponse } from './streamed-response.ts'

export interface SendDependencies {
  readonly keeper: Pick<Keeper, 'token'>
  readonly clock: Clock
  readonly fetch: Fetch
  readonly rejectedTokens: RejectedTokens
}

/** The connection and the grant that a request is sent for, and the provider. */
export interface SendTarget extends TokenTarget {
  readonly provider: Provider
}

/** A response, and what it means. */
export interface Answered {
  readonly state: 'answered'
  readonly answer: ApiResponse
  readonly meaning: ApiMeaning
  /** The token that was sent. */
  readonly token: ServedToken
  /** Milliseconds to make no call for, if the provider refused one too many; else `null`. */
  readonly waitMs: number | null
  /** Set where the token was rejected, and another send could not help. */
  readonly rejection: PunctualError | null
}

/** No usable response. `unsent`: the request certainly never left. `in_flight`: it may have left. */
export interface Unanswered {
  readonly state: 'unsent' | 'in_flight'
  readonly reason: 'network' | 'timeout' | 'too_long' | 'too_late'
  readonly cause: unknown
}

/** What a send has done so far, for the moment in which it is cut off. */
interface Progress {
  /**
   * `in_flight`: the request may have left, and no response has been read. After a rejected token it is `answered`.
   * `handed_on`: the body is still coming, and the work ends with it.
   */
  state: 'unsent' | 'in_flight' | 'answered' | 'handed_on'
  /** Removes the token that was sent from a text. */
  hide: ((text: string) => string) | null
}

/**
 * Sends the request, and ends its turn.
 *
 * @throws {PunctualError} the keeper's error where there is no token.
 */
export async function send(
  dependencies: SendDependencies,
  target: SendTarget,
  request: ApiRequest,
  deadline: Deadline,
  turn: Turn,
  mayLeave: MayLeave | null,
): Promise<Answered | Unanswered> {
  const work = deadline.begin()
  const progress: Progress = { state: 'unsent', hide: null }
  const sendOnce = createSendOnce(guarded(dependencies.fetch, mayLeave), target.provider, request, turn, work, progress)
  let outcome: Answered | Unanswered | null = null
  try {
    outcome = await work.run((signal) =>
      sendWithLiveToken(dependencies, target, request.isRepeatable, sendOnce, signal),
    )
    return outcome
  } catch (cause) {
    if (cause instanceof PunctualError) throw cause
    outcome = unanswered(progress, work.signal, cause)
    return outcome
  } finally {
    turn.end(outcome?.state === 'unsent')
    if (progress.state !== 'handed_on') work.end()
  }
}

/** Whether a request may leave now. */
export type MayLeave = () => boolean

/** A `fetch` whose requests leave only while they may, also after a suspension. */
function guarded(fetch: Fetch, mayLeave: MayLeave | null): Fetch {
  return mayLeave ? (input, init = {}) => fetchBeforeDeadline(fetch, input, init, mayLeave) : fetch
}

type SendOnce = (token: ServedToken, signal: AbortSignal) => Promise<Answered>

async function sendWithLiveToken(
  { keeper, rejectedTokens }: SendDependencies,
  target: SendTarget,
  isRepeatable: boolean,
  sendOnce: SendOnce,
  signal: AbortSignal,
): Promise<Answered> {
  const id = target.grant
  const token = await keeper.token(target, { minimumValidityMs: 0, signal })
  const first = await sendOnce(token, signal)
  if (first.meaning.kind !== 'token_ended') return first
  const { shown } = first.answer
  if (rejectedTokens.has(id, token.generation)) return { ...first, rejection: tokenRejected(true, shown) }
  const refreshed = await keeper
    .token(target, { minimumValidityMs: 0, refused: token.generation, signal })
    .catch((error: unknown) => {
      throw error instanceof PunctualError ? withAnswer(error, shown) : error
    })
  if (!isRepeatable) return { ...first, rejection: tokenRejected(false, shown) }
  const second = await sendOnce(refreshed, signal)
  if (second.meaning.kind !== 'token_ended') return second
  rejectedTokens.add(id, refreshed.generation)
  return { ...second, rejection: tokenRejected(true, second.answer.shown) }
}

/** The only place where a request leaves, and the only one that moves the progress on. */
function createSendOnce(
  fetch: Fetch,
  provider: Provider,
  request: ApiRequest,
  turn: Turn,
  work: Work,
  progress: Progress,
): SendOnce {
  /** A success is not looked into, and may be handed on while its body comes. */
  async function readSuccess(original: Response): Promise<ApiResponse> {
    const { status, headers } = original
    const streamed = await streamedResponse(original, work, (cause) => bodyError(progress, work, cause))
    if (streamed.isComing) progress.state = 'handed_on'
    const shown = { status, body: '' }
    return { response: streamed.response, shown, judged: { status, headers, json: null }, isClear: true }
  }

  return async (token, signal) => {
    const tokens = token.open()
    signal.throwIfAborted()
    turn.sent(token.generation)
    progress.hide = (text) => withoutTokens(tokens)(text)
    progress.state = 'in_flight'
    const response = await fetch(request.url, request.with(tokens.accessToken, signal))
    const { status, headers } = response
    const waitMs = turn.answered(status, headers)
    const answer = await (request.isSafe && response.ok ? readSuccess(response) : readResponse(response, tokens))
    if (progress.state === 'in_flight') progress.state = 'answered'
    const isClientError = status >= 400 && status < 500
    const meaning: ApiMeaning = isClientError ? provider.meaning(answer.judged) : { kind: 'other' }
    return { state: 'answered', answer, meaning, token, waitMs, rejection: null }
  }
}

function unanswered({ state, hide }: Progress, signal: AbortSignal, cause: unknown): Unanswered {
  // Once a request is given up, the cause is the signal's reason, which does not say whether the request had left.
  const hasNotLeft = cause instanceof TransportError ? !cause.sent : !signal.aborted && neverLeft(cause)
  return {
    state: state === 'in_flight' && !hasNotLeft ? 'in_flight' : 'unsent',
    reason: reasonOf(cause),
    // The caller's own reason goes back as it is; from a foreign error, only a few words do.
    cause: signal.aborted && cause === signal.reason ? cause : causeOf(cause, hide ?? undefined),
  }
}

/** What the reader of a body gets instead of it: the same error as if no response had come. */
function bodyError(progress: Progress, { signal, callerSignal }: Work, failed: unknown): unknown {
  if (callerSignal?.aborted) return callerSignal.reason
  const { reason, cause } = unanswered(progress, signal, failed)
  return noAnswer(reason, cause)
}

function reasonOf(cause: unknown): Unanswered['reason'] {
  const reason = cause instanceof TransportError ? cause.reason : 'network'
  return reason === 'timeout' || reason === 'too_long' || reason === 'too_late' ? reason : 'network'
}

function withAnswer(error: PunctualError, answer: ProviderAnswer): PunctualError {
  return reworded(error, error.message, { answer })
}
