// What decides, at every provider, whether a booking that was found is one that a lost request has made.

import type { Instant } from './parameters.ts'

/**
 * How far the provider's clock may be behind ours. Generous: what is taken for ours by mistake is looked at, what is missed
 * is booked a second time.
 */
export const clockAllowance: number = 5 * 60_000

/** The earliest time of the provider's clock at which the request can have made a booking. */
export function earliestOf(since: Instant): number {
  return new Date(since).getTime() - clockAllowance
}

/** Whether two ways of writing mean the same moment. */
export function sameInstant(one: Instant, other: Instant): boolean {
  return new Date(one).getTime() === new Date(other).getTime()
}

/** Providers may write an address in lower case. */
export function sameEmail(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase()
}
