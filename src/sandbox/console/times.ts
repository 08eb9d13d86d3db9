// Moments and spans, as a person reads them.

import { offsetAt } from '../time/zone.ts'

const formats = new Map<string, { day: Intl.DateTimeFormat; clock: Intl.DateTimeFormat }>()

function formatsOf(timeZone: string): { day: Intl.DateTimeFormat; clock: Intl.DateTimeFormat } {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone } as const
  const made = {
    day: new Intl.DateTimeFormat('en-GB', day),
    clock: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }),
  }
  formats.set(timeZone, made)
  return made
}

/** Such as `Mon 23 Nov 2026`. */
export function dayText(at: number, zone: string): string {
  return formatsOf(zone).day.format(at).replace(',', '')
}

/** Such as `09:00`. */
export function clockText(at: number, zone: string): string {
  return formatsOf(zone).clock.format(at)
}

/** Such as `Mon 23 Nov 2026, 09:00`; with an end, `09:00–09:15`. */
export function whenText(at: number, zone: string, to?: number): string {
  const until = to === undefined ? '' : `–${clockText(to, zone)}`
  return `${dayText(at, zone)}, ${clockText(at, zone)}${until}`
}

/** Such as `21 Nov, 12:00:05`, in UTC. */
export function stampText(at: number): string {
  const text = dayText(at, 'UTC').split(' ').slice(1, 3).join(' ')
  return `${text}, ${new Date(at).toISOString().slice(11, 19)}`
}

/** Such as `Europe/Stockholm, UTC+1`. */
export function zoneText(zone: string, at: number): string {
  if (zone === 'UTC') return 'UTC'
  const minutes = offsetAt(zone, at) / 60_000
  const hours = Math.trunc(Math.abs(minutes) / 60)
  const rest = Math.abs(minutes) % 60 === 0 ? '' : `:${String(Math.abs(minutes) % 60).padStart(2, '0')}`
  return `${zone}, UTC${minutes < 0 ? '−' : '+'}${hours}${rest}`
}

/** A number of seconds, such as `1 h 5 min`. */
export function spanText(seconds: number): string {
  const whole = Math.round(Math.abs(seconds))
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** Such as `in 5 min` or `3 h ago`. */
export function distanceText(at: number, now: number): string {
  const text = spanText((at - now) / 1000)
  if (text === '0 s') return 'now'
  return at > now ? `in ${text}` : `${text} ago`
}
