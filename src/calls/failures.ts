// What an answer that says no means for whoever called: one code and one reason for each, the provider's body beside it.

import { type ErrorCode, type ErrorDetails, type ProviderAnswer, PunctualError } from '../core/errors.ts'
import type { ApiMeaning, RefusalReason } from '../core/provider.ts'

const sentences: Readonly<Record<RefusalReason, string>> = {
  slot_taken: 'The time is not free, or no longer.',
  plan_limit: 'The plan of the account does not include this.',
  organization_changed: 'The user and the organization that the call names do not belong together, or no longer.',
  not_permitted: 'The role of the account does not allow this.',
  already_done: 'It is already as the call wants it.',
  already_exists: 'There is such a thing already.',
  in_the_past: 'The time is past.',
  not_found: 'There is no such thing.',
  invalid_request: 'The call is not what the provider expects.',
  stale_page: 'The place in the list is no longer known. Begin the list anew.',
  calendar_unavailable: 'A calendar behind the provider failed.',
}

/** What a status says anywhere, where the provider's body says no more. RFC 9110, section 15.5. */
const byStatus: Readonly<Record<number, RefusalReason>> = {
  400: 'invalid_request',
  403: 'not_permitted',
  404: 'not_found',
  410: 'not_found',
  422: 'invalid_request',
}

/** The provider understood the call, and said no; `null` for an answer that is no failure. */
export function refusal(meaning: ApiMeaning, answer: ProviderAnswer): PunctualError | null {
  if (answer.status < 300 || answer.status === 304) return null
  if (answer.status < 400) return redirect(answer)
  const reason = meaning.kind === 'refused' ? meaning.reason : byStatus[answer.status]
  const why = reason === undefined ? '' : ` ${sentences[reason]}`
  const retryable = reason === 'calendar_unavailable'
  return told('provider_refused', `The provider refused the call (${answer.status}).${why}`, answer, {
    reason,
    retryable,
  })
}

/** The API itself redirects nobody. */
function redirect(answer: ProviderAnswer): PunctualError {
  const message = `The provider answered ${answer.status}, a redirect, which is not followed.`
  return told('provider_unavailable', message, answer, { reason: 'unexpected_answer' })
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
      ? `The account has not granted ${missing.join(' ')}. Begin again with this "connection" and with all "scopes": ${all}.`
      : 'The account has not granted what this call needs, and the provider names no scope that would help.'
  return told('insufficient_scope', message, answer, { scopes: missing })
}

/** A token was refused that had been issued a moment before, or could not be sent again with the same body. */
export function tokenRefused(fresh: boolean, answer: ProviderAnswer): PunctualError {
  const message = fresh
    ? 'The API refuses a token that the provider has just issued. The grant is renewed as ever, so nobody has to reconnect.'
    : 'The token had ended. It has been renewed, but a stream cannot be sent again: make the call anew.'
  return told('provider_unavailable', message, answer, {
    reason: fresh ? 'token_refused' : 'token_ended',
    retryable: true,
  })
}

/** The provider answered with a fault of its own. */
export function serverError(safe: boolean, answer: ProviderAnswer, retryAfterMs: number | null): PunctualError {
  if (!safe) return unknownOutcome({ answer })
  return told('provider_unavailable', `The provider answered ${answer.status}.`, answer, {
    reason: 'server_error',
    retryable: true,
    retryAfterMs: retryAfterMs ?? undefined,
  })
}

/** Something in front of the API spoke in its place. */
export function behindProxy(answer: ProviderAnswer): PunctualError {
  const message = `A proxy in front of the provider's API answered ${answer.status}; the API has not seen the call.`
  return told('provider_unavailable', message, answer, { reason: 'proxy', retryable: true })
}

/** Too many calls of this account: refused by the provider, or held back here before that. */
export function rateLimited(retryAfterMs: number, answer?: ProviderAnswer): PunctualError {
  const message = answer
    ? 'The provider refused the call: too many of this account.'
    : 'The limit of calls for this account leaves no turn in time. The call was not sent.'
  return new PunctualError('rate_limited', message, {
    retryable: true,
    retryAfterMs: Math.max(1, Math.ceil(retryAfterMs / 1000)) * 1000,
    answer,
  })
}

/** Nobody knows whether the provider has done what was asked. */
export function unknownOutcome(details: Pick<ErrorDetails, 'answer' | 'cause'>): PunctualError {
  const message =
    'Whether the provider has done what was asked is unknown. Do not send it again before you have looked: the typed ' +
    'calls find the bookings that a lost request may have made.'
  return new PunctualError('provider_unavailable', message, { ...details, reason: 'outcome_unknown', retryable: false })
}

/** No answer came that can be used, and nothing can have happened. */
export function noAnswer(reason: 'network' | 'timeout' | 'too_long', cause: unknown): PunctualError {
  const message = 'The call to the provider brought no answer.'
  return new PunctualError('provider_unavailable', message, { reason, retryable: true, cause })
}

function told(code: ErrorCode, message: string, answer: ProviderAnswer, details: ErrorDetails): PunctualError {
  return new PunctualError(code, message, { ...details, answer })
}
