// Waits for the outcome of an attempt that another request or process has consumed. If that process ended too early,
// this one continues the attempt.

import type { Clock } from '../core/clock.ts'
import { within } from '../core/timeouts.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import type { JournalReplay } from './answer-journal.ts'
import type { FailAttempt, Outcome } from './outcome.ts'

/** Milliseconds that a browser waits for an outcome before it gets a page that asks it to come back. */
const browserWaitMs = 25_000
/** Milliseconds without a sign of life after which a phase that a process works on counts as abandoned. */
const abandonedMs = 30_000
/**
 * Milliseconds after which a stored answer that no process has attached is taken up. Two processes may do so: one
 * attaches.
 */
const unattachedMs = 3000
const pollMs = 200

export type AwaitOutcome = (attempt: Attempt, expired: boolean) => Promise<Outcome>

export interface AwaitOutcomeDependencies {
  readonly attempts: Pick<AttemptRecords, 'get'>
  readonly clock: Clock
  /** The answers that the store has not accepted yet. */
  readonly journal: { holdsAnswer(attempt: string): boolean }
  readonly replay: Pick<JournalReplay, 'answers'>
  readonly failAttempt: FailAttempt
  /** Attaches a stored answer; `null` where another process has done so. */
  readonly resume: (attempt: Attempt) => Promise<Outcome | null>
}

export function createAwaitOutcome(dependencies: AwaitOutcomeDependencies): AwaitOutcome {
  const { attempts, clock, journal, replay, failAttempt, resume } = dependencies
  return async (attempt, expired) => {
    for (let waitedMs = 0, movedAt: number | null = null; ; waitedMs += pollMs) {
      if (journal.holdsAnswer(attempt.id)) await replay.answers(attempt.client)
      const seen = await attempts.get(attempt.id)
      if (seen?.outcome) return seen.outcome
      if (!seen || expired) return { error: 'attempt_refused', reason: 'expired' }
      if (seen.phase === 'held') return { session: seen.id }
      if (seen.movedAt !== movedAt) waitedMs = 0
      movedAt = seen.movedAt
      const ageMs = Math.max(waitedMs, seen.readAt - seen.movedAt)
      if (seen.phase === 'exchanged' && ageMs > unattachedMs) {
        const outcome = await resume(seen)
        if (outcome) return outcome
      }
      if (seen.phase !== 'exchanged' && ageMs > abandonedMs) {
        return failAttempt(seen, { from: seen.phase, error: 'attempt_refused', reason: 'interrupted' })
      }
      await clock.sleep(pollMs)
    }
  }
}

/**
 * Resolves with the outcome of the work, or with `pending` when it takes longer than a browser waits. The work
 * continues.
 */
export type InBrowserTime = (work: Promise<Outcome>) => Promise<Outcome>

export function createInBrowserTime({
  clock,
  track,
}: {
  readonly clock: Clock
  readonly track: (work: Promise<unknown>) => void
}): InBrowserTime {
  return async (work) => {
    track(work.catch(() => {}))
    return (await within(clock, browserWaitMs, work)) ?? { pending: true }
  }
}
