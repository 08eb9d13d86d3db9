// The next bookings of several accounts in one list, oldest start first. The accounts are read side by side, each for a few
// seconds at most. One that cannot be read stops none of the others.

import type { Connection } from '../connection.ts'
import type { Clock } from '../core/clock.ts'
import type { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { Booking } from '../core/scheduling/model.ts'
import { scheduling } from '../scheduling/scheduling.ts'
import { answerOf } from './answer.ts'
import { take } from './take.ts'

/** Rows on one page; more where the last ones start at the same time. */
const shown = 20

export interface Account {
  readonly connection: Connection
  /** `null`: it is no longer configured. */
  readonly client: Client | null
}

export interface UpcomingBooking extends Account {
  readonly booking: Booking
}

export interface UnreadAccount extends Account {
  readonly failure: PunctualError
}

export interface Upcoming {
  readonly rows: readonly UpcomingBooking[]
  readonly unread: readonly UnreadAccount[]
  /** Where the next page begins (ms); `null`: this is the last page. */
  readonly later: number | null
}

/** `from`: milliseconds since 1970. */
export async function upcomingOf(accounts: readonly Account[], from: number, clock: Clock): Promise<Upcoming> {
  const read = await Promise.all(
    accounts.map(async (account) => ({ account, bookings: await next(account, from, clock) })),
  )
  const all = read
    .flatMap(({ account, bookings }) =>
      bookings instanceof Error ? [] : bookings.map((booking) => ({ ...account, booking })),
    )
    .sort((one, other) => Date.parse(one.booking.start) - Date.parse(other.booking.start))
  const last = all[shown - 1]?.booking.start
  const rows = last === undefined ? all : all.filter(({ booking }) => booking.start <= last)
  return {
    rows,
    unread: read.flatMap(({ account, bookings }) =>
      bookings instanceof Error ? [{ ...account, failure: bookings }] : [],
    ),
    later: last !== undefined && all.length > rows.length ? Date.parse(last) + 1000 : null,
  }
}

/** One more than is shown, to see whether there are more. */
function next({ connection }: Account, from: number, clock: Clock): Promise<readonly Booking[] | PunctualError> {
  const query = { from: new Date(from), status: ['confirmed', 'tentative'] } as const
  return answerOf(clock, async (signal) => take(scheduling(connection).bookings(query, { signal }), shown + 1))
}
