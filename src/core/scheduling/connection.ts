// How `scheduling(connection)` reaches what a connection brings along: by a symbol, which no serialiser shows and which
// two copies of this package share.

import type { Scheduling } from './verbs.ts'

export const schedulingOf: unique symbol = Symbol.for('punctual.scheduling')

/** Something that bookings can be made with: a connection. */
export interface Schedulable {
  /** Returns the verbs of this connection. */
  readonly [schedulingOf]: () => Scheduling
}
