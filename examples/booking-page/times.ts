// Days and times as a visitor reads them, in the visitor's time zone.

import type { EventType, Scheduling, Slot } from 'punctual/scheduling'

export interface Day {
  /** Such as `2026-11-30`. */
  readonly date: string
  readonly slots: readonly Slot[]
}

export interface Week {
  /** The date of the first day. */
  readonly from: string
  readonly timeZone: string
  /** One of the event type's durations; `undefined`: its default. */
  readonly durationMinutes: number | undefined
}

export const daysShown = 7
const dayMs = 86_400_000
const locale = 'en-GB'
/** With a word joiner at either side, so that a line does not end there. */
const unbrokenDash = '\u2060–\u2060'

/** Returns the free times of seven days. */
export async function freeDays(calendar: Scheduling, eventType: EventType, week: Week): Promise<readonly Day[]> {
  const { from, timeZone, durationMinutes } = week
  const days = new Map<string, Slot[]>()
  for (let index = 0; index < daysShown; index++) days.set(plusDays(from, index), [])
  // In every zone a date begins and ends less than a day away from the same date in UTC.
  const window = { from: new Date(Date.parse(from) - dayMs), to: new Date(Date.parse(from) + (daysShown + 1) * dayMs) }
  for await (const slot of calendar.slots({ eventType, ...window, timeZone, durationMinutes }))
    days.get(dateOf(slot.start, timeZone))?.push(slot)
  return [...days].map(([date, slots]) => ({ date, slots }))
}

/** Returns the date of an instant in a zone. */
export function dateOf(instant: string | number, timeZone: string): string {
  // Swedish dates are those of ISO 8601.
  return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date(instant))
}

export function today(timeZone: string): string {
  return dateOf(Date.now(), timeZone)
}

export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10)
}

/** Returns `30 November`. */
export function dayName(date: string): string {
  const format = { day: 'numeric', month: 'long', timeZone: 'UTC' } as const
  return new Intl.DateTimeFormat(locale, format).format(new Date(date))
}

/** Returns `Monday`. */
export function weekdayName(date: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(new Date(date))
}

/** Returns `09:00`. */
export function timeOf(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone }).format(new Date(instant))
}

/** Returns `Monday, 30 November 2026, 09:00–09:30`; without minutes, only when it begins. */
export function dateAndTime(instant: string, timeZone: string, minutes?: number): string {
  const format = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone } as const
  const date = new Intl.DateTimeFormat(locale, format).format(new Date(instant))
  const end = minutes && timeOf(new Date(Date.parse(instant) + minutes * 60_000).toISOString(), timeZone)
  return `${date}, ${[timeOf(instant, timeZone), end].filter(Boolean).join(unbrokenDash)}`
}

/** Such as `2026-11-30T09:00:00Z`. */
export function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
}

export function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
}

export function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat(locale, { timeZone: text }).format() !== ''
  } catch {
    return false
  }
}

/** Returns all time zones to choose from, with this one among them. */
export function timeZones(chosen: string): readonly string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen])].sort()
}

export function zoneName(timeZone: string): string {
  return timeZone.replaceAll('_', ' ')
}

export function lengthOf(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(' ')
}
