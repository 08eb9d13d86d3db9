// The history of failed refreshes, lost processes and fallback sets, its pages and its bounds.

import assert from 'node:assert/strict'
import { type Contract, claimBy, connect, entry, type OpenStore, refreshedTokens, runSteadily } from '../fixtures.ts'

const day = 86_400_000
const failed = { type: 'failed', data: { reason: 'timeout' } } as const

const typesOf = async ({ store }: OpenStore, id: string, limit = 100) =>
  (await store.history.of(id, limit)).map(({ type }) => type)

export const historyContract: Contract = {
  'a release records why the refresh failed, if it changes the grant': async (at) => {
    const { grants } = at.store
    const { grant, id } = (await connect(at.store)).connection
    await grants.claim(grant, 1, claimBy('w'))
    const release = { harmless: true, retryInMs: 0, failed: true, entry: failed } as const
    assert.equal(await grants.release(grant, 1, 'another', release), false)
    assert.deepEqual(await typesOf(at, id), ['test'])
    assert.equal(await grants.release(grant, 1, 'w', release), true)
    assert.deepEqual(await typesOf(at, id), ['failed', 'test'])
    assert.equal((await grants.get(grant))?.failures, 1)
  },

  'a claim records the process that was lost, if it succeeds': async (at) => {
    const { grants } = at.store
    const { grant, id } = (await connect(at.store)).connection
    const lost = { type: 'lost', data: {} } as const
    await grants.claim(grant, 1, claimBy('w'))
    assert.equal(await grants.claim(grant, 1, claimBy('x', { entry: lost })), null)
    assert.deepEqual(await typesOf(at, id), ['test'])
    at.clock.pass(30_000)
    assert.equal((await grants.claim(grant, 1, claimBy('x', { entry: lost })))?.outcomeUnknown, true)
    assert.deepEqual(await typesOf(at, id), ['lost', 'test'])
  },

  'a fallback set that is used is recorded, and a set that is only kept is not': async (at) => {
    const { grants } = at.store
    const { grant, id } = (await connect(at.store)).connection
    const used = { type: 'fallback', data: {} } as const
    await grants.commit(grant, 1, refreshedTokens('t2'), entry)
    await grants.keepFallback(grant, 1, 't1', 'kept', { used })
    assert.deepEqual(await typesOf(at, id), ['test', 'test'])
    assert.equal(await grants.useFallback(grant, 2, used), true)
    assert.equal(await grants.useFallback(grant, 3, used), false)
    assert.deepEqual(await typesOf(at, id), ['fallback', 'test', 'test'])
    await grants.end(grant, 3, 'refused', entry)
    assert.equal(await grants.keepFallback(grant, 1, '', 'late', { used }), 'revived')
    assert.deepEqual((await typesOf(at, id)).slice(0, 2), ['fallback', 'test'])
  },

  'a set whose keeping has been recorded is known, and is not kept again': async (at) => {
    const { grants, history } = at.store
    const { grant, id } = (await connect(at.store)).connection
    const entries = (set: string) => ({ kept: { type: 'kept', data: { set } }, used: { type: 'used', data: {} } })
    assert.equal(await grants.keepFallback(grant, 1, 't1', 'set a', entries('a')), null)
    assert.equal(await history.has(grant, entries('a').kept), false)
    await grants.commit(grant, 1, refreshedTokens('t2'), entry)
    assert.equal(await grants.keepFallback(grant, 1, 't1', 'set a', entries('a')), 'kept')
    assert.equal(await grants.useFallback(grant, 2), true)
    assert.equal(await grants.keepFallback(grant, 3, 'set a', 'set b', entries('b')), null)
    await grants.end(grant, 3, 'refused', entry)
    const before = await grants.get(grant)
    assert.equal(await grants.keepFallback(grant, 1, 't1', 'set a, sealed again', entries('a')), 'known')
    assert.deepEqual(await grants.get(grant), before)
    assert.equal(await grants.keepFallback(grant, 1, 't1', 'set c', entries('c')), 'revived')
    assert.deepEqual((await typesOf(at, id)).slice(0, 2), ['used', 'kept'])
  },

  'the entry of a connection that is attached again says so': async (at) => {
    const { id } = (await connect(at.store)).connection
    await connect(at.store)
    const [again, first] = await at.store.history.of(id, 2)
    assert.deepEqual([again?.data, first?.data], [{ ...entry.data, again: true }, entry.data])
  },

  'the history is read page by page': async (at) => {
    const { grant, id } = (await connect(at.store)).connection
    for (let generation = 1; generation < 6; generation++)
      await at.store.grants.commit(grant, generation, refreshedTokens(`t${generation}`), {
        type: `renewed ${generation}`,
        data: {},
      })
    const first = await at.store.history.of(id, 4)
    assert.deepEqual(
      first.map(({ type }) => type),
      ['renewed 5', 'renewed 4', 'renewed 3', 'renewed 2'],
    )
    const second = await at.store.history.of(id, 4, first.at(-1)?.seq)
    assert.deepEqual(
      second.map(({ type }) => type),
      ['renewed 1', 'test'],
    )
    assert.deepEqual(await at.store.history.of(id, 4, second.at(-1)?.seq), [])
  },

  'a grant keeps its newest entries, and its connections keep theirs': async (at) => {
    const { grant, id } = (await connect(at.store)).connection
    const other = (await connect(at.store, { account: 'two' })).connection
    for (let generation = 1; generation < 8; generation++) {
      await at.store.grants.commit(grant, generation, refreshedTokens('t'), { type: `${generation}`, data: {} })
      await at.store.grants.commit(other.grant, generation, refreshedTokens('t'), entry)
    }
    assert.equal(await at.store.history.trim(grant, 3, 2), 2)
    assert.deepEqual(await typesOf(at, id), ['7', '6', '5', '2', '1', 'test'])
    assert.equal(await at.store.history.trim(grant, 3, 10), 2)
    assert.equal(await at.store.history.trim(grant, 3, 10), 0)
    assert.deepEqual(await typesOf(at, id), ['7', '6', '5', 'test'])
    assert.equal((await typesOf(at, other.id)).length, 8)
  },

  'old entries are swept, the oldest first, once the clock can be believed': async (at) => {
    const { grant, id } = (await connect(at.store)).connection
    at.clock.pass(2 * day)
    await at.store.grants.commit(grant, 1, refreshedTokens('t2'), { type: 'new', data: {} })
    assert.equal(await at.store.history.sweep(day, 10), 0)
    await runSteadily(at)
    assert.equal(await at.store.history.sweep(day, 10), 1)
    assert.deepEqual(await typesOf(at, id), ['new'])
  },
}
