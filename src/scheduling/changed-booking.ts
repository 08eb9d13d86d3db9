// What a verb returns after its change: the booking as it is now, or the error that says what came of the change.

import type { Booking } from '../core/scheduling/model.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { Outcome, StepName } from './change.ts'
import type { Completion } from './completion.ts'
import { undecidable, undecided, unreadAfter, unsent } from './key-errors.ts'
import type { KeyedChanges } from './keyed-changes.ts'
import { readBooking } from './references.ts'
import type { Target } from './target.ts'

export interface ChangingDependencies {
  readonly target: Target
  readonly completion: Completion
  readonly changes: KeyedChanges
}

/**
 * Returns the booking that a change has made or changed, as it is now. `step`: the one whose booking is asked for.
 *
 * @throws {PunctualError} what came of the change, if it is not done; what keeps the booking from being read, if it is.
 */
export async function bookingAfter(
  { target, completion }: Pick<ChangingDependencies, 'target' | 'completion'>,
  place: string,
  step: StepName,
  outcome: Outcome,
  options: VerbOptions,
): Promise<Booking> {
  if (outcome.kind !== 'done') throw failureAfter(place, outcome)
  const { booking } = outcome
  const seen = outcome.seen.get(step)
  try {
    return await (seen ? completion.one(target, seen, options) : readBooking(target, completion, booking, options))
  } catch (error) {
    throw unreadAfter(place, booking, error)
  }
}

/** Returns the error for a change that is not done. */
export function failureAfter(place: string, outcome: Exclude<Outcome, { readonly kind: 'done' }>): unknown {
  switch (outcome.kind) {
    case 'pending':
      return undecided(place, outcome)
    case 'doubt':
      return undecidable(place, outcome.doubt)
    case 'unsent':
      return unsent(place, outcome.error)
    case 'refused':
      return outcome.error
  }
}
