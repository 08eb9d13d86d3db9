// Work under way. What is begun here is seen to its end: `stop` waits for it, a platform that suspends the process after
// an answer is told of it, and its faults are reported.

export interface Tracking {
  /** Keeps a caller's work in sight. */
  follow<Result>(work: Promise<Result>): Promise<Result>
  /** Keeps work in sight that nobody waits for, and reports its fault. */
  track(work: Promise<unknown>): void
  /** Resolves when nothing is under way, what was begun meanwhile included. */
  idle(): Promise<void>
}

/** `waitUntil`: tells the platform of work that goes on behind an answer; `null` where there is nobody to tell. */
export function createTracking(
  fault: (error: unknown) => void,
  waitUntil: ((work: Promise<unknown>) => void) | null,
): Tracking {
  const underWay = new Set<Promise<void>>()

  function see(work: Promise<unknown>): Promise<void> {
    const seen = work.then(
      () => void underWay.delete(seen),
      () => void underWay.delete(seen),
    )
    underWay.add(seen)
    return seen
  }

  return {
    follow(work) {
      see(work)
      return work
    },
    track(work) {
      const seen = see(work.catch(fault))
      // The platform's fault must not end what has just been tracked, nor the process.
      new Promise((resolve) => resolve(waitUntil?.(seen))).catch(fault)
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
