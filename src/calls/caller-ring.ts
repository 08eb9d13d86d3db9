// The waiting calls of one kind, background or not: callers take turns, and each caller's calls go in order.

/** A call that waits. */
export interface Waiter {
  readonly caller: unknown
  /** When it gives up. */
  readonly until: number
  start(): void
  refuse(error: unknown): void
}

export interface CallerRing {
  add(waiter: Waiter): void
  /** The next in turn. */
  peek(): Waiter | null
  /** Removes the next in turn; its caller's next call waits behind the other callers. */
  shift(): void
  remove(waiter: Waiter): void
  has(waiter: Waiter): boolean
  all(): Waiter[]
  size(): number
  /** Those that have waited as long as they may. */
  expired(now: number): Waiter[]
  /** When the last of them gives up. */
  latest(): number
}

/** The ring is a Map, in the order of its keys. */
export function createCallerRing(): CallerRing {
  const ring = new Map<unknown, Set<Waiter>>()
  let size = 0
  /** No waiter gives up before that. */
  let earliest = Number.POSITIVE_INFINITY
  /** `null`: not known, and computed when it is needed. */
  let latest: number | null = null

  const all = () => [...ring.values()].flatMap((waiters) => [...waiters])

  function remove(waiter: Waiter): void {
    const waiters = ring.get(waiter.caller)
    if (!waiters?.delete(waiter)) return
    size--
    if (waiter.until === latest) latest = null
    if (waiters.size === 0) ring.delete(waiter.caller)
  }

  function peek(): Waiter | null {
    for (const waiters of ring.values()) for (const waiter of waiters) return waiter
    return null
  }

  return {
    add(waiter) {
      const waiters = ring.get(waiter.caller)
      if (waiters) waiters.add(waiter)
      else ring.set(waiter.caller, new Set([waiter]))
      size++
      earliest = Math.min(earliest, waiter.until)
      if (latest !== null) latest = Math.max(latest, waiter.until)
    },
    peek,
    shift() {
      const waiter = peek()
      if (!waiter) return
      const waiters = ring.get(waiter.caller)
      remove(waiter)
      if (!waiters || waiters.size === 0) return
      ring.delete(waiter.caller)
      ring.set(waiter.caller, waiters)
    },
    remove,
    has: (waiter) => ring.get(waiter.caller)?.has(waiter) ?? false,
    all,
    size: () => size,
    expired(now) {
      if (now < earliest) return []
      const waiters = all()
      earliest = waiters.reduce((at, { until }) => Math.min(at, until > now ? until : at), Number.POSITIVE_INFINITY)
      return waiters.filter(({ until }) => until <= now)
    },
    latest() {
      latest ??= all().reduce((at, { until }) => Math.max(at, until), 0)
      return latest
    },
  }
}
