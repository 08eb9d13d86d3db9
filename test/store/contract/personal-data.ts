// What is kept about one owner: counted, read without secrets, and erased, while everything of another owner stays.

import assert from 'node:assert/strict'
import { personalKinds } from '../../../src/core/store/personal-data.ts'
import type { Store } from '../../../src/core/store/store.ts'
import {
  apiKey,
  attempt,
  bookingKey,
  bookingLink,
  type Contract,
  claimBy,
  connect,
  connectSession,
  delivery,
  entry,
  exchanged,
  subscription,
} from '../fixtures.ts'

/** Gives an owner a row of each kind, and one more attempt that holds an answer. */
async function live(store: Store, owner: string): Promise<{ id: string; grant: string; generation: number }> {
  store.announce(['connection.created'])
  const { connection, generation } = await connect(store, { owner, account: `account of ${owner}` })
  const { id, grant } = connection
  const on = { connection: id }
  await store.connectSessions.insert(connectSession(`session of ${owner}`, { owner }), 60_000)
  await store.attempts.insert(attempt(`begun by ${owner}`, { owner }), 600_000)
  await exchanged(store, `exchanged by ${owner}`, { owner })
  await store.apiKeys.insert(apiKey(`key of ${owner}`, { owner }), null)
  await store.errorGroups.add([
    { ...error(`touches ${owner}`), connections: [id] },
    { ...error(`names ${owner}`), sentence: `About account of ${owner}.` },
  ])
  await store.activityLog.append([
    { kind: 'attempt', client: 'calendly', data: { owner, reason: 'declined' }, agoMs: 0 },
    { kind: 'refusal', client: 'calendly', data: { connection: id, reason: 'too_old' }, agoMs: 0 },
    { kind: 'audit', client: null, data: { actor: 'cli', action: 'test', subject: id, outcome: 'ok' }, agoMs: 0 },
    { kind: 'dispatch', client: 'calendly', subject: 'evt', data: { outcome: 'failed' }, agoMs: 0 },
  ])
  await store.outbox.accept([
    delivery(`a ${owner}`, { ...on, owner, orderingKey: `of ${owner}` }),
    delivery(`b ${owner}`, { ...on, owner, orderingKey: `of ${owner}` }),
  ])
  const [event] = await store.outbox.list({ state: 'pending', owner, limit: 1 })
  await store.feed.publish(event?.id ?? '', `sealed event for ${owner}`)
  await store.subscriptions.insert(subscription(`subscription of ${owner}`, on), null, 0)
  await store.bookingKeys.claim(bookingKey(`k of ${owner}`, on), 1000)
  await store.bookingLinks.put(bookingLink('b1', on))
  return { id, grant, generation }
}

function error(id: string) {
  return { id, code: 'c', reason: null, client: null, count: 1, sentence: 'It failed.', agoMs: 0, connections: [] }
}

/** Ends what an owner has, as the product does it before it erases. */
async function endOf(store: Store, { id, grant, generation }: Awaited<ReturnType<typeof live>>): Promise<void> {
  await store.connections.detach(id, entry)
  await store.grants.close(grant, generation)
}

async function eraseAll(store: Store, owner: string): Promise<void> {
  for (const kind of personalKinds) while ((await store.personalData.erase(owner, kind, 2)) > 0);
}

const nothing = Object.fromEntries(personalKinds.map((kind) => [kind, 0]))

export const personalDataContract: Contract = {
  'everything about an owner is counted, and read without secrets': async ({ store }) => {
    const { id } = await live(store, 'ann')
    await live(store, 'bob')
    // The attempts of both connections were begun by Ann.
    const counts = await store.personalData.count('ann')
    assert.deepEqual(counts, {
      ...{ connectSessions: 1, attempts: 4, apiKeys: 1, errors: 2, activity: 3, events: 3, feed: 1 },
      ...{ subscriptions: 1, bookingKeys: 1, bookingLinks: 1, history: 1, connections: 1 },
    })
    assert.deepEqual(await store.personalData.count('nobody'), nothing)
    const all: unknown[] = []
    for (const kind of personalKinds) {
      const rows = await store.personalData.read('ann', kind, 0, 100)
      assert.equal(rows.length, kind === 'connections' ? 0 : counts[kind], kind)
      assert.deepEqual(await store.personalData.read('ann', kind, 1, 1), rows.slice(1, 2), kind)
      all.push(...rows)
    }
    const text = JSON.stringify(all)
    for (const secret of ['hash of', 'state of', 'nonce of', 'verifier', 'sealed answer', 'sealed secrets', 'digest'])
      assert.equal(text.includes(secret), false, secret)
    assert.equal(/bob/.test(text), false)
    const [key] = await store.personalData.read('ann', 'bookingKeys', 0, 1)
    const { createdAt, ...facts } = key ?? {}
    assert.equal(typeof createdAt, 'number')
    const nothingYet = { step: null, reason: null, booking: null }
    const sealed = { request: 'sealed request of k of ann', key: 'k of ann' }
    assert.deepEqual(facts, { connection: id, verb: 'book', state: 'begun', ...nothingYet, ...sealed })
    const [event] = await store.personalData.read('ann', 'events', 1, 1)
    assert.deepEqual([event?.data, event?.outOfOrder], [{ name: 'created', n: 1, b: true, z: null }, false])
  },

  'erasing one owner leaves nothing of it, and everything of another': async ({ store }) => {
    const ann = await live(store, 'ann')
    const bob = await live(store, 'bob')
    const before = await store.personalData.count('bob')
    await endOf(store, ann)
    await eraseAll(store, 'ann')
    await store.personalData.shred()
    assert.deepEqual(await store.personalData.count('ann'), nothing)
    assert.deepEqual(await store.personalData.count('bob'), before)
    assert.deepEqual([await store.connections.get(ann.id), await store.grants.get(ann.grant)], [null, null])
    assert.equal((await store.connections.get(bob.id))?.account.name, 'Ann')
    assert.equal((await store.subscriptions.get('subscription of ann')) === null, true)
    assert.equal(await store.bookingKeys.get(ann.id, 'k of ann'), null)
    const next = await store.outbox.take('w', 10, 1000)
    assert.ok(next.length > 0 && next.every(({ owner }) => owner === 'bob'))
    const audit = await store.activityLog.list({ kind: 'audit', limit: 10 })
    assert.deepEqual(
      audit.map(({ data }) => data.subject),
      [bob.id, 'erased'],
    )
    assert.deepEqual(await store.errorGroups.touched('touches ann', 10), [])
    const groups = (await store.errorGroups.list({ limit: 10 })).map(({ id }) => id)
    assert.deepEqual(groups.sort(), ['names bob', 'touches ann', 'touches bob'])
  },

  'an attempt that may hold tokens ends without its owner, and keeps them until they are revoked': async (at) => {
    const { attempts, personalData, connections } = at.store
    await exchanged(at.store, 'stored')
    await attempts.insert(attempt('leaving'), 600_000)
    await attempts.consume('state of leaving', 'calendly')
    await attempts.advance('leaving', 'consumed', 'exchanging')
    assert.equal(await personalData.erase('ann', 'attempts', 10), 2)
    for (const id of ['stored', 'leaving']) {
      const row = await attempts.get(id)
      assert.deepEqual([row?.owner, row?.returnTo, row?.phase, row?.verifier], ['', '', 'finished', null])
      assert.deepEqual(row?.outcome, { error: 'attempt_refused', reason: 'expired' })
    }
    assert.equal((await attempts.get('stored'))?.answer, 'sealed answer')
    assert.equal(await attempts.advance('leaving', 'exchanging', 'exchanged', { answer: 'late' }), false)
    assert.deepEqual((await connections.list({ limit: 10 })).length, 0)
  },

  'a connection whose grant is not closed yet is left for later': async (at) => {
    const { store } = at
    const { id, grant, generation } = await live(store, 'ann')
    assert.equal(await store.personalData.erase('ann', 'connections', 10), 0, 'it is connected')
    await store.connections.detach(id, entry)
    const { updatedAt } = (await store.connections.get(id)) ?? {}
    for (let again = 0; again < 2; again++) {
      assert.equal(await store.personalData.erase('ann', 'connections', 10), 0, 'its tokens are not revoked')
      assert.equal((await store.connections.get(id))?.updatedAt, updatedAt, 'the time of its end stays')
    }
    await store.grants.close(grant, generation)
    assert.equal(await store.personalData.erase('ann', 'connections', 10), 1)
  },

  'a grant that a connection of another owner rests on stays, and so does its history': async ({ store }) => {
    const ann = (await connect(store)).connection
    const bob = (await connect(store, { owner: 'bob' })).connection
    await store.grants.claim(ann.grant, 2, claimBy('w', { entry }))
    await store.connections.detach(ann.id, entry)
    assert.equal((await store.personalData.count('ann')).history, 2)
    await eraseAll(store, 'ann')
    assert.equal((await store.grants.get(ann.grant))?.status, 'live')
    assert.equal((await store.history.of(bob.id, 10)).length, 2)
    assert.deepEqual(await store.personalData.count('ann'), nothing)
  },

  'the grants on which a connection rested before go with it': async ({ store }) => {
    const first = (await connect(store)).connection
    const moved = await connect(store, { account: 'two', reconnect: first.id })
    await store.grants.close(first.grant, 1)
    await store.connections.detach(first.id, entry)
    await store.grants.close(moved.connection.grant, moved.generation)
    await eraseAll(store, 'ann')
    assert.deepEqual(
      [await store.grants.get(first.grant), await store.grants.get(moved.connection.grant)],
      [null, null],
    )
  },

  'the first API key stays without its owner, so that the store does not look new': async ({ store }) => {
    await store.apiKeys.insert(apiKey('0', { owner: 'ann' }), null)
    await store.apiKeys.insert(apiKey('1', { owner: 'ann' }), null)
    while ((await store.personalData.erase('ann', 'apiKeys', 10)) > 0);
    const left = await store.apiKeys.list({ limit: 10 })
    assert.deepEqual(
      left.map(({ id, name, owner, secretHash, revokedAt }) => [id, name, owner, secretHash, revokedAt !== null]),
      [['0', '', '', '', true]],
    )
  },
}
