// Points in time and spans, as a person reads them.

// Made when the first date is shown: it reads the tables of all languages.
let absolute: Intl.DateTimeFormat | undefined

/** Such as `21 Nov 2026, 16:05 UTC`. */
export function dateText(date: Date): string {
  absolute ??= new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return `${absolute.format(date)} UTC`
}

export interface ZonedTexts {
  /** The IANA name. */
  readonly zone: string
  /** Such as `Mon 30 Nov 2026`. */
  day(date: Date): string
  /** Such as `09:00`. */
  clock(date: Date): string
}

/** Writes moments in a time zone; in UTC if it is not told, or not known here. */
export function textsIn(timeZone: string | null): ZonedTexts {
  const zone = timeZone !== null && isTimeZone(timeZone) ? timeZone : 'UTC'
  const day = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: zone,
  })
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone })
  // A provider's slip in one date must not hide the rest of a page.
  const format = (by: Intl.DateTimeFormat, date: Date) => (Number.isNaN(date.getTime()) ? '?' : by.format(date))
  return { zone, day: (date) => format(day, date).replace(',', ''), clock: (date) => format(clock, date) }
}

/** Whether the zone is known here, by its IANA name. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone }) !== null
  } catch {
    return false
  }
}

/** Such as `in 1 hour 59 minutes` or `3 days ago`. */
export function distanceText(date: Date, now: number): string {
  const ms = date.getTime() - now
  if (Math.abs(ms) < 1000) return 'now'
  const span = spanText(Math.abs(ms) / 1000)
  return ms > 0 ? `in ${span}` : `${span} ago`
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Such as `1 hour 59 minutes`: the two largest units. */
export function spanText(seconds: number): string {
  let rest = Math.round(seconds)
  const words: string[] = []
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count === 0) {
      if (words.length > 0) break
      continue
    }
    words.push(`${count} ${unit}${count === 1 ? '' : 's'}`)
    // Seconds beside minutes would distract.
    if (words.length === 2 || unit === 'minute') break
  }
  return words.join(' ') || 'no time'
}
