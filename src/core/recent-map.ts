// A map for what can be had again: it forgets what has not been used for the longest time, so that it stays small however
// many keys pass through it. Two maps take turns: what is used is in the newer one, and the older one is dropped as a whole.

import type { Clock } from './clock.ts'

export interface RecentMap<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
  delete(key: Key): void
  clear(): void
  /** Forgets what has not been used for twice `unusedMs`, and nothing that has been used within `unusedMs`. */
  forgetUnused(): void
}

export interface RecentMapOptions {
  /** The most entries that it has at any time. */
  readonly most: number
  /** For `forgetUnused`. Default: it forgets nothing. */
  readonly unused?: { readonly unusedMs: number; readonly clock: Pick<Clock, 'monotonic'> }
}

export function createRecentMap<Key, Value>(options: RecentMapOptions): RecentMap<Key, Value> {
  const { most, unused } = options
  let newer = new Map<Key, Value>()
  let older = new Map<Key, Value>()
  let turnedAt: number | null = null

  function turn(): void {
    older = newer
    newer = new Map()
  }

  function set(key: Key, value: Value): void {
    if (newer.size >= most / 2) turn()
    newer.set(key, value)
  }

  return {
    get(key) {
      const recent = newer.get(key)
      if (recent !== undefined) return recent
      const found = older.get(key)
      if (found !== undefined) set(key, found)
      return found
    },
    set,
    delete(key) {
      newer.delete(key)
      older.delete(key)
    },
    clear() {
      newer.clear()
      older.clear()
    },
    forgetUnused() {
      if (!unused) return
      const now = unused.clock.monotonic()
      const passedMs = now - (turnedAt ?? now)
      turnedAt ??= now
      if (passedMs < unused.unusedMs) return
      turnedAt = now
      turn()
      if (passedMs >= 2 * unused.unusedMs) older.clear()
    },
  }
}
