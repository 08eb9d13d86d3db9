// Exchanges the code that is held for an attempt, once it is known who is signed in.

import { type ErrorReasons, PunctualError } from '../core/errors.ts'
import type { Attempt } from '../records/attempts.ts'
import type { AwaitOutcome, InBrowserTime } from './await-outcome.ts'
import type { Outcome } from './outcome.ts'
import type { Settle } from './settle.ts'

/**
 * Returns the id of the connection that came of the attempt, the same each time. An owner that did not begin it changes
 * nothing: the right one can still complete it.
 *
 * @throws {PunctualError} `attempt_refused`, `account_mismatch` or `client_misconfigured`; `provider_unavailable`, reason
 *   `pending`, while it has not ended.
 */
export type CompleteAttempt = (attempt: Attempt | null, owner: string) => Promise<string>

export interface CompleteAttemptDependencies {
  readonly settle: Settle
  readonly awaitOutcome: AwaitOutcome
  readonly inBrowserTime: InBrowserTime
}

export function createCompleteAttempt(dependencies: CompleteAttemptDependencies): CompleteAttempt {
  const { settle, awaitOutcome, inBrowserTime } = dependencies
  return async (attempt, owner) => {
    if (!attempt || attempt.phase === 'begun')
      throw refused('unknown', 'This session is unknown, or has ended. Begin again.')
    if (attempt.owner !== owner) throw refusedToAnother()
    const code = attempt.phase === 'held' ? attempt.code() : null
    const expired = code !== null && attempt.expiresAt <= attempt.readAt
    const outcome = await inBrowserTime(
      code && !expired ? settle(attempt, 'held', code) : awaitOutcome(attempt, expired),
    )
    if ('connection' in outcome) return outcome.connection
    throw asError(outcome)
  }
}

export function refused(reason: ErrorReasons['attempt_refused'], message: string): PunctualError {
  return new PunctualError('attempt_refused', message, { reason })
}

export function refusedToAnother(): PunctualError {
  return refused('another_person', 'The person who is signed in is not the one who began to connect.')
}

function asError(outcome: Exclude<Outcome, { connection: string }>): PunctualError {
  if ('pending' in outcome) {
    const message = 'The provider takes longer than usual to answer. Call complete again in a moment.'
    return new PunctualError('provider_unavailable', message, {
      reason: 'pending',
      retryable: true,
      retryAfterMs: 5000,
    })
  }
  if ('session' in outcome) return refused('held', 'This session is being completed. Try again.')
  // The store keeps both as text. What is in there was written from the reasons of these codes.
  const reason = outcome.reason ?? outcome.error
  switch (outcome.error) {
    case 'account_mismatch':
      return new PunctualError(
        'account_mismatch',
        'The person chose a different account from the one to reconnect. Begin again with that account.',
      )
    case 'provider_unavailable':
      // The code may have been spent, so that nothing can be sent again.
      return refused(
        'exchange_failed',
        `The provider gave no usable answer for the code (${reason}), and a code works once. Begin again: the person has to consent once more.`,
      )
    case 'client_misconfigured':
      return new PunctualError(
        'client_misconfigured',
        'The provider refuses this client. Check its id, secret and scopes, and begin again.',
        { reason },
      )
    case 'access_denied':
      return refused('access_denied', 'The person declined at the provider. Begin again if they want to connect.')
    default:
      return refused(reason as ErrorReasons['attempt_refused'], 'The attempt to connect was refused. Begin again.')
  }
}
