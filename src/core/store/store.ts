// The contract of the three stores, one file a table. Every operation is atomic. Each write to a grant names the
// generation that was read: a store never lets an older token set overwrite a newer one. Times are milliseconds of the
// store's own clock, and callers pass durations, so that replicas whose clocks differ agree. Sealed fields are opaque
// here.

import type { Clock } from '../clock.ts'
import type { ActivityLogStore } from './activity-log.ts'
import type { ApiKeyStore } from './api-keys.ts'
import type { AttemptStore } from './attempts.ts'
import type { BookingKeyStore } from './booking-keys.ts'
import type { BookingLinkStore } from './booking-links.ts'
import type { ClientStore } from './clients.ts'
import type { ConnectSessionStore } from './connect-sessions.ts'
import type { ConnectionStore } from './connections.ts'
import type { EndedStore } from './ended.ts'
import type { ErrorGroupStore } from './error-groups.ts'
import type { FeedStore } from './feed.ts'
import type { GrantStore } from './grants.ts'
import type { HistoryStore } from './history.ts'
import type { OutboxStore } from './outbox.ts'
import type { PersonalDataStore } from './personal-data.ts'
import type { SealedStore } from './sealed.ts'
import type { StoreStatistics } from './statistics.ts'
import type { SubscriptionStore } from './subscriptions.ts'
import type { TallyStore } from './tallies.ts'

export interface Store {
  /** Opens and migrates. Uses `clock` if the engine has no clock of its own. May be called twice. */
  open(clock: Clock): Promise<void>
  close(): Promise<void>
  /** Rejects when the store cannot be reached or written. */
  ping(): Promise<void>
  /** Rejects if the store does not have what this code needs, or was copied to another one. Changes nothing. */
  check(): Promise<void>
  /** Counts connections and events, a few thousand rows at a time, so that other work goes on meanwhile. */
  statistics(): Promise<StoreStatistics>
  /** The name of the database: it never changes, and its copies and backups have it too. No other database has it. */
  identity(): Promise<string>
  /** Whether an escrow has ever had all of its grants. Its copies and backups tell it too. */
  hasEscrow(): Promise<boolean>
  /** Notes that an escrow has all of its grants. */
  noteEscrow(): Promise<void>
  /** The folder of the database file; `null` if the database is not a file on this machine. */
  readonly folder: string | null
  /** From now on a change writes these events into the outbox, in its own transaction. Calls add up. */
  announce(types: readonly string[]): void
  readonly attempts: AttemptStore
  readonly grants: GrantStore
  readonly connections: ConnectionStore
  readonly clients: ClientStore
  readonly history: HistoryStore
  readonly outbox: OutboxStore
  readonly feed: FeedStore
  readonly subscriptions: SubscriptionStore
  readonly bookingKeys: BookingKeyStore
  readonly bookingLinks: BookingLinkStore
  readonly connectSessions: ConnectSessionStore
  readonly apiKeys: ApiKeyStore
  readonly tallies: TallyStore
  readonly errorGroups: ErrorGroupStore
  readonly activityLog: ActivityLogStore
  readonly ended: EndedStore
  readonly personalData: PersonalDataStore
  readonly sealed: SealedStore
}
