// The activity log in memory.

import type { ActivityLogStore, LogKind } from '../../core/store/activity-log.ts'
import { isPast } from '../../core/store/wrong-clock.ts'
import { isSteady } from './engine/sweep-clock.ts'
import type { Now, Tables } from './engine/tables.ts'

export function activityLog(tables: Tables, now: Now): ActivityLogStore {
  const table = tables.activityLog
  const ofKind = (kind: LogKind) => [...table.rows.values()].filter((row) => row.kind === kind)
  return {
    async append(entries) {
      for (const { kind, client, subject = null, data, agoMs } of entries) {
        table.drawn++
        const at = now() - Math.round(agoMs)
        table.rows.set(table.drawn, { seq: table.drawn, kind, at, client, subject, data: structuredClone(data) })
      }
    },
    async list({ kind, client, subject, before, limit }) {
      return ofKind(kind)
        .filter((row) => client === undefined || row.client === client)
        .filter((row) => subject === undefined || row.subject === subject)
        .filter((row) => before === undefined || row.seq < before)
        .reverse()
        .slice(0, limit)
        .map(({ kind: _, subject: __, ...row }) => structuredClone(row))
    },
    async sweep(kind, ageMs, most, limit) {
      const rows = ofKind(kind)
      const surplus = remove(rows.slice(0, Math.max(0, rows.length - most)).slice(0, limit))
      if (surplus === limit || !isSteady(tables, 'activityLog', now())) return surplus
      const at = now()
      return (
        surplus +
        remove(
          ofKind(kind)
            .slice(0, limit - surplus)
            .filter((row) => isPast(row.at, at, ageMs)),
        )
      )
    },
  }

  function remove(rows: readonly { readonly seq: number }[]): number {
    for (const { seq } of rows) table.rows.delete(seq)
    return rows.length
  }
}
