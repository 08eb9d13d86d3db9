// Records on which the background work has failed. Each is reported once and left alone for longer and longer pauses,
// so that it stops nothing else. The list is in the memory of this process only.

import type { Clock } from './clock.ts'
import { PunctualError } from './errors.ts'
import { causeOf, wordsOf } from './foreign-error.ts'

export interface SetAside {
  /** Whether the record must be left alone now. */
  has(record: string): boolean
  /**
   * Leaves a record alone after a failure. Reports the failure unless the last one was the same. Returns for how many
   * milliseconds the record is left alone.
   */
  add(record: string, error: unknown): number
  /** Forgets a record after a success: a later failure is reported again. */
  delete(record: string): void
}

const first = 60_000
const longest = 6 * 3_600_000
/** How many records are remembered. Beyond that the oldest is forgotten; its next failure is reported again. */
const most = 10_000

/** @param report receives a sentence about the record and its failure. */
export function createSetAside(clock: Pick<Clock, 'monotonic'>, report: (error: PunctualError) => void): SetAside {
  const aside = new Map<string, { readonly until: number; readonly pause: number; readonly message: string }>()
  return {
    has: (record) => (aside.get(record)?.until ?? 0) > clock.monotonic(),
    add(record, error) {
      markAsReported(error)
      const before = aside.get(record)
      const failure = asFailure(record, error)
      const pause = before ? Math.min(before.pause * 2, longest) : first
      aside.delete(record)
      aside.set(record, { until: clock.monotonic() + pause, pause, message: failure.message })
      const [oldest] = aside.keys()
      if (aside.size > most && oldest !== undefined) aside.delete(oldest)
      if (before?.message !== failure.message) report(failure)
      return pause
    },
    delete: (record) => void aside.delete(record),
  }
}

const reported = new WeakSet<Error>()

/**
 * Notes that an error needs no second report: a record was set aside because of it, or because of one that came with
 * it.
 */
export function markAsReported(error: unknown): void {
  if (error instanceof Error) reported.add(error)
}

export function isReported(error: Error): boolean {
  return reported.has(error)
}

/** Describes a foreign error in our own words: its message may hold a secret. */
function asFailure(record: string, error: unknown): PunctualError {
  const rest = 'It is set aside and tried again later. All other work continues.'
  if (!(error instanceof PunctualError)) {
    const { name = 'an error without a name' } = wordsOf(error)
    return new PunctualError('store_unavailable', `${record}: failed (${name}). ${rest}`, { cause: causeOf(error) })
  }
  const { code, reason, retryable } = error
  return new PunctualError(code, `${record}: ${error.message} ${rest}`, { reason, retryable, cause: error })
}
