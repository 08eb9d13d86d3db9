// Clients whose credentials a provider refuses, in memory: confirmed by two refusals, probed by one caller at a time.

import type { ClientStore } from '../../core/store/clients.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { believedTime, isPast } from '../../core/store/wrong-clock.ts'
import { appendClientEvent } from './changes/append-events.ts'
import type { Now, Tables } from './engine/tables.ts'

export function clients(tables: Tables, now: Now): ClientStore {
  const table = tables.clients
  const probeAtOf = (row: { probeAt: number }, at: number) => believedTime(row.probeAt, at, longestSpans.probe)
  return {
    async refused(client) {
      const readAt = now()
      return [...table.values()]
        .filter((row) => row.client === client)
        .sort((a, b) => (a.credentials < b.credentials ? -1 : 1))
        .map((row) => ({ ...row, probeAt: probeAtOf(row, readAt), readAt }))
    },
    async refuse(client, { credentials, grant, code, reason, repeatedAfterMs, probeInMs }) {
      const at = now()
      const row = table.get(credentials)
      if (!row || (row.witness !== null && row.code !== code)) {
        const confirmed = row?.confirmed ?? false
        table.set(credentials, { client, credentials, code, reason, witness: grant, confirmed, since: at, probeAt: at })
        return false
      }
      if (row.witness === grant) {
        if (row.confirmed || !isPast(row.since, at, repeatedAfterMs)) return false
        table.set(credentials, { ...row, reason, confirmed: true })
      } else {
        const probeAt = Math.max(probeAtOf(row, at), at + Math.round(probeInMs))
        table.set(credentials, { ...row, code, reason, witness: null, confirmed: true, probeAt })
      }
      if (!row.confirmed) appendClientEvent(tables, at, 'client.misconfigured', client, { reason })
      return !row.confirmed
    },
    async probe(credentials, nextInMs) {
      const at = now()
      const row = table.get(credentials)
      if (!row || probeAtOf(row, at) > at) return false
      table.set(credentials, { ...row, probeAt: at + Math.round(nextInMs) })
      return true
    },
    async resume(credentials) {
      const row = table.get(credentials)
      table.delete(credentials)
      if (!row?.confirmed) return false
      appendClientEvent(tables, now(), 'client.recovered', row.client, {})
      return true
    },
  }
}
