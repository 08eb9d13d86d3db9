// How long ago something was that a booking key records, by two clocks: the store's, which can be set, and the one of
// leases, which begins again when the machine does.

interface Reading {
  /** When it was; `null`: that clock was not read then. */
  readonly at: number | null
  readonly now: number
}

/** Ms by the clock that has counted less, and by the one that has counted more; `null`: it has not happened. */
export function msAgo(store: Reading, leases: Reading): { readonly least: number; readonly most: number } | null {
  if (store.at === null) return null
  const byStore = store.now - store.at
  if (leases.at === null) return { least: byStore, most: Math.max(byStore, 0) }
  // A clock that has begun again has counted the time since then.
  const byLeases = leases.now < leases.at ? leases.now : leases.now - leases.at
  return { least: Math.min(byStore, byLeases), most: Math.max(byStore, byLeases, 0) }
}
