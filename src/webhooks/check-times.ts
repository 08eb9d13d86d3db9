// When the reconciler checks a subscription again, in ms from now. All of these times stand here.

import { fraction, type Random } from '../core/clock.ts'

/** A step that was begun and not finished within this time counts as interrupted. */
export const interruptedAfterMs = 120_000
/** After a failure that may be over soon. */
export const afterFailureMs = 60_000
/** For this long a row that one process checks is hidden from the others: longer than checking a batch takes. */
export const hiddenWhileCheckedMs = 600_000

const afterOutageMs = 600_000
const routineMs = 21_600_000

/** The provider did not answer: ten minutes, more or less. */
export function checkAfterOutageMs(random: Random): number {
  return spread(random, afterOutageMs)
}

/** All is well, or the provider refuses: six hours, more or less. */
export function routineCheckMs(random: Random): number {
  return spread(random, routineMs)
}

/** A tenth more or less, so that subscriptions that were made together are not checked together. */
function spread(random: Random, ms: number): number {
  return ms * (0.9 + 0.2 * fraction(random))
}
