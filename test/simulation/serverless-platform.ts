// The platform of a process that runs as a function does: it may be given promises to wait for before it freezes it.

export interface Platform {
  /** Whether it takes promises to wait for. */
  readonly waits: boolean
  /** Whether a request was answered while what it had waited for went on, so that this may go on in a later one. */
  leavesBehind: boolean
  /** Whether some of them are still pending. */
  readonly handed: boolean
  waitUntil(work: Promise<unknown>): void
  /** Calls back once none of them is pending. */
  idle(then: () => void): void
}

export function createPlatform(waits: boolean): Platform {
  const pending = new Set<Promise<unknown>>()
  let waiting: (() => void)[] = []
  return {
    waits,
    leavesBehind: false,
    get handed() {
      return pending.size > 0
    },
    waitUntil(work) {
      const seen: Promise<void> = work.then(
        () => settled(seen),
        () => settled(seen),
      )
      pending.add(seen)
    },
    idle: (then) => void waiting.push(then),
  }

  function settled(seen: Promise<unknown>): void {
    pending.delete(seen)
    if (pending.size > 0) return
    const all = waiting
    waiting = []
    for (const then of all) then()
  }
}
