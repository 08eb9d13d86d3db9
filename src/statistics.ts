// Counts connections and events for metrics, once a minute at most: the cost grows with the number of connections.

import type { Clock } from './core/clock.ts'
import type { ConnectionStatus } from './core/connection.ts'
import type { StoreStatistics } from './core/store/statistics.ts'

/** Numbers of connections and events, counted lately. All processes on one database count the same. */
export interface Statistics {
  /** When they were counted. */
  readonly at: Date
  /** By client, also those that are no longer configured, and by status. */
  readonly connections: Readonly<Record<string, Readonly<Record<ConnectionStatus, number>>>>
  /**
   * Milliseconds until the first access token expires, of the grants that are kept warm and were used in the last day.
   * Negative: one has expired, so refreshes fail or are late. `null`: there is no such grant. Of each client the 500 grants
   * that fall due first are looked at.
   */
  readonly grantExpiryMinMs: number | null
  readonly events: {
    /** Events that are not acknowledged yet. */
    readonly pending: number
    /** Events that were not acknowledged for a day. */
    readonly dead: number
    /** Milliseconds since the oldest pending event was written; `null` while nothing is pending. */
    readonly oldestPendingMs: number | null
  }
}

const countAgainMs = 60_000
const none: Readonly<Record<ConnectionStatus, number>> = Object.freeze({
  active: 0,
  needs_reconnect: 0,
  disconnected: 0,
})

export interface StatisticsDependencies {
  readonly store: { statistics(): Promise<StoreStatistics> }
  readonly clients: ReadonlyMap<string, unknown>
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
}

export function createStatistics({ store, clients, clock }: StatisticsDependencies): () => Promise<Statistics> {
  let last: { readonly counted: Promise<Statistics>; readonly at: number } | null = null

  async function count(): Promise<Statistics> {
    const { connections, ...rest } = await store.statistics()
    const configured = Object.fromEntries([...clients.keys()].map((client) => [client, none]))
    return Object.freeze({ at: new Date(clock.now()), connections: { ...configured, ...connections }, ...rest })
  }

  return () => {
    const at = clock.monotonic()
    if (last && at - last.at < countAgainMs) return last.counted
    const counted = count()
    last = { counted, at }
    // What failed is tried again by the next call.
    counted.catch(() => {
      if (last?.counted === counted) last = null
    })
    return counted
  }
}
