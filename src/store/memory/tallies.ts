// Tallies in memory.

import { type TallyStore, tallyBucketMs } from '../../core/store/tallies.ts'
import { sweepOld } from './engine/sweep-old.ts'
import type { Now, Tables } from './engine/tables.ts'

export function tallies(tables: Tables, now: Now): TallyStore {
  const table = tables.tallies
  return {
    async add(counts, agoMs) {
      const at = Math.floor((now() - Math.round(agoMs)) / tallyBucketMs) * tallyBucketMs
      for (const { kind, outcome, client, count } of counts) {
        const key = JSON.stringify([kind, at, client, outcome])
        table.set(key, { kind, outcome, client, at, count: (table.get(key)?.count ?? 0) + count })
      }
    },
    async between(kind, from, to) {
      return [...table.values()]
        .filter((row) => row.kind === kind && row.at >= from && row.at < to)
        .sort((a, b) => a.at - b.at || compare(a.client, b.client) || compare(a.outcome, b.outcome))
        .map((row) => ({ ...row }))
    },
    now: async () => now(),
    sweep: async (ageMs, limit) => sweepOld(tables, 'tallies', ({ at }) => at, now(), ageMs, limit),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
