// How `scheduling(connection)` reaches what a connection brings along: by a symbol, which no serialiser shows and which
// two copies of this package share.

import type { Scheduling } from './verbs.ts'

export const schedulingOf: unique symbol = Symbol.for('punctual.scheduling')

/** The code of the verbs. Only the folder `scheduling` knows what it takes and what it makes. */
export type SchedulingCode = (dependencies: never) => object

/** Something that bookings can be made with: a connection. */
export interface Schedulable {
  /** Returns the verbs of this connection. Who asks brings their code along, so that nobody else loads it. */
  readonly [schedulingOf]: (code: SchedulingCode) => Scheduling
}
