// Pauses of clients in memory: a client that its provider refuses is probed by one caller at a time.

import type { ClientStore } from '../../core/store.ts'
import { tellOfClient } from './announced.ts'
import type { Now, Tables } from './tables.ts'

export function clients(tables: Tables, now: Now): ClientStore {
  const table = tables.clients
  return {
    async paused(client) {
      const row = table.get(client)
      return row ? { ...row, readAt: now() } : null
    },
    async pause(client, reason, probeIn) {
      const at = now()
      const row = table.get(client)
      const probeAt = Math.max(row?.probeAt ?? 0, at + Math.round(probeIn))
      table.set(client, { client, reason, since: row?.since ?? at, probeAt })
      if (!row) tellOfClient(tables, at, 'client.misconfigured', client, { reason })
      return !row
    },
    async probe(client, nextIn) {
      const at = now()
      const row = table.get(client)
      if (!row || row.probeAt > at) return false
      table.set(client, { ...row, probeAt: at + Math.round(nextIn) })
      return true
    },
    async resume(client) {
      const at = now()
      const ended = table.delete(client)
      if (ended) tellOfClient(tables, at, 'client.recovered', client, {})
      return ended
    },
  }
}
