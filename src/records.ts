// The records of the store, sealed by one vault.

import type { Random } from './core/clock.ts'
import type { LazyStore } from './lazy-store.ts'
import { type Attempts, createAttempts } from './records/attempts.ts'
import { type Connections, createConnections } from './records/connections.ts'
import { createDeliveries, type Deliveries } from './records/deliveries.ts'
import { createGrants, type Grants } from './records/grants.ts'
import { createOutbox, type Outbox } from './records/outbox.ts'
import { createSubscriptions, type Subscriptions } from './records/subscriptions.ts'
import { createVault } from './vault/cipher.ts'
import { createKeyring } from './vault/keyring.ts'

export interface Records {
  readonly attempts: Attempts
  readonly grants: Grants
  readonly connections: Connections
  readonly outbox: Outbox
  readonly deliveries: Deliveries
  readonly subscriptions: Subscriptions
}

export interface RecordsDependencies {
  readonly store: LazyStore
  readonly keys: readonly string[]
  readonly random: Random
}

export function createRecords({ store, keys, random }: RecordsDependencies): Records {
  const vault = createVault(createKeyring(keys), random)
  return {
    attempts: createAttempts({ store, vault }),
    grants: createGrants({ store, vault }),
    connections: createConnections({ store, vault }),
    outbox: createOutbox({ outbox: store.outbox, vault }),
    deliveries: createDeliveries({ outbox: store.outbox, vault }),
    subscriptions: createSubscriptions({ subscriptions: store.subscriptions, vault }),
  }
}
