// A grant's row as it is read: with the store's clock, and what is left of its lease by the clock that judges leases.

import { type AliasedRawBuilder, type Selectable, sql } from 'kysely'
import type { GrantRow } from '../../../core/store/grants.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { Engine, Time } from '../engine/engine.ts'
import { listOf } from '../engine/json.ts'
import { copyingOwner, type GrantTable } from '../engine/tables.ts'

/** The time by which the lease of the row at hand is judged. A copy freezes a grant by the store's clock. */
export function leaseTime({ now, leaseNow }: Engine): Time {
  return sql<number>`case when lease_owner = ${copyingOwner} then ${now()} else ${leaseNow()} end`
}

/** What is read in addition to a grant's columns. */
export function readings(
  engine: Engine,
): [
  AliasedRawBuilder<number, 'read_at'>,
  AliasedRawBuilder<number, 'lease_left'>,
  AliasedRawBuilder<number, 'paced_in'>,
] {
  const left = sql<number>`case when lease_owner is null then 0 else lease_until - ${leaseTime(engine)} end`
  const pacedIn = sql<number>`paced_at - ${engine.leaseNow()}`
  return [engine.now().as('read_at'), left.as('lease_left'), pacedIn.as('paced_in')]
}

type GrantReading = Selectable<GrantTable> & {
  readonly read_at: number
  readonly lease_left: number
  readonly paced_in: number
}

export function read(row: GrantReading): GrantRow {
  return {
    id: row.id,
    client: row.client,
    account: {
      id: row.account_id,
      name: row.account_name,
      email: row.account_email,
      timeZone: row.account_time_zone,
    },
    scopes: listOf(row.scopes),
    tokens: row.tokens,
    fallbackTokens: listOf(row.spares),
    generation: row.generation,
    expiresAt: row.expires_at,
    lifetimeMs: row.lifetime,
    dueAt: row.due_at === null ? null : believedTime(row.due_at, row.read_at, longestSpans.due),
    refreshAt: row.renew_at,
    status: row.status,
    reason: row.reason,
    leaseOwner: row.lease_owner,
    leaseLeftMs: Math.min(Math.max(row.lease_left, 0), longestSpans.lease),
    intent: row.intent,
    outcomeUnknown: row.doubt === 1,
    failures: row.failures,
    refusals: row.refusals,
    refusedSince: row.refused_since,
    retryAt: believedTime(row.retry_at, row.read_at, longestSpans.retry),
    pacedInMs: row.paced_in,
    usedAt: row.used_at,
    createdAt: row.created_at,
    readAt: row.read_at,
  }
}
