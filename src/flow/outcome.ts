// How an authorization attempt ends.

import type { AttemptPhase } from '../core/store/attempts.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import type { FlowReport } from './report.ts'

/** How an attempt ended, or the session that the host application has to complete. */
export type Outcome =
  | { readonly connection: string }
  | { readonly session: string }
  | { readonly error: string; readonly reason: string | null }
  /** It has not ended yet: the same callback returns the outcome later. */
  | { readonly pending: true }

/** Why an attempt fails, and the phase that it must still be in. */
export interface AttemptFailure {
  readonly from: AttemptPhase
  readonly error: string
  readonly reason: string | null
  /** The sealed answer of the token endpoint, which its row holds until the tokens are revoked. */
  readonly unused?: string
}

export type FailAttempt = (attempt: Attempt, failure: AttemptFailure) => Promise<Outcome>

/** The outcome of an attempt that is no longer stored. It may have ended well, and its tokens may be those of a live grant. */
export const forgotten: Outcome = Object.freeze({ error: 'attempt_refused', reason: 'expired' })

/**
 * Returns a function that ends an attempt with an error, unless the attempt already has an outcome: then it returns that
 * one, or `forgotten`.
 */
export function createFailAttempt({
  attempts,
  report,
}: {
  readonly attempts: Pick<AttemptRecords, 'fail' | 'get'>
  readonly report: Pick<FlowReport, 'refused'>
}): FailAttempt {
  return async (attempt, { from, error, reason, unused }) => {
    if (!(await attempts.fail(attempt.id, from, { error, reason }, unused))) {
      const seen = await attempts.get(attempt.id)
      if (!seen) return forgotten
      if (seen.outcome) return seen.outcome
    }
    report.refused(attempt, reason ?? error)
    return { error, reason }
  }
}
