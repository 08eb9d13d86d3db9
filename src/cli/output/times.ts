// Times and durations for a person at a terminal, and as a person gives them.

import { CliError } from './cli-error.ts'

/** To the minute, in UTC. */
export function timeText(time: Date | null, never = 'never'): string {
  return time === null ? never : `${time.toISOString().slice(0, 16).replace('T', ' ')}Z`
}

/** To the second, in UTC: for what happens while a person looks on. */
export function secondText(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}Z`
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads `30d`, `12h` or `90m` into milliseconds; `null` for another text. */
function durationOf(text: string): number | null {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  return count === undefined ? null : Number(count) * (units[unit] ?? 0)
}

/** @throws {CliError} exit code 2. */
export function readDuration(text: string, option: string): number {
  const ms = durationOf(text)
  if (ms === null) throw new CliError(`${option} ${text} is not a time: give one such as 30d, 12h or 90m.`, 2)
  return ms
}

/** Reads a date, or how long ago it was: `2026-11-27T02:00Z`, `12h`. @throws {CliError} exit code 2. */
export function readSince(text: string, option: string, now: number): Date {
  const ms = durationOf(text)
  const date = ms === null && /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : new Date(now - (ms ?? Number.NaN))
  if (Number.isNaN(date.getTime()))
    throw new CliError(
      `${option} ${text} is not a time: give how long ago, such as 12h, or a date such as 2026-11-27T02:00Z.`,
      2,
    )
  return date
}
