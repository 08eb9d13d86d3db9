// When a person can be booked: within the person's hours on the person's own clock, one meeting after the other, except
// when the person is busy. Without a schedule that says otherwise, the hours are Monday to Friday from nine to five
// (invented). The wall clock decides when a span begins and ends; between the two the steps are real time. So a night
// on which clocks change has as many slots as fit into it, and none twice.

import { fromWall, offsetAt } from './zone.ts'

/** A span of milliseconds; `to` is not included. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The person's hours, on the wall clock. */
export const hours = { from: '09:00', to: '17:00', days: [1, 2, 3, 4, 5] } as const

const day = 86_400_000
const hour = 3_600_000

/** The hours of a person on a date, in milliseconds since its midnight; `date` is read as if it were UTC. */
export type HoursOn = (date: number) => readonly Span[]

/** What the slots of a person depend on. */
export interface Availability {
  readonly timeZone: string
  /** The length of a meeting. */
  readonly minutes: number
  readonly taken: readonly Span[]
  /** Default: office hours. */
  readonly hoursOn?: HoursOn
}

const officeHours: HoursOn = (date) =>
  (hours.days as readonly number[]).includes(new Date(date).getUTCDay()) ? [{ from: 9 * hour, to: 17 * hour }] : []

/** Returns the starts of all slots from `window.from` (included) to `window.to` (not included). */
export function openSlots({ timeZone, minutes, taken, hoursOn = officeHours }: Availability, window: Span): number[] {
  const length = minutes * 60_000
  const open: number[] = []
  const first = Math.floor((window.from + offsetAt(timeZone, window.from)) / day) * day
  for (let date = first; date <= window.to + day; date += day) {
    for (const span of hoursOn(date)) {
      const end = fromWall(timeZone, date + span.to)
      for (let from = fromWall(timeZone, date + span.from); from + length <= end; from += length) {
        if (from < window.from || from >= window.to) continue
        if (!taken.some((one) => overlaps(one, { from, to: from + length }))) open.push(from)
      }
    }
  }
  return open
}

/** Whether a slot begins at that time. */
export function isOpenSlot(availability: Availability, at: number): boolean {
  return openSlots(availability, { from: at, to: at + 1 }).length > 0
}

/** Whether the two spans overlap. */
export function overlaps(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to
}
