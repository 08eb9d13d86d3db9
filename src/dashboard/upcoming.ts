// The next bookings of an account, oldest start first: one page of them, and where the next page begins.

import type { Connection } from '../connection.ts'
import type { Clock } from '../core/clock.ts'
import type { PunctualError } from '../core/errors.ts'
import type { Booking } from '../core/scheduling/model.ts'
import { scheduling } from '../scheduling/scheduling.ts'
import { answerOf } from './answer.ts'
import { take } from './take.ts'

/** Rows on one page; more where the last ones start at the same time. */
const shown = 20

export interface Upcoming {
  readonly bookings: readonly Booking[]
  /** Where the next page begins (ms); `null`: this is the last page. */
  readonly later: number | null
}

/** `from`: milliseconds since 1970. */
export async function upcomingOf(
  connection: Connection,
  from: number,
  clock: Clock,
): Promise<Upcoming | PunctualError> {
  const query = { from: new Date(from), status: ['confirmed', 'tentative'] } as const
  // One more than is shown, to see whether there are more.
  const found = await answerOf(clock, async (signal) =>
    take(scheduling(connection).bookings(query, { signal }), shown + 1),
  )
  if (found instanceof Error) return found
  const all = [...found].sort((one, other) => Date.parse(one.start) - Date.parse(other.start))
  const last = all[shown - 1]?.start
  const bookings = last === undefined ? all : all.filter(({ start }) => start <= last)
  return { bookings, later: last !== undefined && all.length > bookings.length ? Date.parse(last) + 1000 : null }
}
