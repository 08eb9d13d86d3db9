// What has ended for good: connections that were disconnected, and grants that were closed. Their rows are deleted once
// nothing of them is under way. Of each only its id stays, which names nobody, and how far a grant had come: so that what
// comes late is recognised, and a grant that is made again begins after it.

export interface EndedStore {
  /**
   * Deletes up to `limit` connections that were disconnected `ageMs` ago, and grants that were closed `ageMs` ago and on which
   * none rests, each with its history and whatever else is left of it; under the same condition as the outbox's. `null`:
   * only those of owners who were erased. A connection stays while its grant is being closed, while a subscription of it
   * is not removed, an event not acknowledged, or a booking key kept. Returns how many.
   */
  sweep(ageMs: number | null, limit: number): Promise<number>
  /** Deletes up to `limit` rows that came late, about connections that are gone. Returns how many. */
  sweepLate(limit: number): Promise<number>
  /** Deletes up to `limit` ids of what was deleted `ageMs` ago; under the same condition. Returns how many. */
  sweepIds(ageMs: number, limit: number): Promise<number>
  /** Whether a connection or a grant with that id was deleted here. */
  has(id: string): Promise<boolean>
}

/**
 * A connection whose owner was erased goes as soon as it can. Its mark is the sign of the time at which it was last changed:
 * that time stays, and it comes before every other one.
 */
export function erasedTime(updatedAt: number): number {
  return -Math.abs(updatedAt)
}

export function isErased(updatedAt: number): boolean {
  return updatedAt <= 0
}

/** Rows of a connection that come later than this after it was deleted do not come at all: every request has ended. */
export const lateForMs = 3_600_000
