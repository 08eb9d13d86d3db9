// The one form in which the model writes instants.

import type { UtcInstant } from './model.ts'

/**
 * Returns the moment as the model writes it: `2026-11-27T09:00:00Z`. Fractions of a second are cut off. A text that names
 * no moment is returned as it is, since a provider's slip in one field must not hide the rest of its answer.
 *
 * @param moment milliseconds since 1970, or a text that says its offset from UTC.
 */
export function utcInstant(moment: string | number): UtcInstant {
  if (typeof moment === 'number' && moment >= 0 && moment <= latest) return ofMs(moment)
  if (typeof moment === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(moment)) return moment
  const time = new Date(moment)
  return Number.isNaN(time.getTime()) ? String(moment) : time.toISOString().replace(/\.\d+Z$/, 'Z')
}

const dayMs = 86_400_000
/** The end of the year 9999. */
const latest = 253_402_300_799_999
const twoDigits = (number: number) => String(number).padStart(2, '0')
/** `00Z` to `59Z`. */
const seconds = Array.from({ length: 60 }, (_, number) => `${twoDigits(number)}Z`)
/** `09:30:`, by the minute of the day. */
const minutes = Array.from(
  { length: 1440 },
  (_, number) => `${twoDigits(Math.floor(number / 60))}:${twoDigits(number % 60)}:`,
)
let lastDay = -1
let lastDate = ''

/** As `toISOString` does it, but a list of hundreds of slots is on few days: the text of a day is made once. */
function ofMs(ms: number): UtcInstant {
  const day = Math.floor(ms / dayMs)
  if (day !== lastDay) {
    lastDate = new Date(day * dayMs).toISOString().slice(0, 11)
    lastDay = day
  }
  const second = Math.floor((ms - day * dayMs) / 1000)
  const minute = Math.floor(second / 60)
  return lastDate + minutes[minute] + seconds[second - minute * 60]
}
