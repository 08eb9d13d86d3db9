// Server mode's second half: the browser has no session of the host application at our address, so the code is held
// until the host application's back end says who is signed in. Only then is it exchanged.

import { anything, type Checks, checkOptions, owner } from '../core/check.ts'
import { type ErrorReasons, PunctualError } from '../core/errors.ts'
import type { AttemptRecords } from '../records/attempts.ts'
import type { AwaitOutcome, InBrowserTime } from './await-outcome.ts'
import type { Outcome } from './outcome.ts'
import type { Settle } from './settle.ts'

export interface CompleteRequest {
  /** What the browser brought back as `punctual_session`. */
  readonly session: string
  /** Who is signed in to the host application in that browser. */
  readonly owner: string
}

// A session that is not a text counts as unknown, like every other session without an attempt.
const checks: Checks<CompleteRequest> = { session: anything, owner }

/**
 * Exchanges the held code if the signed-in person is the one who began, and returns the connection's id. The same call
 * again returns the same id.
 *
 * @throws {PunctualError} `invalid_argument`, `attempt_refused`, `account_mismatch`, `provider_unavailable` or `client_misconfigured`.
 */
export type Complete = (request: CompleteRequest) => Promise<string>

export interface CompleteDependencies {
  readonly attempts: Pick<AttemptRecords, 'fail' | 'get'>
  readonly settle: Settle
  readonly awaitOutcome: AwaitOutcome
  readonly inBrowserTime: InBrowserTime
}

export function createComplete({ attempts, settle, awaitOutcome, inBrowserTime }: CompleteDependencies): Complete {
  return async (request) => {
    checkOptions('complete', request, checks)
    const { session } = request
    const attempt = typeof session === 'string' && /^[\w-]{1,100}$/.test(session) ? await attempts.get(session) : null
    if (!attempt || attempt.phase === 'begun')
      throw refused('unknown', 'This session is unknown, or has ended. Begin again.')
    if (attempt.owner !== request.owner) {
      await attempts.fail(attempt.id, 'held', 'attempt_refused', 'another_person')
      throw refused('another_person', 'The person who is signed in is not the one who began to connect.')
    }
    const code = attempt.phase === 'held' ? attempt.code() : null
    const expired = code !== null && attempt.expiresAt <= attempt.readAt
    const outcome = await inBrowserTime(
      code && !expired ? settle(attempt, 'held', code) : awaitOutcome(attempt, expired),
    )
    if ('connection' in outcome) return outcome.connection
    throw asError(outcome)
  }
}

function refused(reason: ErrorReasons['attempt_refused'], message: string): PunctualError {
  return new PunctualError('attempt_refused', message, { reason })
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
      return new PunctualError('provider_unavailable', 'The provider gave no usable answer.', {
        reason: reason as ErrorReasons['provider_unavailable'],
        retryable: true,
      })
    case 'client_misconfigured':
      return new PunctualError(
        'client_misconfigured',
        'The provider refuses this client. Check its id, secret and scopes.',
        { reason },
      )
    default:
      return refused(reason as ErrorReasons['attempt_refused'], 'The attempt to connect was refused. Begin again.')
  }
}
