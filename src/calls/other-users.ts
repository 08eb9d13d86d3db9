// An estimate of the calls that other users of the same account make, from readings that fall faster than our own
// calls. The formulas are explained in docs/decisions/governor.md, "Others" and "The last of it".

export interface OtherUsers {
  /** Calls of others for each of ours, 0 or more. */
  average(): number
  /** Most calls of others that were lately seen between two of ours, or the average if that is more. */
  most(): number
  /** So many calls of others were seen between two of ours; negative by chance. */
  observe(calls: number): void
  /** A new window has begun: a process that others pushed aside tries again, so that shares even out. */
  halve(): void
}

/** The weight of the newest observation in the moving average. */
const weight = 0.2
/** A longer burst counts as that many calls, so that one cannot dominate the average. */
const mostObserved = 16
/** More calls than that are never kept back for others. */
const mostReserved = 8

export function createOtherUsers(): OtherUsers {
  /** Negative by chance, so that errors of rounding cancel out. */
  let average = 0
  let most = 0
  return {
    average: () => Math.max(0, average),
    most: () => Math.max(0, average, most),
    observe(calls) {
      const observed = Math.min(calls, mostObserved)
      average += weight * (observed - average)
      most = Math.max(most, Math.min(observed, mostReserved))
    },
    halve() {
      average /= 2
      most /= 2
    },
  }
}
