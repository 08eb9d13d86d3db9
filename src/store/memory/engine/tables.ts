// The rows of the memory store. A stored row is never changed in place: a change puts a new row there.

import type { LogRow, NewLogEntry } from '../../../core/store/activity-log.ts'
import type { ApiKeyRow } from '../../../core/store/api-keys.ts'
import type { AttemptRow } from '../../../core/store/attempts.ts'
import type { BookingKeyRow } from '../../../core/store/booking-keys.ts'
import type { BookingLink } from '../../../core/store/booking-links.ts'
import type { RefusedClientRow } from '../../../core/store/clients.ts'
import type { ConnectSessionRow } from '../../../core/store/connect-sessions.ts'
import type { ConnectionRow } from '../../../core/store/connections.ts'
import type { ErrorGroupRow } from '../../../core/store/error-groups.ts'
import type { FeedRow } from '../../../core/store/feed.ts'
import type { GrantRow } from '../../../core/store/grants.ts'
import type { HistoryRow } from '../../../core/store/history.ts'
import type { OutboxRow, OutboxState } from '../../../core/store/outbox.ts'
import type { SubscriptionRow } from '../../../core/store/subscriptions.ts'
import type { TallyRow } from '../../../core/store/tallies.ts'

export type AttemptRecord = Omit<AttemptRow, 'readAt'>

export interface GrantRecord extends Omit<GrantRow, 'readAt' | 'leaseLeftMs' | 'pacedInMs'> {
  /** When the lease ends, by {@link Times.leaseNow}. */
  readonly leaseUntil: number
  /** Theoretical arrival time of the pacing of presentations, by the same clock. */
  readonly pacedAt: number
  /** When it began to close. */
  readonly closingAt: number | null
  /** When it was closed. */
  readonly closedAt: number | null
}

export interface ConnectionRecord extends Pick<ConnectionRow, 'id' | 'owner' | 'client' | 'grant'> {
  /** The account's id; `null` once another connection of the owner has taken this one's place. */
  readonly account: string | null
  readonly disconnected: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

export interface OutboxRecord extends Omit<OutboxRow, 'id' | 'event' | 'state' | 'readAt'> {
  readonly serial: number
  /** `null`: as its own row and key say. */
  readonly event: string | null
  readonly state: OutboxState | 'forwarded'
  /** The dispatcher that has leased it; the lease ends at `dueAt`. */
  readonly leaseOwner: string | null
  /** When it became done, dead or forwarded. */
  readonly endedAt: number | null
}

export interface FeedRecord extends FeedRow {
  readonly createdAt: number
}

export type SubscriptionRecord = Omit<SubscriptionRow, 'readAt'>

export interface BookingKeyRecord extends Omit<BookingKeyRow, 'readAt' | 'leasedUntil' | 'sentMsAgo' | 'createdMsAgo'> {
  /** The same as `sentAt`, by {@link Times.leaseNow}. */
  readonly sentAtOfLeases: number | null
  /** The same as `createdAt`, by {@link Times.leaseNow}. */
  readonly createdAtOfLeases: number
  /** When the lease ends, by {@link Times.leaseNow}. */
  readonly leaseUntil: number
}

export interface BookingLinkRecord extends BookingLink {
  readonly createdAt: number
}

export type ConnectSessionRecord = Omit<ConnectSessionRow, 'readAt'>

export type ApiKeyRecord = Omit<ApiKeyRow, 'readAt'>

/** With the connections that it has touched. */
export type ErrorGroupRecord = Omit<ErrorGroupRow, 'connections'> & { readonly touched: ReadonlySet<string> }

/** The sweeps that need a clock without steps. */
export type SweepKind =
  | 'attempts'
  | 'outbox'
  | 'feed'
  | 'subscriptions'
  | 'bookingKeys'
  | 'bookingLinks'
  | 'connectSessions'
  | 'apiKeys'
  | 'tallies'
  | 'errorGroups'
  | 'activityLog'
  | 'history'
  | 'ended'
  | 'endedIds'

export interface Tables {
  readonly attempts: Map<string, AttemptRecord>
  readonly grants: Map<string, GrantRecord>
  readonly connections: Map<string, ConnectionRecord>
  readonly clients: Map<string, Omit<RefusedClientRow, 'readAt'>>
  readonly history: HistoryRow[]
  /** By serial, in the order of writing. `drawn`: the last serial. */
  readonly outbox: { readonly rows: Map<number, OutboxRecord>; drawn: number }
  /** By position. `drawn`: the last position. */
  readonly feed: { readonly rows: Map<number, FeedRecord>; drawn: number }
  readonly subscriptions: Map<string, SubscriptionRecord>
  /** By connection and key. */
  readonly bookingKeys: Map<string, BookingKeyRecord>
  /** By connection and booking. */
  readonly bookingLinks: Map<string, BookingLinkRecord>
  readonly connectSessions: Map<string, ConnectSessionRecord>
  readonly apiKeys: Map<string, ApiKeyRecord>
  /** By kind, time, client and outcome. */
  readonly tallies: Map<string, TallyRow>
  readonly errorGroups: Map<string, ErrorGroupRecord>
  /** In the order of writing. `drawn`: the last number. */
  readonly activityLog: { readonly rows: Map<number, LogRow & Pick<NewLogEntry, 'kind' | 'subject'>>; drawn: number }
  /** What is left of connections and grants that were deleted: how far a grant had come; 0 for a connection. */
  readonly ended: Map<string, { readonly generation: number; readonly at: number }>
  /** For each sweep: since when the clock has been seen to run without a step, and when it was last looked at. */
  readonly steady: Map<SweepKind, { readonly since: number; readonly at: number }>
  /** The types of the events that changes write into the outbox. */
  readonly announced: Set<string>
  /** Whether an escrow has had all of its grants. */
  readonly escrow: { isNoted: boolean }
}

/** The store's clock. */
export type Now = () => number

export interface Times {
  readonly now: Now
  /** The monotonic clock of the leases. */
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
    feed: { rows: new Map(), drawn: 0 },
    subscriptions: new Map(),
    bookingKeys: new Map(),
    bookingLinks: new Map(),
    connectSessions: new Map(),
    apiKeys: new Map(),
    tallies: new Map(),
    errorGroups: new Map(),
    activityLog: { rows: new Map(), drawn: 0 },
    ended: new Map(),
    steady: new Map(),
    announced: new Set(),
    escrow: { isNoted: false },
  }
}
