// The verbs that change a booking, for each connection.

import type { Scheduling } from '../core/scheduling/verbs.ts'
import { book } from './book.ts'
import { cancel } from './cancel.ts'
import type { Completion } from './completion.ts'
import { createKeyedChanges, type KeyedChangesDependencies } from './keyed-changes.ts'
import { reschedule } from './reschedule.ts'
import type { Target } from './target.ts'

/** The verbs that change a booking. */
export type Changes = Pick<Scheduling, 'book' | 'reschedule' | 'cancel'>

export function createChanges(
  dependencies: KeyedChangesDependencies,
): (target: Target, completion: Completion) => Changes {
  const changes = createKeyedChanges(dependencies)
  return (target, completion) => {
    const shared = { target, completion, changes }
    return {
      book: (request, options) => book(shared, request, options),
      reschedule: (booking, to, options) => reschedule(shared, booking, to, options),
      cancel: (booking, options) => cancel(shared, booking, options),
    }
  }
}
