// The errors for a key whose change was not carried out, or may not have been.

import { refusalSentence } from '../calls/failures.ts'
import { type ErrorReasons, PunctualError, reworded } from '../core/errors.ts'
import { type Doubt, doubts, type OpenOutcome } from './change.ts'

/** The error for a key that names two requests. */
export function anotherRequest(place: string): PunctualError {
  const message = `${place}: key was used for another request. Use a new key for each change, and the same for its retries.`
  return new PunctualError('invalid_argument', message, { reason: 'key_used' })
}

/** The refusal of a change, in words that are the same each time: those of the provider may hold personal data. */
export function refusalOf(place: string, reason: string | undefined, original?: PunctualError): PunctualError {
  const known = reason as ErrorReasons['provider_refused'] | undefined
  const why = refusalSentence(known)
  const message = `${place}: the provider refused it.${why && ` ${why}`} This key keeps that result. To try again, use another key.`
  return new PunctualError('provider_refused', message, { reason: known, answer: original?.answer, cause: original })
}

/** The same for a refusal as a row keeps it: `provider_refused slot_taken`. */
export function keptRefusal(place: string, kept: string | null): PunctualError {
  return refusalOf(place, kept?.split(' ')[1])
}

/** What to do, for a caller with a key of its own and for one whose change is its key. */
export function again(when: string): string {
  return `Make the same call again${when}, with its key if it has one`
}

/** After how many ms a call with the same key can say more, or can do what was not sent. */
export function retryAfterMs(outcome: OpenOutcome): number {
  const { error } = outcome
  const unsentMs = error instanceof PunctualError ? (error.retryAfterMs ?? 0) : 0
  return Math.max(1000, Math.ceil(outcome.kind === 'pending' ? outcome.afterMs : unsentMs))
}

/** What keeps everybody from looking until a person has put it right; `null`: it may pass by itself. */
export function doubtUntilMended(error: unknown): Doubt | null {
  if (!(error instanceof PunctualError)) return null
  if (error.code === 'needs_reconnect') return 'needs_reconnect'
  if (error.code === 'connection_not_found') return 'disconnected'
  return error.reason === 'unknown_client' ? 'unknown_client' : null
}

/** The error for a change of which nobody knows yet whether it was carried out. */
export function undecided(place: string, outcome: Extract<OpenOutcome, { readonly kind: 'pending' }>): PunctualError {
  const doubt = doubtUntilMended(outcome.error)
  if (doubt) return undecidable(place, doubt)
  const waitMs = retryAfterMs(outcome)
  const message = `${place}: whether the provider has done it is not known yet. ${again(` in ${Math.ceil(waitMs / 1000)} s`)}: Punctual then looks, and sends it again only if it is not there.`
  const cause = outcome.error
  return new PunctualError('provider_unavailable', message, {
    reason: 'outcome_unknown',
    retryable: true,
    retryAfterMs: waitMs,
    ...(cause !== undefined && { cause }),
  })
}

/**
 * The error of a change that was not carried out because the provider was away or a limit left no room: above all, it says
 * that nothing was done. Others are returned as they are.
 */
export function unsent(place: string, error: unknown): unknown {
  if (!(error instanceof PunctualError) || !error.retryable) return error
  const { code, reason, retryAfterMs } = error
  if (code !== 'rate_limited' && (code !== 'provider_unavailable' || reason === 'leased')) return error
  const when = retryAfterMs === undefined ? '' : ` in ${Math.ceil(retryAfterMs / 1000)} s`
  const why = error.message.replace(`${place}: `, '')
  return reworded(error, `${place}: nothing was done. ${why} ${again(when)}.`)
}

/** The error for a change of which nobody can find out whether it was carried out. */
export function undecidable(place: string, doubt: Doubt): PunctualError {
  const message = `${place}: whether the provider has done it is not known. ${doubts[doubt]} The same call looks again.`
  return new PunctualError('provider_unavailable', message, { reason: 'outcome_unknown' })
}

/** The error for a change that is done, and whose booking cannot be read: above all, it says that it is done. */
export function unreadAfter(place: string, booking: string, error: unknown): unknown {
  if (!(error instanceof PunctualError)) return error
  const message = `${place}: it is done, and its booking is ${booking}, which cannot be read now. ${error.message}`
  return reworded(error, message)
}

/** The error for a booking that somebody else has moved. */
export function changedMeanwhile(): PunctualError {
  return new PunctualError('provider_refused', refusalSentence('changed'), { reason: 'changed' })
}
