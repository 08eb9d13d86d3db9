// The records of the store, sealed by one vault.

import type { Clock, Random } from './core/clock.ts'
import type { LazyStore } from './lazy-store.ts'
import { type ApiKeyRecords, createApiKeyRecords } from './records/api-keys.ts'
import { type AttemptRecords, createAttemptRecords } from './records/attempts.ts'
import { type BookingKeyRecords, createBookingKeyRecords } from './records/booking-keys.ts'
import { type BookingLinkRecords, createBookingLinkRecords } from './records/booking-links.ts'
import { type ConnectSessionRecords, createConnectSessionRecords } from './records/connect-sessions.ts'
import { type ConnectionRecords, createConnectionRecords } from './records/connections.ts'
import { createFeedRecords, type FeedRecords } from './records/feed.ts'
import { type Forget, forgetAfterWrites } from './records/forget-after-writes.ts'
import { createGrantRecords, type GrantRecords } from './records/grants.ts'
import { createListPositions, type ListPositions } from './records/list-positions.ts'
import { createOpenedSets } from './records/opened-sets.ts'
import { createOutboxRecords, type OutboxRecords } from './records/outbox.ts'
import { createPersonalDataRecords, type PersonalDataRecords } from './records/personal-data.ts'
import { createSubscriptionRecords, type SubscriptionRecords } from './records/subscriptions.ts'
import type { Vault } from './vault/cipher.ts'

export interface Records {
  readonly attempts: AttemptRecords
  readonly grants: GrantRecords
  readonly connections: ConnectionRecords
  readonly outbox: OutboxRecords
  readonly feed: FeedRecords
  readonly subscriptions: SubscriptionRecords
  readonly bookingKeys: BookingKeyRecords
  readonly bookingLinks: BookingLinkRecords
  readonly listPositions: ListPositions
  readonly connectSessions: ConnectSessionRecords
  readonly apiKeys: ApiKeyRecords
  readonly personalData: PersonalDataRecords
  /** Drops what is kept of token sets in plain text. */
  forget(): void
}

export interface RecordsDependencies {
  readonly store: LazyStore
  readonly vault: Vault
  readonly random: Random
  readonly clock: Pick<Clock, 'monotonic'>
  /** Called after each write of this process that may have ended or replaced the tokens of a grant. */
  readonly tokensChanged: Forget
  /** Called when the store is seen to be older than it was. */
  readonly wentBack: () => void
}

export function createRecords(dependencies: RecordsDependencies): Records {
  const { vault, random, clock, tokensChanged, wentBack } = dependencies
  const openedSets = createOpenedSets(clock)
  const forget: Forget = (grant) => {
    openedSets.forget(grant)
    tokensChanged(grant)
  }
  const store = forgetAfterWrites(dependencies.store, forget)
  return {
    attempts: createAttemptRecords({ store, vault, clock }),
    grants: createGrantRecords({ store, vault, openedSets, wentBack }),
    connections: createConnectionRecords({ store, vault }),
    outbox: createOutboxRecords({ store, vault }),
    feed: createFeedRecords({ store, vault }),
    subscriptions: createSubscriptionRecords({ store, vault }),
    bookingKeys: createBookingKeyRecords({ store, vault }),
    bookingLinks: createBookingLinkRecords({ store }),
    listPositions: createListPositions({ vault }),
    connectSessions: createConnectSessionRecords({ store, random }),
    apiKeys: createApiKeyRecords({ store, random }),
    personalData: createPersonalDataRecords({ store, vault }),
    forget: () => forget(null),
  }
}
