// Server mode's second half: the browser has no session of the host application at our address, so the code is held
// until the host application's back end says who is signed in. Only then is it exchanged.

import { anything, type Checks, checkOptions, owner } from '../core/check.ts'
import type { AttemptRecords } from '../records/attempts.ts'
import { isConnectSessionId } from '../records/connect-sessions.ts'
import type { CompleteAttempt } from './complete-attempt.ts'

export interface CompleteRequest {
  /** What the browser brought back as `punctual_session`: the id of a connect session, or of an attempt. */
  readonly session: string
  /** Who is signed in to the host application in that browser. */
  readonly owner: string
}

// A session that is not a text counts as unknown, like every other session without an attempt.
const checks: Checks<CompleteRequest> = { session: anything, owner }

/**
 * Exchanges the held code if the signed-in person is the one who began, and returns the connection's id. The same call
 * again returns the same id. Another person ends nothing.
 *
 * @throws {PunctualError} `invalid_argument`, `attempt_refused`, `account_mismatch`, `provider_unavailable`,
 *   `client_misconfigured`; for a connect session also `connect_session_not_found`, or `connection_not_found` where the
 *   connection to repair was disconnected.
 */
export type Complete = (request: CompleteRequest) => Promise<string>

export interface CompleteDependencies {
  readonly attempts: Pick<AttemptRecords, 'get'>
  readonly completeAttempt: CompleteAttempt
  readonly completeSession: (id: string, owner: string) => Promise<string>
}

export function createComplete({ attempts, completeAttempt, completeSession }: CompleteDependencies): Complete {
  return async (request) => {
    checkOptions('complete', request, checks)
    const { session, owner } = request
    if (isConnectSessionId(session)) return completeSession(session, owner)
    const isId = typeof session === 'string' && /^[\w-]{1,100}$/.test(session)
    const attempt = isId ? await attempts.get(session) : null
    // One of a connect session is completed through that session, which knows which of its attempts counts.
    return completeAttempt(attempt?.session === null ? attempt : null, owner)
  }
}
