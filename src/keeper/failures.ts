// What a caller gets when there is no token to serve: four kinds of failure, four codes.

import { type ErrorReasons, PunctualError } from '../core/errors.ts'
import type { GrantEnd } from '../core/grant.ts'

/** A person has to give consent again. */
export function needsReconnect(reason: GrantEnd): PunctualError {
  const message = 'The provider no longer honours this grant. Ask the owner to connect again.'
  return new PunctualError('needs_reconnect', message, { reason })
}

/** Our client is refused; no person can help. */
export function misconfigured(reason: string, waitMs: number): PunctualError {
  const message = `The provider refuses this client (${reason}). Check its id, secret and approval.`
  return new PunctualError('client_misconfigured', message, {
    reason,
    retryable: true,
    retryAfterMs: Math.ceil(waitMs),
  })
}

/** The provider is away, and the access token has ended. */
export function unavailable(reason: ErrorReasons['provider_unavailable'], waitMs: number): PunctualError {
  return new PunctualError('provider_unavailable', `The provider gave no usable answer (${reason}).`, {
    reason,
    retryable: true,
    retryAfterMs: Math.ceil(waitMs),
  })
}
