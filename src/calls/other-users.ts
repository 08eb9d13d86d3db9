// An estimate of the calls that other users of the same account make, from readings that fall faster than our own
// calls. The formulas are explained in docs/decisions/governor.md, "Others" and "The last of it".

export interface OtherUsers {
  /** The moving average of what `observe` has seen. Negative by chance, so that errors of rounding cancel out. */
  observedAverage: number
  observedMost: number
}

/** The weight of the newest observation in the moving average. */
const weight = 0.2
/** A longer burst counts as that many calls, so that one cannot dominate the average. */
const mostObserved = 16
/** More calls than that are never kept back for others. */
const mostReserved = 8

export const noOthers: Readonly<OtherUsers> = { observedAverage: 0, observedMost: 0 }

/** Calls of others for each of ours, 0 or more. */
export function averageOfOthers({ observedAverage }: OtherUsers): number {
  return Math.max(0, observedAverage)
}

/** Most calls of others that were lately seen between two of ours, or the average if that is more. */
export function mostOfOthers({ observedAverage, observedMost }: OtherUsers): number {
  return Math.max(0, observedAverage, observedMost)
}

/** So many calls of others were seen between two of ours; negative by chance. */
export function observe(others: OtherUsers, calls: number): void {
  const observed = Math.min(calls, mostObserved)
  others.observedAverage += weight * (observed - others.observedAverage)
  others.observedMost = Math.max(others.observedMost, Math.min(observed, mostReserved))
}

/** A new window has begun: a process that others pushed aside tries again, so that shares even out. */
export function halve(others: OtherUsers): void {
  others.observedAverage /= 2
  others.observedMost /= 2
}
