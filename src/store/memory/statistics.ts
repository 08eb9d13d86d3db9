// Counting in memory.

import type { ConnectionStatus } from '../../core/connection.ts'
import { inUseMs, type StoreStatistics, soonestGrants } from '../../core/store/statistics.ts'
import { read } from './connections/row.ts'
import type { GrantRecord, Now, OutboxRecord, Tables } from './engine/tables.ts'

export function statistics(tables: Tables, now: Now): () => Promise<StoreStatistics> {
  return async () => {
    const at = now()
    const connections: Record<string, Record<ConnectionStatus, number>> = {}
    for (const connection of tables.connections.values()) {
      connections[connection.client] ??= { active: 0, needs_reconnect: 0, disconnected: 0 }
      const counts = connections[connection.client] as Record<ConnectionStatus, number>
      counts[read(tables, connection).status]++
    }
    const expiries = Object.keys(connections).flatMap((client) => soonestExpiries(tables, client, at))
    return {
      connections,
      grantExpiryMinMs: expiries.length > 0 ? Math.min(...expiries) - at : null,
      events: countEvents([...tables.outbox.rows.values()], at),
    }
  }
}

/** When the access tokens of the grants in use expire that fall due first. */
function soonestExpiries({ grants }: Tables, client: string, at: number): number[] {
  const isDue = (grant: GrantRecord): grant is GrantRecord & { readonly dueAt: number } =>
    grant.client === client && grant.status === 'live' && grant.dueAt !== null
  return [...grants.values()]
    .filter(isDue)
    .sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
    .slice(0, soonestGrants)
    .filter(({ refreshAt, expiresAt, usedAt }) => refreshAt !== null && refreshAt < expiresAt && usedAt > at - inUseMs)
    .map(({ expiresAt }) => expiresAt)
}

function countEvents(rows: readonly OutboxRecord[], at: number): StoreStatistics['events'] {
  const pending = rows.filter(({ state }) => state === 'pending')
  const [oldest] = pending.sort((a, b) => a.serial - b.serial)
  return {
    pending: pending.length,
    dead: rows.filter(({ state }) => state === 'dead').length,
    oldestPendingMs: oldest ? Math.max(0, at - oldest.createdAt) : null,
  }
}
