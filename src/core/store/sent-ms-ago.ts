// How long ago a request of a booking key may last have left, by two clocks: the store's, which can be set, and the one of
// leases, which begins again when the machine does.

interface Reading {
  /** When it may have left; `null`: that clock was not read then. */
  readonly at: number | null
  readonly now: number
}

/** Returns how many ms ago, at least; `null`: it has not left. */
export function msAgo(store: Reading, leases: Reading): number | null {
  if (store.at === null) return null
  const byStore = store.now - store.at
  if (leases.at === null) return byStore
  // A clock that has begun again has counted the time since then.
  const byLeases = leases.now < leases.at ? leases.now : leases.now - leases.at
  return Math.min(byStore, byLeases)
}
