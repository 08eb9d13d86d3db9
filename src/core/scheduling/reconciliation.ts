// The rules, the same for every provider, that decide whether a booking was made by a request whose response was lost, or
// has not come yet.

type Instant = Date | string | number

/**
 * How far the provider's clock may be behind ours. Generous: a booking that is found by mistake costs a look, one that
 * is missed is made twice.
 */
export const clockAllowance: number = 5 * 60_000

/** Returns the earliest time of the provider's clock at which the request can have made a booking. */
export function earliestOf(since: Instant): number {
  return new Date(since).getTime() - clockAllowance
}

/** Whether a booking created at that time can be of a request sent at `since`. A time that cannot be read counts. */
export function isSince(createdAt: Instant, since: Instant): boolean {
  return !(new Date(createdAt).getTime() < earliestOf(since))
}

/** Whether the two name the same moment. */
export function sameInstant(one: Instant, other: Instant): boolean {
  return new Date(one).getTime() === new Date(other).getTime()
}

/** Whether one of these addresses is the one that was sent; `null` where there is no address. Case does not count. */
export function isAmong(sent: string, found: readonly unknown[]): boolean | null {
  const addresses = found
    .filter((one) => typeof one === 'string')
    .map(normalized)
    .filter((one) => one !== '')
  return addresses.length === 0 ? null : addresses.includes(normalized(sent))
}

function normalized(address: string): string {
  return address.trim().toLowerCase()
}
