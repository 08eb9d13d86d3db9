// A connection's row as it is read: with the facts of the grant that it rests on.

import type { ConnectionRow, TokenRow } from '../../../core/store/connections.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { ConnectionRecord, GrantRecord, Tables } from '../engine/tables.ts'

export function read(
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
    // Of a connection that has ended, what is known of the account belongs to those that still rest on the grant.
    account: disconnected ? { id: account.id, name: null, email: null, timeZone: null } : { ...account },
    scopes: disconnected ? [] : [...scopes],
    status: disconnected ? 'disconnected' : over ? 'needs_reconnect' : 'active',
    reason: over ? reason : null,
    createdAt,
    updatedAt: Math.abs(updatedAt),
  }
}

export function readToken(grant: GrantRecord, { disconnected }: ConnectionRecord, readAt: number): TokenRow {
  const { id, scopes, tokens, generation, expiresAt, lifetimeMs, refreshAt, retryAt, status, reason, usedAt } = grant
  return {
    grant: id,
    isDisconnected: disconnected,
    scopes: [...scopes],
    tokens,
    generation,
    expiresAt,
    lifetimeMs,
    refreshAt,
    retryAt: believedTime(retryAt, readAt, longestSpans.retry),
    status,
    reason,
    usedAt,
    readAt,
  }
}

export function existing<Row>(table: Map<string, Row>, id: string): Row {
  const row = table.get(id)
  if (row === undefined) throw new Error(`the row ${id} is gone`)
  return row
}
