// Wall clocks: what time it is somewhere, and when a wall clock shows a time. The platform knows the zones.

const day = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Whether the platform knows the zone. */
export function isTimeZone(value: unknown): value is string {
  if (typeof value !== 'string' || value === '') return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
    return true
  } catch {
    return false
  }
}

/** How far the zone is ahead of UTC at that moment, in milliseconds. */
export function offsetAt(zone: string, at: number): number {
  let format = formats.get(zone)
  if (format === undefined) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
    format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
      ...parts,
      second: 'numeric',
      hourCycle: 'h23',
      timeZone: zone,
    })
    formats.set(zone, format)
  }
  const of: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(at)) of[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = of
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/**
 * The moment at which the zone's wall clock shows this; `wall` is the reading as if it were UTC. Of a reading that
 * comes twice the first; one that is skipped counts on from the clock before the change (RFC 5545, section 3.3.5).
 */
export function fromWall(zone: string, wall: number): number {
  const before = wall - offsetAt(zone, wall - day)
  const after = wall - offsetAt(zone, wall + day)
  const shows = (at: number): boolean => at + offsetAt(zone, at) === wall
  return !shows(before) && shows(after) ? after : before
}

/** The moment as an ISO date of that zone: `…Z` in UTC, `…+02:00` elsewhere. */
export function isoIn(zone: string, at: number): string {
  const offset = offsetAt(zone, at)
  const text = new Date(at + offset).toISOString()
  if (offset === 0) return text
  const minutes = Math.abs(offset) / 60_000
  const part = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return text.replace('Z', `${offset < 0 ? '-' : '+'}${part(minutes / 60)}:${part(minutes % 60)}`)
}
