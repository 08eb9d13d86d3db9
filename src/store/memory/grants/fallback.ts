// Fallback token sets: kept beside the current one, and put in its place when the provider refuses it.

import { type GrantStore, withFallback } from '../../../core/store/grants.ts'
import { appendEvents } from '../changes/append-events.ts'
import { markChanged, restingOn } from '../changes/mark-changed.ts'
import { isRecorded, recordHistory } from '../changes/record-history.ts'
import type { GrantRecord, Tables, Times } from '../engine/tables.ts'
import { fenced } from './row.ts'

export function fallbackOperations(tables: Tables, { now }: Times): Pick<GrantStore, 'keepFallback' | 'useFallback'> {
  const table = tables.grants
  return {
    async keepFallback(id, generation, spent, sealed, entries) {
      const row = table.get(id)
      if (!row || row.generation <= generation || row.status === 'closed') return null
      if (entries?.kept) {
        if (isRecorded(tables, id, entries.kept)) return 'known'
        recordHistory(tables, now(), id, null, entries.kept)
      }
      const fallbacks = withFallback(row.fallbackTokens, spent, sealed)
      const revived = row.status === 'over' && fallbacks.length > 0
      const isSpent = row.status === 'live' && row.tokens === spent && sealed !== null
      if (revived || isSpent) {
        useFirst(tables, row, now(), fallbacks)
        if (entries) recordHistory(tables, now(), id, null, entries.used)
      } else table.set(id, { ...row, fallbackTokens: fallbacks })
      return revived ? 'revived' : 'kept'
    },
    async useFallback(id, generation, entry) {
      const row = fenced(tables, id, generation)
      if (!row || row.fallbackTokens.length === 0 || (row.status !== 'live' && row.status !== 'over')) return false
      useFirst(tables, row, now(), row.fallbackTokens)
      if (entry) recordHistory(tables, now(), id, null, entry)
      return true
    },
  }
}

/** Makes the first of the fallback sets the current set. */
function useFirst(tables: Tables, row: GrantRecord, at: number, [tokens = '', ...fallbacks]: readonly string[]): void {
  markChanged(tables, row.id, at)
  tables.grants.set(row.id, {
    ...row,
    tokens,
    fallbackTokens: fallbacks,
    generation: row.generation + 1,
    status: 'live',
    reason: null,
    expiresAt: at,
    lifetimeMs: 0,
    dueAt: at,
    leaseOwner: null,
    leaseUntil: 0,
    intent: null,
    outcomeUnknown: true,
    refusals: 0,
    refusedSince: null,
  })
  if (row.status === 'over') appendEvents(tables, at, 'connection.recovered', restingOn(tables, row.id), {})
}
