// Records the outcome of a dispatch: the event is acknowledged, waits for its next dispatch, is dead, or is replayed.

import type { OutboxStore } from '../../../core/store/outbox.ts'
import type { Now, Tables } from '../engine/tables.ts'
import { findEvent, putEvent } from './row.ts'

export function outcomeOperations(
  tables: Tables,
  now: Now,
): Pick<OutboxStore, 'acknowledge' | 'fail' | 'hasten' | 'replay'> {
  return {
    acknowledge: async (id) => finish(tables, now(), id),
    async fail(id, owner, error, retryInMs) {
      const at = now()
      const row = findEvent(tables, id)
      if (row?.state !== 'pending' || row.leaseOwner !== owner) return false
      const unleased = { ...row, error, leaseOwner: null }
      if (retryInMs === null) putEvent(tables, { ...unleased, state: 'dead', endedAt: at })
      else putEvent(tables, { ...unleased, dueAt: at + Math.round(retryInMs) })
      return true
    },
    async hasten(id) {
      const row = findEvent(tables, id)
      if (row?.state !== 'pending' || row.leaseOwner !== null) return false
      putEvent(tables, { ...row, dueAt: now() })
      return true
    },
    async replay(id) {
      const at = now()
      const row = findEvent(tables, id)
      if (row?.state !== 'dead') return false
      putEvent(tables, { ...row, state: 'pending', dueAt: at, dispatches: 0, firstAt: null, endedAt: null })
      return true
    },
  }
}

/** Marks an event as done. `false`: it was, or does not exist. */
export function finish(tables: Tables, at: number, id: string): boolean {
  const row = findEvent(tables, id)
  if (!row || row.state === 'done') return false
  putEvent(tables, { ...row, state: 'done', body: null, leaseOwner: null, endedAt: at })
  return true
}
