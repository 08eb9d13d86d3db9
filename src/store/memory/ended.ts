// Deleting connections and grants that have ended, in memory.

import { type EndedStore, isErased, lateForMs } from '../../core/store/ended.ts'
import { removeConnection, removeGrant, removeTouched } from './ended/remove.ts'
import { isSteady } from './engine/sweep-clock.ts'
import { sweepOld } from './engine/sweep-old.ts'
import type { ConnectionRecord, Tables, Times } from './engine/tables.ts'

export function ended(tables: Tables, times: Times): EndedStore {
  const { now } = times
  /** Nothing of it is under way, or kept for longer. */
  const isFinished = ({ id, owner, grant }: ConnectionRecord) =>
    tables.grants.get(grant)?.status !== 'closing' &&
    ![...tables.subscriptions.values()].some((row) => row.connection === id && row.removedAt === null) &&
    ![...tables.outbox.rows.values()].some(
      (row) => row.owner === owner && row.connection === id && (row.state === 'pending' || row.state === 'dead'),
    ) &&
    ![...tables.bookingKeys.values()].some((row) => row.connection === id)

  return {
    async sweep(ageMs, limit) {
      const at = now()
      if (!isSteady(tables, 'ended', at)) return 0
      const before = ageMs === null ? 0 : at - Math.round(ageMs)
      const connections = [...tables.connections.values()]
        .filter((row) => row.disconnected && row.updatedAt <= before && isFinished(row))
        .sort((a, b) => a.updatedAt - b.updatedAt)
        .slice(0, limit)
      const removed = connections.filter((row) => removeConnection(tables, times, row, isErased(row.updatedAt)))
      if (ageMs === null) return removed.length
      const grants = [...tables.grants.values()]
        .filter(({ id, closedAt }) => closedAt !== null && closedAt <= before && !isReferred(tables, id))
        .sort((a, b) => (a.closedAt ?? 0) - (b.closedAt ?? 0))
        .slice(0, limit - removed.length)
      return removed.length + grants.filter(({ id }) => removeGrant(tables, times, id)).length
    },
    async sweepLate(limit) {
      const from = now() - lateForMs
      const isLate = (connection: string) => {
        const row = tables.ended.get(connection)
        return row !== undefined && row.generation === 0 && row.at > from
      }
      let removed = 0
      for (const table of [tables.subscriptions, tables.bookingKeys, tables.bookingLinks])
        for (const [place, { connection }] of table as Map<string, { readonly connection: string }>)
          if (removed < limit && isLate(connection)) {
            table.delete(place)
            removed++
          }
      for (const id of [...tables.ended.keys()].filter(isLate)) removed += removeTouched(tables, id)
      return removed
    },
    sweepIds: async (ageMs, limit) => sweepOld(tables, 'ended', (row) => row.at, now(), ageMs, limit),
    has: async (id) => tables.ended.has(id),
  }
}

function isReferred({ connections }: Tables, grant: string): boolean {
  return [...connections.values()].some((row) => row.grant === grant)
}
