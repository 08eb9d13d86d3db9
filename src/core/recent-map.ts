// A map for what can be had again: it forgets what has not been used for the longest time, so that it stays small however
// many keys pass through it. Two maps take turns: what is used is in the newer one, and the older one is dropped as a whole.

import type { Clock } from './clock.ts'

export interface RecentMap<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
  delete(key: Key): void
  clear(): void
}

export interface RecentMapOptions {
  /** The most entries that it has at any time. */
  readonly most: number
  /** An entry that is not used for twice this time is forgotten, at the next use of the map. Default: only `most` counts. */
  readonly unusedMs?: number
  readonly clock?: Pick<Clock, 'monotonic'>
}

export function createRecentMap<Key, Value>(options: RecentMapOptions): RecentMap<Key, Value> {
  const { most, unusedMs, clock } = options
  let newer = new Map<Key, Value>()
  let older = new Map<Key, Value>()
  let since = clock?.monotonic() ?? 0

  function turn(): void {
    older = newer
    newer = new Map()
  }

  function forgetUnused(): void {
    if (!clock || unusedMs === undefined) return
    const passedMs = clock.monotonic() - since
    if (passedMs < unusedMs) return
    since += passedMs
    turn()
    if (passedMs >= 2 * unusedMs) older.clear()
  }

  function set(key: Key, value: Value): void {
    if (newer.size >= most / 2) turn()
    newer.set(key, value)
  }

  return {
    get(key) {
      forgetUnused()
      const recent = newer.get(key)
      if (recent !== undefined) return recent
      const found = older.get(key)
      if (found !== undefined) set(key, found)
      return found
    },
    set(key, value) {
      forgetUnused()
      set(key, value)
    },
    delete(key) {
      newer.delete(key)
      older.delete(key)
    },
    clear() {
      newer.clear()
      older.clear()
    },
  }
}
