// A serverless platform: it may take promises to wait for before it freezes the process.

export interface Platform {
  /** Whether it takes promises to wait for. */
  readonly waits: boolean
  /** Whether a request has its answer while the work that it had waited for goes on, which may end in a later one. */
  leavesBehind: boolean
  /** Whether some of the promises are pending. */
  readonly handed: boolean
  waitUntil(work: Promise<unknown>): void
  /** Calls back once no promise is pending. */
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
