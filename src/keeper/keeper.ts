// Keeps grants alive: serves tokens that live, and refreshes those that have ended or are due.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Clock, Random } from '../core/clock.ts'
import type { Measure } from '../core/measure.ts'
import type { NoteError } from '../core/noted-error.ts'
import type { Client, ClientHealth } from '../core/provider.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { ClientStore } from '../core/store/clients.ts'
import type { Transport } from '../oauth/transport.ts'
import type { GrantRecords } from '../records/grants.ts'
import { type CircuitBreakerDependencies, createCircuitBreaker } from './circuit-breaker.ts'
import { createSchedule, type KeepWarm } from './due.ts'
import { createGrantEnding } from './end-grant.ts'
import type { EscrowGuard } from './escrow-guard.ts'
import { createFailRefresh } from './fail-refresh.ts'
import type { Journal } from './journal.ts'
import { createLeases } from './lease.ts'
import { measuredRefresh } from './measured-refresh.ts'
import { createRefresh, createStoreAnswer } from './refresh.ts'
import { createRefreshDue, type RefreshDue } from './refresh-due.ts'
import { createRefreshNow, type RefreshNow } from './refresh-now.ts'
import type { RefreshReport } from './refresh-result.ts'
import type { JournalReplay } from './replay-journal.ts'
import { createServeToken, type ServeToken } from './serve-token.ts'
import { createSharedRefreshes } from './share-refresh.ts'
import { createStoredGenerations } from './stored-generations.ts'
import type { TokenMemory } from './token-memory.ts'

export interface Keeper {
  readonly token: ServeToken
  readonly refreshNow: RefreshNow
  readonly refreshDue: RefreshDue
  /** How the providers have taken the credentials of each client lately. */
  health(): Promise<Readonly<Record<string, ClientHealth>>>
}

export interface KeeperDependencies {
  readonly settings: {
    readonly clients: ReadonlyMap<string, Client>
    readonly clock: Clock
    readonly random: Random
    readonly keepWarm: KeepWarm
    readonly refreshConcurrency: number
    readonly measure: Measure
    readonly noteError: NoteError
  }
  readonly store: { readonly clients: ClientStore }
  readonly grants: GrantRecords
  readonly tokenMemory: TokenMemory
  /** How token requests are sent. */
  readonly transport: Transport
  readonly journal: Journal
  readonly replay: JournalReplay
  /** `null`: there is no escrow. */
  readonly guard: EscrowGuard | null
  readonly background: BackgroundWork
  /** Records that the background could not work on. */
  readonly aside: SetAside
  readonly reports: { readonly ofGrants: RefreshReport; readonly ofClients: CircuitBreakerDependencies['report'] }
}

export function createKeeper(dependencies: KeeperDependencies): Keeper {
  const { settings, store, grants, tokenMemory, transport, journal, replay, guard, background, aside, reports } =
    dependencies
  const { clients, clock, random, keepWarm, measure, noteError } = settings
  const { track } = background
  const report = reports.ofGrants

  const circuitBreaker = createCircuitBreaker({ clients: store.clients, report: reports.ofClients })
  const leases = createLeases({ grants, clock, random, track })
  const grantEnding = createGrantEnding({ grants, journal, clock, report })
  const generations = createStoredGenerations()
  const storeAnswer = createStoreAnswer({
    grants,
    journal,
    schedule: createSchedule({ random, keepWarm }),
    clock,
    leases,
    circuitBreaker,
    grantEnding,
    generations,
    report,
  })
  const failRefresh = createFailRefresh({ grants, random, leases, circuitBreaker, grantEnding, report })
  const unmeasured = createRefresh({
    leases,
    journal,
    guard,
    generations,
    report,
    circuitBreaker,
    grantEnding,
    transport,
    storeAnswer,
    failRefresh,
    track,
  })
  const refresh = measuredRefresh(unmeasured, measure, noteError, clock)
  const ended = () => {
    if (journal.size() > 0) replay.soon()
  }
  const refreshes = createSharedRefreshes({ refresh, clients, clock, background, ended })
  return {
    token: createServeToken({ grants, memory: tokenMemory, journal, replay, refreshes, clock, keepWarm, background }),
    refreshNow: createRefreshNow({ grants, journal, replay, refreshes, clock, background }),
    refreshDue: createRefreshDue({ settings, grants, replay, refreshes, background, aside }),
    async health() {
      const found = [...clients.values()].map(
        async (client) => [client.id, await circuitBreaker.health(client)] as const,
      )
      return Object.fromEntries(await Promise.all(found))
    },
  }
}
