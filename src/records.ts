// The records of the store, sealed by one vault.

import type { Random } from './core/clock.ts'
import type { LazyStore } from './lazy-store.ts'
import { type AttemptRecords, createAttemptRecords } from './records/attempts.ts'
import { type ConnectionRecords, createConnectionRecords } from './records/connections.ts'
import { createGrantRecords, type GrantRecords } from './records/grants.ts'
import { createOutboxRecords, type OutboxRecords } from './records/outbox.ts'
import { createSubscriptionRecords, type SubscriptionRecords } from './records/subscriptions.ts'
import { createVault } from './vault/cipher.ts'
import { createKeyring } from './vault/keyring.ts'

export interface Records {
  readonly attempts: AttemptRecords
  readonly grants: GrantRecords
  readonly connections: ConnectionRecords
  readonly outbox: OutboxRecords
  readonly subscriptions: SubscriptionRecords
}

export interface RecordsDependencies {
  readonly store: LazyStore
  readonly keys: readonly string[]
  readonly random: Random
}

export function createRecords({ store, keys, random }: RecordsDependencies): Records {
  const vault = createVault(createKeyring(keys), random)
  return {
    attempts: createAttemptRecords({ store, vault }),
    grants: createGrantRecords({ store, vault }),
    connections: createConnectionRecords({ store, vault }),
    outbox: createOutboxRecords({ store, vault }),
    subscriptions: createSubscriptionRecords({ store, vault }),
  }
}
