// Connections in memory. An owner has one connection to an account through a client, and it keeps its id for good.

import { PunctualError } from '../../core/errors.ts'
import type { Attachment, ConnectionRow, ConnectionStore } from '../../core/store/connections.ts'
import { withFallback } from '../../core/store/grants.ts'
import { appendEvents } from './changes/append-events.ts'
import {
  type ConnectionRecord,
  type GrantRecord,
  markChanged,
  type Now,
  record,
  restingOn,
  type Tables,
} from './engine/tables.ts'
import { newSet, paced } from './grants.ts'

export function connections(tables: Tables, now: Now): ConnectionStore {
  const table = tables.connections
  const row = (found: ConnectionRecord) => read(tables, found)
  return {
    async get(id) {
      const found = table.get(id)
      return found ? row(found) : null
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
    async onGrant(grant) {
      return restingOn(tables, grant).sort(inOrder).map(row)
    },
    async attach(attachment) {
      const at = now()
      const attempt = tables.attempts.get(attachment.attempt)
      if (attempt?.phase !== 'exchanged') return null
      const { target, merged } = choose(tables, attachment)
      const revived = tables.grants.get(attachment.grant.id)?.status === 'over'
      const { replaced, generation } = storeSet(tables, attachment.grant, at)
      const id = target?.id ?? attachment.connection.id
      const { id: grant, client, account } = attachment.grant
      if (merged) merge(tables, merged, id, at)
      table.set(id, {
        id,
        owner: attachment.connection.owner,
        client,
        account: account.id,
        grant,
        disconnected: false,
        createdAt: target?.createdAt ?? at,
        updatedAt: at,
      })
      const vacated = target && target.grant !== grant && vacate(tables, target.grant, at) ? target.grant : null
      const emptied = { verifier: null, code: null, answer: null }
      tables.attempts.set(attempt.id, {
        ...attempt,
        ...emptied,
        phase: 'finished',
        outcome: { connection: id },
        movedAt: at,
      })
      record(tables, at, grant, id, attachment.entry)
      const others = revived ? restingOn(tables, grant).filter((found) => found.id !== id) : []
      appendEvents(tables, at, target ? 'connection.recovered' : 'connection.created', [existing(table, id)], {})
      appendEvents(tables, at, 'connection.recovered', others, {})
      return { connection: row(existing(table, id)), created: !target, revived, generation, replaced, vacated }
    },
    async detach(id, entry) {
      const at = now()
      const found = table.get(id)
      if (!found || found.disconnected) return null
      table.set(id, { ...found, disconnected: true, updatedAt: at })
      const closing = vacate(tables, found.grant, at)
      record(tables, at, found.grant, id, entry)
      appendEvents(tables, at, 'connection.disconnected', [found], {})
      return { row: row(existing(table, id)), closing }
    },
  }
}

/**
 * The connection that rests on the grant from now on: the one to reconnect, if it is the owner's, else the owner's to
 * that account, else a new one. If the first two both exist, the latter ends and gives up its place.
 */
function choose({ connections: table, grants }: Tables, { grant, connection }: Attachment) {
  const mine = [...table.values()].filter((row) => row.owner === connection.owner)
  const asked = mine.find((row) => row.id === connection.reconnect)
  const known = mine.find((row) => row.client === grant.client && row.account === grant.account.id)
  const other = [...grants.values()].find((row) => row.client === grant.client && row.account.id === grant.account.id)
  if ((other && other.id !== grant.id) || (!asked && !known && table.has(connection.id)))
    throw new PunctualError('store_unavailable', 'The store refused a row: its id or its account is taken.', {
      reason: 'conflict',
    })
  return { target: asked ?? known, merged: asked && known && asked.id !== known.id ? known : null }
}

function merge(tables: Tables, row: ConnectionRecord, into: string, at: number): void {
  const updatedAt = row.disconnected ? row.updatedAt : at
  tables.connections.set(row.id, { ...row, account: null, disconnected: true, updatedAt })
  record(tables, at, row.grant, row.id, { type: 'connection.merged', data: { into } })
}

function storeSet(tables: Tables, grant: Attachment['grant'], at: number) {
  const old = tables.grants.get(grant.id)
  const keeps = grant.keepReplaced && (old?.status === 'live' || old?.status === 'closing')
  const kept: GrantRecord = {
    id: grant.id,
    client: grant.client,
    account: { ...grant.account },
    scopes: [...grant.scopes],
    ...newSet(grant, old?.generation ?? 0, at),
    leaseOwner: old?.leaseOwner ?? null,
    leaseUntil: old?.leaseUntil ?? 0,
    fallbackTokens: keeps ? withFallback(old.fallbackTokens, '', old.tokens) : [],
    pacedAt: paced(old?.pacedAt ?? 0, at, grant.pace),
    usedAt: at,
    createdAt: old?.createdAt ?? at,
  }
  tables.grants.set(grant.id, kept)
  if (old?.status === 'over') markChanged(tables, grant.id, at)
  return { replaced: old?.tokens ?? null, generation: kept.generation }
}

/** Lets a grant begin to close if nobody rests on it. */
function vacate(tables: Tables, id: string, at: number): boolean {
  const row = tables.grants.get(id)
  if (!row || (row.status !== 'live' && row.status !== 'over') || restingOn(tables, id).length > 0) return false
  tables.grants.set(id, { ...row, status: 'closing', dueAt: null, closingAt: at })
  return true
}

function read(
  tables: Tables,
  { id, owner, client, grant, disconnected, createdAt, updatedAt }: ConnectionRecord,
): ConnectionRow {
  const { account, scopes, status, reason } = existing(tables.grants, grant)
  const over = status === 'over' && !disconnected
  return {
    id,
    owner,
    client,
    grant,
    account: { ...account },
    scopes: [...scopes],
    status: disconnected ? 'disconnected' : over ? 'needs_reconnect' : 'active',
    reason: over ? reason : null,
    createdAt,
    updatedAt,
  }
}

function inOrder(a: { createdAt: number; id: string }, b: { createdAt: number; id: string }): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

function existing<Row>(table: Map<string, Row>, id: string): Row {
  const row = table.get(id)
  if (row === undefined) throw new Error(`the row ${id} is gone`)
  return row
}
