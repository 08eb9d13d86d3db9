// The date on which a sandbox with bookings starts, and the day of the bookings. A test with such a date starts its sandbox
// on one of these clocks: on the machine's own clock, the date is over some day.

/** 2026-11-21T12:00:00Z, a Saturday. start` is a clock that stands still. => `now: () => start` is a stopped clock. => start` is a clock that stands still. */
export const start: number = Date.UTC(2026, 10, 21, 12)

/** The first working day after `start`, in Europe and in America. */
export const monday: string = '2026-11-23'

/** Returns a clock that shows `start` now, and continues as the machine's clock does. */
export function clockFromStart(): () => number {
  const ahead = start - Date.now()
  return () => Date.now() + ahead
}
