// Reading single events and lists of them.

import { parseEventId } from '../../../core/store/event-id.ts'
import type { OutboxStore } from '../../../core/store/outbox.ts'
import type { Now, Tables } from '../engine/tables.ts'
import { allEvents, findEvent, isPresent, publicIdOf, read } from './row.ts'

export function listOperations(tables: Tables, now: Now): Pick<OutboxStore, 'get' | 'of' | 'list'> {
  return {
    async get(id) {
      const at = now()
      const row = findEvent(tables, id)
      return row ? read(row, at) : null
    },
    async of(event) {
      const at = now()
      const rows = allEvents(tables).filter(isPresent)
      return rows.filter((row) => publicIdOf(row) === event).map((row) => read(row, at))
    },
    async list({ state, owner, before, limit }) {
      const at = now()
      const serial = before === undefined ? Number.POSITIVE_INFINITY : Number(parseEventId(before)?.serial ?? 0)
      return allEvents(tables)
        .filter(isPresent)
        .filter((row) => (state ?? row.state) === row.state && row.serial < serial)
        .filter((row) => owner === undefined || row.owner === null || row.owner === owner)
        .sort((a, b) => b.serial - a.serial)
        .slice(0, limit)
        .map((row) => read(row, at))
    },
  }
}
