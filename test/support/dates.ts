// When a sandbox that books begins, and the day on which its people are booked. A test that has such a date starts its
// sandbox on one of these clocks: on the machine's, the day comes on which the date is over.

/** 2026-11-21T12:00:00Z, a Saturday. `now: () => start` is a clock that stands still. */
export const start: number = Date.UTC(2026, 10, 21, 12)

/** The first working day after `start`, in Europe and in America. */
export const monday: string = '2026-11-23'

/** A clock that shows `start` now, and goes on as the machine's clock does. */
export function clockFromStart(): () => number {
  const ahead = start - Date.now()
  return () => Date.now() + ahead
}
