// What a caller is told when there is no token to hand out: four kinds of failure, four codes.

import { type ErrorReasons, PunctualError } from '../core/errors.ts'
import type { GrantEnd } from '../core/grant.ts'

/** The connection or its grant is not there any more. */
export function gone(): PunctualError {
  return new PunctualError('connection_not_found', 'The connection is not there, or has been disconnected.')
}

/** A person has to say yes again. */
export function over(reason: GrantEnd): PunctualError {
  return new PunctualError(
    'needs_reconnect',
    'The provider no longer honours this grant. Ask the owner to connect again.',
    {
      reason,
    },
  )
}

/** Our client is refused; no person can help. */
export function misconfigured(reason: string, wait: number): PunctualError {
  const message = `The provider refuses this client (${reason}). Check its id, secret and approval.`
  return new PunctualError('client_misconfigured', message, {
    reason,
    retryable: true,
    retryAfterMs: Math.ceil(wait),
  })
}

/** The provider is away, and no token lives meanwhile. */
export function unavailable(reason: ErrorReasons['provider_unavailable'], wait: number): PunctualError {
  return new PunctualError('provider_unavailable', `The provider gave no answer that counts (${reason}).`, {
    reason,
    retryable: true,
    retryAfterMs: Math.ceil(wait),
  })
}
