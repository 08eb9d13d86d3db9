// Connections in memory. An owner has one connection to an account through a client, and it keeps its id for good.

import { termsOf } from '../../core/store/connection-terms.ts'
import type { ConnectionStore } from '../../core/store/connections.ts'
import { isErased } from '../../core/store/ended.ts'
import { appendEvents } from './changes/append-events.ts'
import { restingOn } from './changes/mark-changed.ts'
import { recordHistory } from './changes/record-history.ts'
import { attach, vacate } from './connections/attach.ts'
import { existing, read, readToken } from './connections/row.ts'
import type { ConnectionRecord, Tables, Times } from './engine/tables.ts'

export function connections(tables: Tables, times: Times): ConnectionStore {
  const { now } = times
  const table = tables.connections
  const row = (found: ConnectionRecord) => read(tables, found)
  return {
    async get(id) {
      const found = table.get(id)
      return found ? row(found) : null
    },
    async tokenOf(id) {
      const found = table.get(id)
      return found ? readToken(existing(tables.grants, found.grant), found, now()) : null
    },
    async list({ owner, client, status, after, limit }) {
      return [...table.values()]
        .filter((found) => (owner ?? found.owner) === found.owner && (client ?? found.client) === found.client)
        .sort(inOrder)
        .filter((found) => !after || inOrder(found, after) > 0)
        .map(row)
        .filter((found) => (status ? found.status === status : found.status !== 'disconnected'))
        .slice(0, limit)
    },
    async search({ term, client, status, most }) {
      const finds = [...table.values()]
        .map(row)
        .flatMap((found) => termsOf(found.owner, found.account).map((own) => ({ own, found })))
        .filter(({ own }) => own.startsWith(term))
        .sort((a, b) => (a.own < b.own ? -1 : a.own > b.own ? 1 : inOrderOfIds(a.found, b.found)))
      const rows = [...new Map(finds.slice(0, most).map(({ found }) => [found.id, found])).values()]
        .filter((found) => (client ?? found.client) === found.client && (status ?? found.status) === found.status)
        .sort(inOrder)
      return { rows, isCut: finds.length > most }
    },
    async some(ids) {
      const rows = ids.flatMap((id) => table.get(id) ?? [])
      return [...new Set(rows)].sort(inOrder).map(row)
    },
    async onGrant(grant) {
      return restingOn(tables, grant).sort(inOrder).map(row)
    },
    attach: async (attachment) => attach(tables, times, attachment),
    async detach(id, entry) {
      const at = now()
      const found = table.get(id)
      if (!found || found.disconnected) return null
      table.set(id, { ...found, disconnected: true, updatedAt: at })
      const closing = vacate(tables, found.grant, at)
      recordHistory(tables, at, found.grant, id, entry)
      appendEvents(tables, at, 'connection.disconnected', [found], {})
      return { row: row(existing(table, id)), closing }
    },
    async resume(id, entry) {
      const at = now()
      const found = table.get(id)
      if (!found?.disconnected || found.account === null || isErased(found.updatedAt)) return false
      table.set(id, { ...found, disconnected: false, updatedAt: at })
      const grant = existing(tables.grants, found.grant)
      if (grant.status === 'closing' || grant.status === 'closed') {
        const over = { status: 'over', reason: 'refused', dueAt: null, closingAt: null, closedAt: null } as const
        tables.grants.set(grant.id, { ...grant, ...over })
      }
      recordHistory(tables, at, found.grant, id, entry)
      return true
    },
  }
}

function inOrderOfIds(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function inOrder(a: { createdAt: number; id: string }, b: { createdAt: number; id: string }): number {
  return a.createdAt - b.createdAt || inOrderOfIds(a, b)
}
