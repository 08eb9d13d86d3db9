// Attempts that are left over: those whose answer was never attached, or not revoked, and those that have ended.

import type { AttemptStore } from '../../../core/store/attempts.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { isPast } from '../../../core/store/wrong-clock.ts'
import { isSteady } from '../engine/sweep-clock.ts'
import type { Now, Tables } from '../engine/tables.ts'
import { read } from './row.ts'

export function leftoverOperations(tables: Tables, now: Now): Pick<AttemptStore, 'stranded' | 'sweep'> {
  const { attempts: table } = tables
  return {
    async stranded(ageMs, limit, after) {
      const at = now()
      return [...table.values()]
        .filter((row) => row.answer !== null && isPast(row.movedAt, at, ageMs))
        .filter(({ id }) => after === null || id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((row) => read(row, at))
    },
    async sweep(ageMs, limit) {
      const at = now()
      if (!isSteady(tables, 'attempts', at)) return 0
      const before = at - Math.round(ageMs)
      const ended = [...table.values()]
        .filter((row) => row.answer === null && row.movedAt <= before)
        .filter(
          (row) => row.phase === 'finished' || row.expiresAt <= before || row.expiresAt > at + longestSpans.attempt,
        )
        .sort((a, b) => a.movedAt - b.movedAt || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
      for (const row of ended) table.delete(row.id)
      return ended.length
    },
  }
}
