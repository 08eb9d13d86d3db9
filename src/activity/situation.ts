// Reads everything that is judged: from the store, and from no provider.

import type { Clock } from '../core/clock.ts'
import type { ClientOverview, Tally } from '../core/operator.ts'
import type { ClientHealth } from '../core/provider.ts'
import { missingOf } from '../core/store/sealed.ts'
import type { StoreStatistics } from '../core/store/statistics.ts'
import type { Store } from '../core/store/store.ts'
import { answersOf, latelyMs, type Situation } from './attention.ts'
import { errorGroupOf, refusalOf, tallyOf } from './rows.ts'

export type Counted = Pick<StoreStatistics, 'connections' | 'events'>

/** What the store knows of the situation. */
export type StoredSituation = Omit<Situation, 'at' | 'storeFailure' | 'journaled'>

export interface SituationDependencies {
  readonly store: Pick<
    Store,
    'tallies' | 'errorGroups' | 'activityLog' | 'connections' | 'subscriptions' | 'clients' | 'sealed'
  >
  /** The ids of the keys at hand. */
  readonly keyIds: () => readonly string[]
  readonly clients: ReadonlyMap<string, unknown>
  readonly clock: Pick<Clock, 'now'>
  readonly statistics: () => Promise<Counted>
  readonly keeper: { health(): Promise<Readonly<Record<string, ClientHealth>>> }
}

const dayMs = 86_400_000
/** More values that need a missing key are not counted for a page. */
const mostSealed = 10_000
/** Of each list, so many are looked at. */
const looks = 50
const talliedKinds = ['call', 'refresh', 'webhook', 'dispatch'] as const

/** @throws {PunctualError} `store_unavailable` */
export async function readSituation(
  dependencies: SituationDependencies,
): Promise<StoredSituation & { readonly counted: Counted }> {
  const { store, clock, statistics, keeper } = dependencies
  const now = await store.tallies.now()
  const [counted, healths, errors, refusals, failing, sealed, tallies] = await Promise.all([
    statistics(),
    keeper.health(),
    store.errorGroups.list({ limit: looks }),
    store.activityLog.list({ kind: 'refusal', limit: looks }),
    store.subscriptions.failing(looks),
    store.sealed.count(dependencies.keyIds(), mostSealed),
    readTallies(store, now),
  ])
  const deadSince = tallies.dispatch.find(({ outcome }) => outcome === 'dead')?.at ?? null
  return {
    counted,
    tallies,
    clients: await overviewOfClients(dependencies, healths, tallies, now),
    connections: counted.connections,
    brokenSince: await brokenSince(store, counted.connections),
    events: { ...counted.events, deadSince },
    errors: errors.map(errorGroupOf),
    refusals: refusals.map(refusalOf),
    brokenWebhooks: failing.map(({ createdAt, ...row }) => ({ ...row, since: new Date(createdAt) })),
    clockAheadMs: now - clock.now(),
    missingKeys: missingOf(sealed),
  }
}

async function readTallies(store: Pick<Store, 'tallies'>, now: number): Promise<Situation['tallies']> {
  const of = async (kind: (typeof talliedKinds)[number]) => {
    const rows = await store.tallies.between(kind, now - dayMs, now + dayMs)
    return [kind, rows.map(tallyOf)] as const
  }
  return Object.fromEntries(await Promise.all(talliedKinds.map(of))) as Record<(typeof talliedKinds)[number], Tally[]>
}

async function overviewOfClients(
  { store, clients }: Pick<SituationDependencies, 'store' | 'clients'>,
  healths: Readonly<Record<string, ClientHealth>>,
  { call, refresh }: Situation['tallies'],
  now: number,
): Promise<Record<string, ClientOverview>> {
  const of = async (client: string): Promise<readonly [string, ClientOverview]> => {
    const health = healths[client] ?? null
    const refused = health === 'accepted' ? [] : await store.clients.refused(client)
    const [first] = [...refused].sort((a, b) => a.since - b.since)
    const lately = [...call, ...refresh].filter(
      (tally) => tally.client === client && now - tally.at.getTime() < latelyMs,
    )
    const since = first ? new Date(first.since) : null
    return [client, { health, since, reason: first?.reason ?? null, recent: answersOf(lately) }]
  }
  return Object.fromEntries(await Promise.all([...clients.keys()].map(of)))
}

/** Of each client, as far as its first broken connections tell. */
async function brokenSince(
  { connections }: Pick<Store, 'connections'>,
  counted: Situation['connections'],
): Promise<Record<string, Date>> {
  const found: Record<string, Date> = {}
  for (const [client, { needs_reconnect }] of Object.entries(counted)) {
    if (needs_reconnect === 0) continue
    const rows = await connections.list({ client, status: 'needs_reconnect', limit: looks })
    if (rows.length > 0) found[client] = new Date(Math.min(...rows.map(({ updatedAt }) => updatedAt)))
  }
  return found
}
