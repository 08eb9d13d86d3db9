// Attaching: the one change that spans tables. It finishes the attempt, stores the grant's token set, links the
// connection, and lets a grant begin to close that no connection rests on any more.

import { PunctualError } from '../../../core/errors.ts'
import type { Attached, Attachment } from '../../../core/store/connections.ts'
import { withFallback } from '../../../core/store/grants.ts'
import { appendEvents } from '../changes/append-events.ts'
import { markChanged, restingOn } from '../changes/mark-changed.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { ConnectionRecord, GrantRecord, Tables, Times } from '../engine/tables.ts'
import { newTokenColumns, paced } from '../grants/token-columns.ts'
import { existing, read } from './row.ts'

export function attach(tables: Tables, { now, leaseNow }: Times, attachment: Attachment): Attached | null {
  const at = now()
  const table = tables.connections
  const attempt = tables.attempts.get(attachment.attempt)
  if (attempt?.phase !== 'exchanged') return null
  const { target, merged } = choose(tables, attachment)
  const revived = tables.grants.get(attachment.grant.id)?.status === 'over'
  const { replaced, generation } = storeSet(tables, attachment.grant, at, leaseNow())
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
  const left = target && target.grant !== grant ? target.grant : null
  const vacated = left !== null && vacate(tables, left, at) ? left : null
  const emptied = { verifier: null, code: null, answer: null }
  tables.attempts.set(attempt.id, {
    ...attempt,
    ...emptied,
    phase: 'finished',
    outcome: { connection: id },
    movedAt: at,
  })
  const { entry } = attachment
  recordHistory(tables, at, grant, id, target ? { ...entry, data: { ...entry.data, again: true } } : entry)
  const others = revived ? restingOn(tables, grant).filter((found) => found.id !== id) : []
  appendEvents(tables, at, target ? 'connection.recovered' : 'connection.created', [existing(table, id)], {})
  appendEvents(tables, at, 'connection.recovered', others, {})
  const connection = read(tables, existing(table, id))
  return { connection, created: !target, revived, generation, replaced, left, vacated }
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
    throw new PunctualError('store_unavailable', 'The store refused a row: its id or its account already exists.', {
      reason: 'conflict',
    })
  return { target: asked ?? known, merged: asked && known && asked.id !== known.id ? known : null }
}

function merge(tables: Tables, row: ConnectionRecord, into: string, at: number): void {
  const updatedAt = row.disconnected ? row.updatedAt : at
  tables.connections.set(row.id, { ...row, account: null, disconnected: true, updatedAt })
  recordHistory(tables, at, row.grant, row.id, { type: 'connection.merged', data: { into } })
}

function storeSet(tables: Tables, grant: Attachment['grant'], at: number, leaseNow: number) {
  const old = tables.grants.get(grant.id)
  const { above = 0 } = grant
  const isCurrent = old !== undefined && old.generation >= above
  // A grant that is over keeps its reason while it closes: its set has been refused.
  const mayLive = old?.status === 'live' || (old?.status === 'closing' && old.reason === null)
  const keeps = grant.keepReplaced && isCurrent && mayLive
  const kept: GrantRecord = {
    id: grant.id,
    client: grant.client,
    account: { ...grant.account },
    scopes: [...grant.scopes],
    ...newTokenColumns(grant, Math.max(old?.generation ?? 0, above, tables.ended.get(grant.id)?.generation ?? 0), at),
    leaseOwner: old?.leaseOwner ?? null,
    leaseUntil: old?.leaseUntil ?? 0,
    fallbackTokens: keeps ? withFallback(old.fallbackTokens, '', old.tokens) : [],
    pacedAt: paced(old?.pacedAt ?? 0, leaseNow, grant.pace),
    usedAt: at,
    createdAt: old?.createdAt ?? at,
  }
  tables.grants.set(grant.id, kept)
  if (old?.status === 'over') markChanged(tables, grant.id, at)
  return { replaced: old?.tokens ?? null, generation: kept.generation }
}

/** Lets a grant begin to close if no connection rests on it. */
export function vacate(tables: Tables, id: string, at: number): boolean {
  const row = tables.grants.get(id)
  if (!row || (row.status !== 'live' && row.status !== 'over') || restingOn(tables, id).length > 0) return false
  const account = { id: row.account.id, name: null, email: null, timeZone: null }
  tables.grants.set(id, { ...row, account, status: 'closing', dueAt: null, closingAt: at })
  return true
}
