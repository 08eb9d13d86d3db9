// Error groups in memory.

import { type ErrorGroupRow, type ErrorGroupStore, mostTouched } from '../../core/store/error-groups.ts'
import { isSteady } from './engine/sweep-clock.ts'
import type { ErrorGroupRecord, Now, Tables } from './engine/tables.ts'

export function errorGroups(tables: Tables, now: Now): ErrorGroupStore {
  const table = tables.errorGroups
  const inOrder = () => [...table.values()].sort(lastFirst)
  return {
    async add(errors) {
      for (const { agoMs, connections, ...seen } of errors) {
        const at = now() - Math.round(agoMs)
        const known = table.get(seen.id)
        const touched = [...new Set([...(known?.touched ?? []), ...connections])].slice(0, mostTouched)
        table.set(seen.id, {
          ...(known ?? seen),
          count: (known?.count ?? 0) + seen.count,
          firstAt: known?.firstAt ?? at,
          lastAt: Math.max(known?.lastAt ?? at, at),
          sentence: seen.sentence,
          touched: new Set(touched),
        })
      }
    },
    async list({ after, limit }) {
      return inOrder()
        .filter((row) => !after || lastFirst(row, after) > 0)
        .slice(0, limit)
        .map(({ touched, ...row }): ErrorGroupRow => ({ ...row, connections: touched.size }))
    },
    async touched(id, limit) {
      return [...(table.get(id)?.touched ?? [])].sort().slice(0, limit)
    },
    async sweep(ageMs, most, limit) {
      const surplus = remove(inOrder().slice(most), limit)
      if (surplus === limit || !isSteady(tables, 'errorGroups', now())) return surplus
      const before = now() - Math.round(ageMs)
      const old = inOrder().filter(({ lastAt }) => lastAt <= before)
      return surplus + remove(old.reverse(), limit - surplus)
    },
  }

  function remove(rows: readonly ErrorGroupRecord[], limit: number): number {
    const removed = rows.slice(0, limit)
    for (const { id } of removed) table.delete(id)
    return removed.length
  }
}

interface Place {
  readonly lastAt: number
  readonly id: string
}

function lastFirst(a: Place, b: Place): number {
  return b.lastAt - a.lastAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
}
