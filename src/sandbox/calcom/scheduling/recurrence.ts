// When the bookings of a series begin: at the same time on the attendee's clock.

import { fromWall, offsetAt } from '../../time/zone.ts'
import type { Recurrence } from '../resources/event-types-of.ts'

/** The starts of `count` bookings, the first of which is given. */
export function startsOf(
  first: number,
  timeZone: string,
  { interval, frequency }: Recurrence,
  count: number,
): number[] {
  const wall = new Date(first + offsetAt(timeZone, first))
  return Array.from({ length: count }, (_, at) => {
    const next = new Date(wall)
    const by = interval * at
    if (frequency === 'weekly') next.setUTCDate(next.getUTCDate() + 7 * by)
    if (frequency === 'monthly') next.setUTCMonth(next.getUTCMonth() + by)
    if (frequency === 'yearly') next.setUTCFullYear(next.getUTCFullYear() + by)
    return fromWall(timeZone, next.getTime())
  })
}
