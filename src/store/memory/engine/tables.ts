// The rows of the memory store. A stored row is never changed in place: a change puts a new row there.

import type { AttemptRow } from '../../../core/store/attempts.ts'
import type { RefusedClientRow } from '../../../core/store/clients.ts'
import type { ConnectionRow } from '../../../core/store/connections.ts'
import type { GrantRow } from '../../../core/store/grants.ts'
import type { HistoryEntry, HistoryRow } from '../../../core/store/history.ts'
import type { OutboxRow } from '../../../core/store/outbox.ts'
import type { SubscriptionRow } from '../../../core/store/subscriptions.ts'
import { longestSweepGapMs, steadyForMs } from '../../../core/store/wrong-clock.ts'

export type AttemptRecord = Omit<AttemptRow, 'readAt'>

export interface GrantRecord extends Omit<GrantRow, 'readAt' | 'leaseLeftMs'> {
  /** When the lease ends, by {@link Times.leaseNow}. */
  readonly leaseUntil: number
  /** When it began to close. */
  readonly closingAt: number | null
}

export interface ConnectionRecord extends Pick<ConnectionRow, 'id' | 'owner' | 'client' | 'grant'> {
  /** The account's id; `null` once another connection of the owner has taken this one's place. */
  readonly account: string | null
  readonly disconnected: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

export interface OutboxRecord extends Omit<OutboxRow, 'id' | 'readAt'> {
  readonly serial: number
  /** Who has taken it; its lease ends when it is due. */
  readonly leaseOwner: string | null
  /** When it became done or dead. */
  readonly endedAt: number | null
}

export type SubscriptionRecord = Omit<SubscriptionRow, 'readAt'>

export interface Tables {
  readonly attempts: Map<string, AttemptRecord>
  readonly grants: Map<string, GrantRecord>
  readonly connections: Map<string, ConnectionRecord>
  readonly clients: Map<string, Omit<RefusedClientRow, 'readAt'>>
  readonly history: HistoryRow[]
  /** By serial, in the order of writing. `drawn`: the last serial. */
  readonly outbox: { readonly rows: Map<number, OutboxRecord>; drawn: number }
  readonly subscriptions: Map<string, SubscriptionRecord>
  /** The stretch for which the clock has been seen to run without a step, and when it was last looked at. By sweep. */
  readonly steady: Map<'outbox' | 'subscriptions', { readonly since: number; readonly at: number }>
  /** The types of the events that changes write. */
  readonly announced: Set<string>
}

/** The store's clock. */
export type Now = () => number

export interface Times {
  readonly now: Now
  /** The clock of the leases, which nobody can set. */
  readonly leaseNow: Now
}

export function emptyTables(): Tables {
  return {
    attempts: new Map(),
    grants: new Map(),
    connections: new Map(),
    clients: new Map(),
    history: [],
    outbox: { rows: new Map(), drawn: 0 },
    subscriptions: new Map(),
    steady: new Map(),
    announced: new Set(),
  }
}

/** Appends to the history. */
export function record(
  tables: Tables,
  at: number,
  grant: string,
  connection: string | null,
  entry: HistoryEntry,
): void {
  tables.history.push({ at, grant, connection, type: entry.type, data: structuredClone(entry.data) })
}

/** The connections, not the disconnected, that rest on a grant. */
export function restingOn(tables: Tables, grant: string): ConnectionRecord[] {
  return [...tables.connections.values()].filter((row) => row.grant === grant && !row.disconnected)
}

/** Marks the connections of a grant as changed. */
export function markChanged(tables: Tables, grant: string, at: number): void {
  for (const row of restingOn(tables, grant)) tables.connections.set(row.id, { ...row, updatedAt: at })
}

/** Whether a sweep may believe the clock: it has been seen to run for long enough without a step. */
export function isSteady({ steady }: Tables, kind: 'outbox' | 'subscriptions', at: number): boolean {
  const last = steady.get(kind)
  const since = last && at >= last.at && at <= last.at + longestSweepGapMs ? last.since : at
  steady.set(kind, { since, at })
  return at - since >= steadyForMs
}
