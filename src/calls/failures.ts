// What a failed call means for its caller: one code and one reason each, with the provider's response.

import { type ErrorCode, type ErrorDetails, type ProviderAnswer, PunctualError } from '../core/errors.ts'
import type { ApiMeaning, RefusalReason } from '../core/provider.ts'

const sentences: Readonly<Record<RefusalReason, string>> = {
  slot_taken: 'The time is not free.',
  plan_limit: 'The plan of the account does not include this.',
  organization_changed: 'The user of the call does not belong to the organization of the call.',
  not_permitted: 'The account may not do this: it is somebody else’s, or needs another role.',
  already_done: 'Already in the requested state.',
  already_exists: 'Already exists.',
  in_the_past: 'The time is in the past.',
  not_found: 'Not found.',
  invalid_request: 'The request is not valid.',
  stale_page: 'The page token has expired. Start the list again.',
  calendar_unavailable: 'A calendar behind the provider failed.',
  changed: 'The booking was moved to another time meanwhile.',
}

/** What a refusal means, as a sentence; empty if there is no more to say. */
export function refusalSentence(reason: RefusalReason | undefined): string {
  return reason === undefined ? '' : (sentences[reason] ?? '')
}

/** What a status means if the provider's body does not say more. RFC 9110, section 15.5. */
const byStatus: Readonly<Record<number, RefusalReason>> = {
  400: 'invalid_request',
  403: 'not_permitted',
  404: 'not_found',
  410: 'not_found',
  422: 'invalid_request',
}

/** The provider understood the call and refused it; `null` for a response that is not a failure. */
export function refusal(meaning: ApiMeaning, answer: ProviderAnswer): PunctualError | null {
  if (answer.status < 300 || answer.status === 304) return null
  if (answer.status < 400) return redirect(answer)
  const reason = meaning.kind === 'refused' ? meaning.reason : byStatus[answer.status]
  const why = reason === undefined ? '' : ` ${refusalSentence(reason)}`
  const retryable = reason === 'calendar_unavailable'
  return withAnswer('provider_refused', `The provider refused the call (${answer.status}).${why}`, answer, {
    reason,
    retryable,
  })
}

/** The API itself never redirects. */
function redirect(answer: ProviderAnswer): PunctualError {
  const message = `The provider answered ${answer.status}, a redirect, which is not followed.`
  return withAnswer('provider_unavailable', message, answer, { reason: 'unexpected_answer' })
}

/** The account has not granted what the call needs. */
export function missingScope(
  missing: readonly string[],
  granted: readonly string[],
  answer: ProviderAnswer,
): PunctualError {
  const all = [...new Set([...granted, ...missing])].join(' ')
  const message =
    missing.length > 0
      ? `The account has not granted ${missing.join(' ')}. Call "begin" with this "connection" and with all "scopes": ${all}.`
      : 'The account has not granted what this call needs, and the provider names no scope that would help.'
  return withAnswer('insufficient_scope', message, answer, { scopes: missing })
}

/** The API rejected a token that had just been issued, or a request that cannot be sent again with a new one. */
export function tokenRejected(isFresh: boolean, answer: ProviderAnswer): PunctualError {
  const message = isFresh
    ? 'The API rejects a token that the provider has just issued. Refreshes still work, so the owner need not reconnect.'
    : 'The token had ended. It has been refreshed, but a stream cannot be sent again: make the call again.'
  return withAnswer('provider_unavailable', message, answer, {
    reason: isFresh ? 'token_refused' : 'token_ended',
    retryable: true,
  })
}

/** The provider has an error of its own. */
export function serverError(isSafe: boolean, answer: ProviderAnswer, retryAfterMs: number | null): PunctualError {
  if (!isSafe) return unknownOutcome({ answer })
  return withAnswer('provider_unavailable', `The provider answered ${answer.status}.`, answer, {
    reason: 'server_error',
    retryable: true,
    retryAfterMs: retryAfterMs ?? undefined,
  })
}

/** Something in front of the API answered in its place. */
export function behindProxy(answer: ProviderAnswer): PunctualError {
  const message = `A proxy in front of the provider's API answered ${answer.status}; the call has not reached the API.`
  return withAnswer('provider_unavailable', message, answer, { reason: 'proxy', retryable: true })
}

/** Too many calls of this account: refused by the provider, or held back here first. */
export function rateLimited(retryAfterMs: number, answer?: ProviderAnswer): PunctualError {
  const message = answer
    ? 'The provider refused the call: too many calls of this account.'
    : 'The limit of calls for this account leaves no room for the call in time. It was not sent.'
  return new PunctualError('rate_limited', message, {
    retryable: true,
    retryAfterMs: Math.max(1, Math.ceil(retryAfterMs / 1000)) * 1000,
    answer,
  })
}

/** Whether the provider has done what was requested is unknown. */
export function unknownOutcome(details: Pick<ErrorDetails, 'answer' | 'cause'>): PunctualError {
  const message =
    'Whether the provider has done what the call requested is unknown. Do not send it again before you have looked: the ' +
    'typed calls find the bookings that a lost request may have made.'
  return new PunctualError('provider_unavailable', message, { ...details, reason: 'outcome_unknown', retryable: false })
}

/** There is no usable response, and nothing can have happened. */
export function noAnswer(reason: 'network' | 'timeout' | 'too_long' | 'too_late', cause: unknown): PunctualError {
  const message = 'The provider did not answer the call.'
  return new PunctualError('provider_unavailable', message, { reason, retryable: true, cause })
}

function withAnswer(code: ErrorCode, message: string, answer: ProviderAnswer, details: ErrorDetails): PunctualError {
  return new PunctualError(code, message, { ...details, answer })
}
