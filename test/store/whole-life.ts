// Everything that a store is asked in the life of a product, once: connecting, refreshing, listing, webhooks, events and
// the work of the background. For tests that look at the statements that a store sends.

import assert from 'node:assert/strict'
import { personalKinds } from '../../src/core/store/personal-data.ts'
import type { Store } from '../../src/core/store/store.ts'
import {
  apiKey,
  attachment,
  bookingKey,
  bookingLink,
  claimBy,
  connect,
  connectSession,
  delivery,
  entry,
  exchanged,
  freed,
  healedGrant,
  openCircuitBreaker,
  refreshedTokens,
  subscription,
} from './fixtures.ts'

const day = 86_400_000
const tables = [
  'attempts',
  'grants',
  'connections',
  'clients',
  'history',
  'outbox',
  'feed',
  'subscriptions',
  'bookingKeys',
  'bookingLinks',
  'connectSessions',
  'apiKeys',
  'tallies',
  'errorGroups',
  'activityLog',
  'ended',
  'personalData',
  'sealed',
] as const

/** Calls every operation of the store, and fails if one was left out. The store is open. */
export async function liveWhole(store: Store, announced: readonly string[]): Promise<void> {
  const called = new Set<string>()
  const noted = {
    ...store,
    ...Object.fromEntries(tables.map((table) => [table, noting(store, table, called)])),
  } as Store
  store.announce(announced)
  await store.ping()
  await liveAsGrant(noted)
  await liveAsAttempts(noted)
  await liveAsLists(noted)
  await liveAsEvents(noted)
  await liveAsFeed(noted)
  await liveAsSubscriptions(noted)
  await liveAsBookings(noted)
  await liveAsService(noted)
  await liveAsActivity(noted)
  await liveToTheEnd(noted)
  await openCircuitBreaker(noted, 'calendly')
  await noted.clients.refused('calendly')
  await noted.clients.probe('of calendly', 1000)
  await noted.clients.resume('of calendly')
  await noted.sealed.count([], 1000)
  await store.statistics()
  const all = tables.flatMap((table) => Object.keys(store[table]).map((name) => `${table}.${name}`))
  assert.deepEqual(
    all.filter((name) => !called.has(name) && name !== 'grants.changed'),
    [],
    'operations that no life has',
  )
}

function noting<Name extends (typeof tables)[number]>(store: Store, table: Name, called: Set<string>): Store[Name] {
  return new Proxy(store[table], {
    get(operations, name) {
      called.add(`${table}.${String(name)}`)
      return Reflect.get(operations, name)
    },
  })
}

async function liveAsGrant(store: Store): Promise<void> {
  const { grants, connections, history } = store
  const { grant, id } = (await connect(store)).connection
  await connect(store, { owner: 'bob' })
  await grants.get(grant)
  await grants.claim(grant, 2, claimBy('w', { entry }))
  await grants.extend(grant, 'w', 30_000)
  await grants.release(grant, 2, 'w', { harmless: false, retryInMs: 0, failed: true, refused: true, entry })
  await grants.commit(grant, 2, refreshedTokens('t3', { scopes: ['users:read'] }), entry)
  await grants.touch(grant)
  await grants.postpone(grant, 3, 0)
  await grants.takeDue('calendly', 100, 60_000)
  await grants.takeDue('calendly', 100, 60_000)
  await grants.describe(grant, { name: 'A', email: null, timeZone: null })
  await grants.keepFallback(grant, 1, 'spent', 'kept')
  await grants.useFallback(grant, 3, entry)
  await grants.end(grant, 4, 'refused', entry)
  await grants.commit(grant, 4, refreshedTokens('t5'), entry)
  await grants.positions(null, 500)
  await grants.positions(grant, 500)
  await grants.heal(grant, 5, healedGrant(5, 't5', { scopes: ['users:read'] }), entry)
  await history.of(id, 50)
  await history.of(id, 50, 1e6)
  await history.trim(grant, 500, 500)
  await history.sweep(90 * day, 500)
  for (const status of ['disconnected', undefined] as const)
    await connections.search({ term: 'ann', client: 'calendly', status, most: 200 })
  await connections.some([id, 'absent'])
  await history.has(grant, entry)
  await connections.get(id)
  await connections.tokenOf(id)
  await connections.onGrant(grant)
  const other = await connect(store, { account: 'two', reconnect: id })
  await connections.detach(id, entry)
  await connections.resume(id, entry)
  await connections.detach(id, entry)
  await grants.closing(0, 50, null)
  await grants.close(other.connection.grant, 1)
}

async function liveAsAttempts({ attempts, connections }: Store): Promise<void> {
  const store = { attempts, connections } as Store
  await exchanged(store, 'lives')
  await attempts.find('state of lives', 'calendly')
  await attempts.get('lives')
  await attempts.stranded(0, 50, null)
  await attempts.consume('state of lives', 'calendly')
  await connections.attach(attachment('lives', { account: 'three', owner: 'eve' }))
  await attempts.trim('ann', null, 10)
  await attempts.sweep(600_000, 500)
}

async function liveAsLists({ connections, outbox }: Store): Promise<void> {
  const after = { createdAt: 5, id: 'x' }
  for (const status of ['active', 'needs_reconnect', 'disconnected', undefined] as const)
    for (const owner of ['ann', undefined])
      for (const client of ['calendly', 'absent', undefined])
        for (const from of [after, undefined]) await connections.list({ status, owner, client, after: from, limit: 51 })
  for (const state of ['pending', 'done', 'dead', undefined] as const)
    for (const owner of ['ann', undefined])
      for (const before of ['evt_1_zzzz', undefined]) await outbox.list({ state, owner, before, limit: 51 })
}

async function liveAsEvents({ outbox }: Store): Promise<void> {
  for (const [n, orderingKey] of ['a', 'a', 'b', 'c', 'd', 'd'].entries())
    await outbox.accept([delivery(`life ${n}`, { orderingKey, orderAt: 10 - n, connection: orderingKey })])
  const change = delivery('chg_1', { orderingKey: 'e', maxWaitMs: 60_000 })
  await outbox.accept([change, delivery('beside it', { orderingKey: 'e', maxWaitMs: 60_000 })])
  await outbox.of('chg_1')
  await outbox.of('evt_1_1')
  await outbox.hasAccepted('a', ['created'])
  await outbox.nextDue()
  const [one, two, three] = await outbox.take('w', 3, 60_000, ['d'])
  await outbox.get(one?.id ?? '')
  await outbox.take('w', 4, 60_000, [], [one?.id ?? ''])
  await outbox.acknowledge(two?.id ?? '')
  await outbox.fail(three?.id ?? '', 'w', 'no', null)
  await outbox.replay(three?.id ?? '')
  await outbox.hasten(three?.id ?? '')
  const [four] = await outbox.take('w', 1, 60_000)
  await outbox.fail(four?.id ?? '', 'w', 'no', 1000)
  await outbox.take('w', 8, 60_000, ['a', 'b'])
  await outbox.sweep({ done: 3 * day, dead: 30 * day, pending: 30 * day }, 250, ['', 'feed'])
}

async function liveAsFeed({ outbox, feed }: Store): Promise<void> {
  const keys = ['f', 'f', 'g']
  await outbox.accept(keys.map((orderingKey, n) => delivery(`fed ${n}`, { orderingKey, orderAt: n })))
  while ((await outbox.forward(() => ['crm', 'feed'], 20)) > 0);
  await outbox.nextDue('feed')
  for (const { id } of await outbox.take('w', 8, 60_000, [], [], 'feed')) await feed.publish(id, 'sealed')
  for (const owner of ['ann', undefined])
    for (const types of [['webhook.received'], undefined]) await feed.read({ after: 0, limit: 50, owner, types })
  await feed.sweep(30 * day, 250)
}

async function liveAsSubscriptions({ subscriptions }: Store): Promise<void> {
  await subscriptions.insert(subscription('first'), null, 0)
  await subscriptions.insert(subscription('second'), 'first', 0)
  await subscriptions.get('first')
  await subscriptions.of('c1')
  await subscriptions.update('second', ['creating'], { state: 'active', reference: 'r', checkInMs: 5000 })
  await subscriptions.failing(50)
  await subscriptions.hasten('c1')
  await subscriptions.takeDue(50, 60_000)
  await subscriptions.takeDue(50, 60_000)
  await subscriptions.update('first', ['creating'], { state: 'removed' })
  await subscriptions.sweep(0, 50)
}

async function liveAsBookings({ bookingKeys, bookingLinks }: Store): Promise<void> {
  for (const key of ['one', 'two']) await bookingKeys.claim(bookingKey(key), 60_000)
  await bookingKeys.claim(bookingKey('one'), 60_000)
  await bookingKeys.get('c1', 'one')
  await bookingKeys.update('c1', 'one', 1, { step: 'booking', sentMsAgo: 0, release: true, checkInMs: 0 })
  await bookingKeys.underWay('c1', 'book', 20)
  await bookingKeys.takeDue(50, 60_000)
  await bookingKeys.takeDue(50, 60_000)
  await bookingKeys.update('c1', 'one', 2, { state: 'done', booking: 'b' })
  await bookingKeys.update('c1', 'two', 1, freed)
  await bookingKeys.claim(bookingKey('two'), 60_000)
  await bookingKeys.sweep(30 * day, 500)
  await bookingLinks.put(bookingLink('a'))
  await bookingLinks.of('c1', ['a', 'b', 'c'])
  await bookingLinks.sweep(30 * day, 500)
}

async function liveAsService({ connectSessions, apiKeys }: Store): Promise<void> {
  await connectSessions.insert(connectSession('s'), 1_800_000)
  await connectSessions.ofPage('s')
  await connectSessions.get('s')
  await connectSessions.update('s', 0, { attempt: 'a' })
  await connectSessions.update('s', 1, { connected: 'c1' })
  await connectSessions.sweep(day, 500)
  await apiKeys.insert(apiKey('k'), null)
  await apiKeys.get('k')
  for (const after of [{ createdAt: 5, id: 'x' }, undefined]) await apiKeys.list({ after, limit: 51 })
  await apiKeys.rotate('k', 'another hash', day)
  await apiKeys.touch('k', 60_000)
  await apiKeys.revoke('k')
  await apiKeys.sweep(90 * day, 500)
}

async function liveAsActivity({ tallies, errorGroups, activityLog }: Store): Promise<void> {
  const count = { kind: 'call', outcome: 'ok', client: 'calendly', count: 1 }
  const now = await tallies.now()
  await tallies.add([count, { ...count, outcome: 'refused' }], 0)
  await tallies.between('call', now - day, now + day)
  await tallies.sweep(8 * day, 500)
  const error = { code: 'provider_refused', reason: null, client: null, sentence: 'no', count: 1, agoMs: 0 }
  await errorGroups.add(['a', 'b'].map((id) => ({ ...error, id, connections: ['c1', 'c2'] })))
  for (const after of [{ lastAt: now, id: 'b' }, undefined]) await errorGroups.list({ after, limit: 51 })
  await errorGroups.touched('a', 50)
  await errorGroups.sweep(30 * day, 1, 100)
  await activityLog.append(['calendly', null].map((client) => ({ kind: 'refusal', client, data: {}, agoMs: 0 })))
  for (const client of ['calendly', undefined])
    for (const before of [1e6, undefined]) await activityLog.list({ kind: 'refusal', client, before, limit: 51 })
  await activityLog.sweep('refusal', 7 * day, 2000, 500)
  await activityLog.sweep('audit', 365 * day, 100_000, 500)
}

async function liveToTheEnd({ ended, personalData }: Store): Promise<void> {
  await ended.sweep(0, 50)
  await ended.sweep(null, 50)
  await ended.sweepLate(500)
  await ended.sweepIds(day, 500)
  await ended.has('absent')
  await personalData.count('bob')
  for (const kind of personalKinds) {
    await personalData.read('bob', kind, 0, 100)
    await personalData.erase('bob', kind, 100)
  }
  await personalData.shred()
}
