// When a person can be booked: Monday to Friday from nine to five on the person's own clock, one meeting after the
// other, without what is taken. Both providers' people keep these hours; they are made up.

import { fromWall, offsetAt } from './zone.ts'

/** From its first millisecond to the one after its last. */
export interface Span {
  from: number
  to: number
}

/** The person's hours, on the wall clock. */
export const hours = { from: '09:00', to: '17:00', days: [1, 2, 3, 4, 5] } as const

const day = 86_400_000
const hour = 3_600_000

/** The starts that are open from `window.from` (included) to `window.to` (not included). */
export function openings(timeZone: string, minutes: number, window: Span, taken: readonly Span[]): number[] {
  const length = minutes * 60_000
  const open: number[] = []
  const first = Math.floor((window.from + offsetAt(timeZone, window.from)) / day) * day
  for (let date = first; date <= window.to + day; date += day) {
    if (!(hours.days as readonly number[]).includes(new Date(date).getUTCDay())) continue
    for (let wall = date + 9 * hour; wall + length <= date + 17 * hour; wall += length) {
      const from = fromWall(timeZone, wall)
      if (from < window.from || from >= window.to) continue
      if (!taken.some((one) => overlaps(one, { from, to: from + length }))) open.push(from)
    }
  }
  return open
}

/** Whether a meeting of that length may begin then. */
export function isOpening(timeZone: string, minutes: number, at: number, taken: readonly Span[]): boolean {
  return openings(timeZone, minutes, { from: at, to: at + 1 }, taken).length > 0
}

/** Whether the two have a moment in common. */
export function overlaps(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to
}
