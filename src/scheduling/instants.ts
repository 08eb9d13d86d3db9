// Instants as a caller gives them: a `Date`, or a text that says its offset from UTC. A text without one would mean another
// moment on each machine.

import type { Check } from '../core/check.ts'
import type { Time } from '../core/scheduling/requests.ts'

const example = '2026-11-27T09:00:00+01:00'
const form = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/

/** Accepts a {@link Time}. */
export const time: Check = (value) => {
  const must = `must be an instant: a Date, or a text with its offset from UTC, such as ${example}`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'is an invalid Date. Give a valid one' : null
  const [, year, month, day, , , , offset] = (typeof value === 'string' && form.exec(value)) || []
  if (year === undefined)
    return isWithSpace(value) ? `has a space in place of "+". In an address, "+" is written %2B` : must
  if (offset === undefined) return `has no offset from UTC. Add it, such as ${example}, or Z for UTC`
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const exists = date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day)
  return exists ? null : 'names a day that its month does not have'
}

/** Whether the text came from an address, where an unescaped `+` means a space. */
function isWithSpace(value: unknown): boolean {
  return typeof value === 'string' && form.test(value.replace(/ (?=\d\d:\d\d$)/, '+'))
}

/** Returns milliseconds since 1970. The time has been checked. */
export function msOf(checked: Time): number {
  return new Date(checked).getTime()
}

/** What to say about a booking without times, as the end of a sentence; `null`: it has them. */
export function timesProblem({ start, end }: { readonly start?: unknown; readonly end?: unknown }): string | null {
  const hasTimes = [start, end].every((one) => typeof one === 'string' && !Number.isNaN(Date.parse(one)))
  return hasTimes
    ? null
    : 'has no start and end, as that of an event that is not complete. Read it with "booking" first'
}
