// The public entry: one model over every provider.

import { argumentError } from '../core/check.ts'
import { type Schedulable, schedulingOf } from '../core/scheduling/connection.ts'
import type { Scheduling } from '../core/scheduling/verbs.ts'
import { createScheduling } from './service.ts'

/**
 * Returns the verbs of the scheduling model for a connection. They are the same for every provider.
 *
 * @throws {PunctualError} `invalid_argument` if it is not a connection, or its client is no longer configured.
 * @example
 * ```ts
 * const calendar = scheduling(connection)
 * for await (const eventType of calendar.eventTypes({ active: true })) {
 *   for await (const slot of calendar.slots({ eventType, from: new Date(), to: inAWeek })) console.log(slot.start)
 * }
 * ```
 */
export function scheduling(connection: Schedulable): Scheduling {
  const verbsOf = (connection as Partial<Schedulable> | null | undefined)?.[schedulingOf]
  if (typeof verbsOf === 'function') return verbsOf(createScheduling)
  throw argumentError(
    'scheduling',
    'connection must be a connection, as connections.get or connections.list returns it',
  )
}
