// What is counted in a store, for metrics. Counting steps over every row once, a few thousand at a time through an index,
// so it delays nothing else; the numbers are not those of one moment.

import type { ConnectionStatus } from '../connection.ts'

export interface StoreStatistics {
  /** How many connections each client has, by their status. A client without connections is left out. */
  readonly connections: Readonly<Record<string, Readonly<Record<ConnectionStatus, number>>>>
  /**
   * Milliseconds until the first access token expires, of the {@link soonestGrants} grants of each client that fall due
   * first, as far as they are kept warm and were used in the last day. Negative: it has expired. `null`: no grant is in use.
   */
  readonly grantExpiryMinMs: number | null
  readonly events: {
    readonly pending: number
    readonly dead: number
    /** The age of the pending event that was written first; `null` while nothing is pending. */
    readonly oldestPendingMs: number | null
  }
}

/** Of so many grants of a client the expiry is looked at. */
export const soonestGrants = 500

/** A grant that was used in this time is in use. */
export const inUseMs = 86_400_000
