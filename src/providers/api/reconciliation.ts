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

/** Whether what was created at that time can have been made by a request of `since`. A time that cannot be read can. */
export function isSince(createdAt: string, since: Instant): boolean {
  return !(new Date(createdAt).getTime() < earliestOf(since))
}

/** Whether two ways of writing mean the same moment. */
export function sameInstant(one: Instant, other: Instant): boolean {
  return new Date(one).getTime() === new Date(other).getTime()
}

/** Whether any of these addresses is the one that was sent; `null`: there is none. Providers may write one in lower case. */
export function isAmong(sent: string, found: readonly unknown[]): boolean | null {
  const told = found.filter((one) => typeof one === 'string').map(plain)
  const addresses = told.filter((one) => one !== '')
  return addresses.length === 0 ? null : addresses.includes(plain(sent))
}

function plain(address: string): string {
  return address.trim().toLowerCase()
}
