// Deleting events that are over, or that have been due for too long. Nothing is deleted until the store's clock has
// been seen to run for an hour without a step.

import type { OutboxStore } from '../../../core/store/outbox.ts'
import { isSteady } from '../engine/sweep-clock.ts'
import type { Now, Tables } from '../engine/tables.ts'
import { allEvents } from './row.ts'

export function sweepOperation(tables: Tables, now: Now): Pick<OutboxStore, 'sweep'> {
  return {
    async sweep(age, limit, kept = []) {
      const at = now()
      if (!isSteady(tables, 'outbox', at)) return 0
      const ended = (state: 'done' | 'forwarded' | 'dead', ageMs: number) =>
        allEvents(tables)
          .filter((row) => row.state === state && (row.endedAt ?? at) <= at - Math.round(ageMs))
          .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.serial - b.serial)
      const pendingMs = Math.round(age.pending ?? Number.POSITIVE_INFINITY)
      const neverAcknowledged = allEvents(tables)
        .filter(({ state }) => state === 'pending')
        .sort((a, b) => a.serial - b.serial)
        .slice(0, limit)
        .filter(({ destination, dueAt }) => !kept.includes(destination) && dueAt <= at - pendingMs)
      const over = [...ended('done', age.done), ...ended('forwarded', age.done), ...ended('dead', age.dead)]
      const swept = [...over, ...neverAcknowledged].slice(0, limit)
      for (const row of swept) tables.outbox.rows.delete(row.serial)
      return swept.length
    },
  }
}
