// What the history gets with the changes of a grant.

import type { HistoryEntry } from '../core/store/history.ts'

export function refreshedEntry(generation: number): HistoryEntry {
  return entry('grant.renewed', { generation })
}

/** `set` tells the sets apart that came for one generation. */
export function keptEntry(generation: number, set: string): HistoryEntry {
  return entry('grant.fallback_kept', { generation, set })
}

/** `generation`: of the set that a fallback set has replaced. */
export function usedEntry(generation: number): HistoryEntry {
  return entry('grant.fallback_used', { generation })
}

export function entry(type: string, data: HistoryEntry['data']): HistoryEntry {
  return { type, data }
}
