// Fixtures of the store tests: a clock that moves by hand, an open store, and rows with single facts changed.

import { test } from 'node:test'
import type { Clock } from '../../src/core/clock.ts'
import { grantId } from '../../src/core/grant.ts'
import type { NewApiKey } from '../../src/core/store/api-keys.ts'
import type { NewAttempt } from '../../src/core/store/attempts.ts'
import type { BookingKeyChange, NewBookingKey } from '../../src/core/store/booking-keys.ts'
import type { BookingLink } from '../../src/core/store/booking-links.ts'
import type { ClientRefusal } from '../../src/core/store/clients.ts'
import type { NewConnectSession } from '../../src/core/store/connect-sessions.ts'
import type { Attached, Attachment, ConnectionRow } from '../../src/core/store/connections.ts'
import type { Claim, HealedGrant, RefreshedTokens } from '../../src/core/store/grants.ts'
import type { NewDelivery } from '../../src/core/store/outbox.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { NewSubscription } from '../../src/core/store/subscriptions.ts'

export interface VirtualClock extends Clock {
  /** Lets time pass. */
  pass(ms: number): void
  /** Sets the wall clock forward, or back. */
  step(ms: number): void
  /** Restarts the machine: its monotonic clock begins at 0 again. */
  restart(): void
}

export function virtualClock(start: number = Date.UTC(2030, 0, 1)): VirtualClock {
  let now = start
  let sinceStart = 86_400_000
  return {
    now: () => now,
    monotonic: () => sinceStart,
    sleep: async () => {},
    pass(ms) {
      now += ms
      sinceStart += ms
    },
    step(ms) {
      now += ms
    },
    restart() {
      sinceStart = 0
    },
  }
}

/** Creates an empty store, and a function that deletes it. */
export type StoreFactory = () => { store: Store; end: () => Promise<void> | void }

export interface OpenStore extends AsyncDisposable {
  readonly store: Store
  readonly clock: VirtualClock
}

export async function openStore(factory: StoreFactory): Promise<OpenStore> {
  const { store, end } = factory()
  const clock = virtualClock()
  await store.open(clock)
  return {
    store,
    clock,
    async [Symbol.asyncDispose]() {
      await store.close()
      await end()
    },
  }
}

/** The promises of a store: a test for each behaviour by its name, which gets an open, empty store. */
export type Contract = Readonly<Record<string, (at: OpenStore, factory: StoreFactory) => Promise<void>>>

/** Tests every behaviour of a contract on a store of its own. */
export function testContract(contract: Contract, factory: StoreFactory): void {
  for (const [behaviour, run] of Object.entries(contract))
    test(behaviour, async () => {
      await using at = await openStore(factory)
      await run(at, factory)
    })
}

const swept = [
  'attempts',
  'feed',
  'subscriptions',
  'bookingKeys',
  'bookingLinks',
  'connectSessions',
  'apiKeys',
  'tallies',
  'history',
] as const

/** Lets the clock run for an hour without a step, so that a sweep believes it. */
export async function runSteadily({ store, clock }: OpenStore): Promise<void> {
  const sweep = async () => {
    await store.outbox.sweep({ done: 1e12, dead: 1e12, pending: null }, 1)
    for (const table of swept) await store[table].sweep(1e12, 1)
    await store.errorGroups.sweep(1e12, 1e6, 1)
    await store.activityLog.sweep('audit', 1e12, 1e6, 1)
    await store.ended.sweep(1e12, 1)
    await store.ended.sweepIds(1e12, 1)
  }
  await sweep()
  clock.pass(3_600_000)
  await sweep()
}

export const pace = { intervalMs: 7500, burst: 8 } as const
export const entry = { type: 'test', data: { a: 1, b: 'two', c: true, d: null } } as const

export function attempt(id: string, facts: Partial<NewAttempt> = {}): NewAttempt {
  return {
    id,
    client: 'calendly',
    owner: 'ann',
    returnTo: 'https://app.example.com/done?x=1',
    stateHash: `state of ${id}`,
    nonceHash: `nonce of ${id}`,
    verifier: 'sealed verifier',
    scopes: ['users:read', 'event_types:read'],
    reconnect: null,
    anotherAccount: false,
    session: null,
    ...facts,
  }
}

export interface ConnectRequest {
  readonly owner?: string
  readonly client?: string
  readonly account?: string
  readonly connection?: string
  readonly reconnect?: string | null
  readonly grant?: Partial<Attachment['grant']>
}

export function attachment(attempt: string, request: ConnectRequest = {}): Attachment {
  const { owner = 'ann', client = 'calendly', account = 'one', reconnect = null } = request
  return {
    grant: {
      id: grantId(client, account),
      client,
      account: { id: account, name: 'Ann', email: 'ann@example.com', timeZone: 'Europe/Paris' },
      scopes: ['users:read'],
      tokens: `tokens of ${attempt}`,
      expiresInMs: 7_200_000,
      refreshInMs: 5_000_000,
      dueInMs: 6_000_000,
      keepReplaced: false,
      pace,
      ...request.grant,
    },
    connection: { id: request.connection ?? `connection of ${attempt}`, owner, reconnect },
    attempt,
    entry,
  }
}

/** Inserts an attempt and moves it to `exchanged`. */
export async function exchanged(store: Store, id: string, facts: Partial<NewAttempt> = {}): Promise<void> {
  await store.attempts.insert(attempt(id, facts), 600_000)
  await store.attempts.consume(`state of ${id}`, facts.client ?? 'calendly')
  await store.attempts.advance(id, 'consumed', 'exchanged', { answer: 'sealed answer' })
}

let count = 0

/** Connects an account by a whole attempt. */
export async function connect(store: Store, request: ConnectRequest = {}): Promise<Attached> {
  const id = `attempt ${++count}`
  await exchanged(store, id, { client: request.client ?? 'calendly' })
  const attached = await store.connections.attach(attachment(id, request))
  if (!attached) throw new Error('the attempt was gone')
  return attached
}

/** A connection as it is read once it was disconnected at that time: its account has no name any more. */
export function disconnected(row: ConnectionRow, updatedAt: number): ConnectionRow {
  const account = { id: row.account.id, name: null, email: null, timeZone: null }
  return { ...row, account, scopes: [], status: 'disconnected', updatedAt }
}

export function claimBy(owner: string, facts: Partial<Claim> = {}): Claim {
  return { owner, leaseMs: 30_000, intent: `digest by ${owner}`, pace, ...facts }
}

export function refreshedTokens(tokens: string, facts: Partial<RefreshedTokens> = {}): RefreshedTokens {
  return { tokens, scopes: null, expiresInMs: 7_200_000, refreshInMs: 5_000_000, dueInMs: 6_000_000, ...facts }
}

/** What a grant was at that generation; `tokens` is `null`: its set is not known. */
export function healedGrant(
  generation: number,
  tokens: string | null,
  facts: Partial<NonNullable<HealedGrant['set']>> = {},
  status: HealedGrant['status'] = 'live',
): HealedGrant {
  const set =
    tokens === null ? null : { ...refreshedTokens(tokens), fallbackTokens: [], outcomeUnknown: false, ...facts }
  return { generation, set, status, reason: status === 'over' ? 'refused' : null }
}

/** A delivery with the ordering key `one`, at second 10 of its order, that waits for no other. */
export function delivery(key: string, facts: Partial<NewDelivery> = {}): NewDelivery {
  return {
    key,
    type: 'webhook.received',
    orderingKey: 'one',
    orderAt: 10_000,
    connection: 'c1',
    owner: 'ann',
    client: 'calendly',
    data: { name: 'created', n: 1, b: true, z: null },
    body: `sealed body of ${key}`,
    maxWaitMs: 0,
    ...facts,
  }
}

export function subscription(id: string, facts: Partial<NewSubscription> = {}): NewSubscription {
  return {
    id,
    connection: 'c1',
    client: 'calendly',
    account: 'one',
    scope: 'user',
    events: ['created', 'canceled'],
    secrets: `sealed secrets of ${id}`,
    ...facts,
  }
}

/** A booking under a key, on the connection `c1`. */
export function bookingKey(key: string, facts: Partial<NewBookingKey> = {}): NewBookingKey {
  return {
    connection: 'c1',
    key,
    verb: 'book',
    requestDigest: `digest of ${key}`,
    request: `sealed request of ${key}`,
    ...facts,
  }
}

/** The change that makes a key as if it had never been used. */
export const freed: BookingKeyChange = {
  state: 'begun',
  step: null,
  reason: null,
  booking: null,
  release: true,
  checkInMs: null,
}

export function bookingLink(booking: string, facts: Partial<BookingLink> = {}): BookingLink {
  const nothing = { replaces: null, replacedBy: null, start: null }
  return { connection: 'c1', booking, chain: `chain of ${booking}`, ...nothing, ...facts }
}

export function connectSession(id: string, facts: Partial<NewConnectSession> = {}): NewConnectSession {
  return {
    id,
    owner: 'ann',
    returnTo: 'https://app.example.com/settings',
    clients: ['calendly', 'calcom'],
    connection: null,
    anotherAccount: false,
    scopes: { calendly: ['users:read'], calcom: ['PROFILE_READ', 'BOOKING_READ'] },
    ...facts,
  }
}

export function apiKey(id: string, facts: Partial<NewApiKey> = {}): NewApiKey {
  return {
    id,
    name: `the key ${id}`,
    scopes: ['calls', 'bookings:read'],
    owner: null,
    secretHash: `hash of ${id}`,
    ...facts,
  }
}

/** A refusal of the client `c`. */
export function refusal(grant: string, facts: Partial<ClientRefusal> = {}): ClientRefusal {
  const refused = { credentials: 'of c', code: 'invalid_client', reason: 'no' }
  return { ...refused, grant, repeatedAfterMs: 60_000, probeInMs: 60_000, ...facts }
}

/** Two grants of a client are refused: its circuit breaker opens. */
export async function openCircuitBreaker(
  { clients }: Store,
  client: string,
  facts: Partial<ClientRefusal> = {},
): Promise<boolean> {
  await clients.refuse(client, refusal('one', { credentials: `of ${client}`, ...facts }))
  return clients.refuse(client, refusal('two', { credentials: `of ${client}`, ...facts }))
}
