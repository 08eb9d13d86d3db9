// Which keys have sealed what is stored, in memory.

import { keyOfSealed, type SealedCount, type SealedStore, type SealedTable, summed } from '../../core/store/sealed.ts'
import type { Tables } from './engine/tables.ts'

export function sealed(tables: Tables): SealedStore {
  return {
    async count(known, most) {
      const counts: SealedCount[] = []
      for (const [table, values] of Object.entries(valuesOf(tables)) as [SealedTable, (string | null)[]][]) {
        const byKey = new Map<string, number>()
        for (const value of values) {
          if (value === null) continue
          const key = keyOfSealed(value)
          byKey.set(key, (byKey.get(key) ?? 0) + 1)
        }
        for (const [key, values] of byKey)
          counts.push(
            known.includes(key)
              ? { table, key, values: null, isWhole: false }
              : { table, key, values: Math.min(values, most), isWhole: values < most },
          )
      }
      return summed(counts)
    },
  }
}

function valuesOf(tables: Tables): Readonly<Record<SealedTable, (string | null)[]>> {
  return {
    grants: [...tables.grants.values()].flatMap(({ tokens, fallbackTokens }) => [tokens, ...fallbackTokens]),
    attempts: [...tables.attempts.values()].flatMap(({ verifier, code, answer }) => [verifier, code, answer]),
    outbox: [...tables.outbox.rows.values()].map(({ body }) => body),
    feed: [...tables.feed.rows.values()].map(({ body }) => body),
    subscriptions: [...tables.subscriptions.values()].map(({ secrets }) => secrets),
    booking_keys: [...tables.bookingKeys.values()].map(({ request }) => request),
  }
}
