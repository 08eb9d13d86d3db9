// API keys: read and listed as they were made, rotated while they live, ended once, and swept long after their end.

import assert from 'node:assert/strict'
import { longestSpans } from '../../../src/core/store/longest-spans.ts'
import { apiKey, type Contract, runSteadily } from '../fixtures.ts'

const day = 86_400_000

export const apiKeysContract: Contract = {
  'a key is read as it was made': async (at) => {
    const { apiKeys } = at.store
    const now = at.clock.now()
    const unused = { replacedHash: null, replacedUntil: null, lastUsedAt: null, revokedAt: null }
    const row = { ...apiKey('k'), ...unused, createdAt: now, expiresAt: null, readAt: now }
    assert.deepEqual(await apiKeys.insert(apiKey('k'), null), row)
    at.clock.pass(1000)
    assert.deepEqual(await apiKeys.get('k'), { ...row, readAt: now + 1000 })
    assert.equal(await apiKeys.get('other'), null)
    const bound = await apiKeys.insert(apiKey('bound', { owner: 'ann', scopes: [] }), 5000)
    assert.deepEqual([bound.owner, bound.scopes, bound.expiresAt], ['ann', [], now + 6000])
    await assert.rejects(apiKeys.insert(apiKey('k'), null), { code: 'store_unavailable', retryable: false })
  },

  'keys are listed oldest first, page by page, those that have ended too': async (at) => {
    const { apiKeys } = at.store
    for (const [n, id] of ['d', 'b', 'c', 'a'].entries()) {
      await apiKeys.insert(apiKey(id), id === 'd' ? 1 : null)
      if (n > 1) at.clock.pass(10)
    }
    await apiKeys.revoke('c')
    const ids = async (after: { createdAt: number; id: string } | undefined, limit: number) =>
      (await apiKeys.list({ after, limit })).map(({ id }) => id)
    assert.deepEqual(await ids(undefined, 10), ['b', 'c', 'd', 'a'])
    const [first, second] = await apiKeys.list({ limit: 2 })
    assert.deepEqual([first?.id, second?.id], ['b', 'c'])
    assert.deepEqual(await ids(second, 2), ['d', 'a'])
    assert.deepEqual(await ids({ createdAt: at.clock.now(), id: '' }, 10), [])
  },

  'a rotated key keeps the secret before it for a while, and no earlier one': async (at) => {
    const { apiKeys } = at.store
    await apiKeys.insert(apiKey('k'), null)
    const rotated = await apiKeys.rotate('k', 'second', day)
    const until = at.clock.now() + day
    assert.deepEqual(
      [rotated?.secretHash, rotated?.replacedHash, rotated?.replacedUntil],
      ['second', 'hash of k', until],
    )
    at.clock.pass(1000)
    assert.deepEqual(await apiKeys.get('k'), { ...rotated, readAt: at.clock.now() })
    const again = await apiKeys.rotate('k', 'third', 0)
    assert.deepEqual([again?.secretHash, again?.replacedHash, again?.replacedUntil], ['third', 'second', again?.readAt])
    assert.equal(await apiKeys.rotate('other', 'x', day), null)
  },

  'a key that has ended is not rotated': async (at) => {
    const { apiKeys } = at.store
    await apiKeys.insert(apiKey('revoked'), null)
    await apiKeys.insert(apiKey('expiring'), 1000)
    assert.ok(await apiKeys.rotate('expiring', 'second', 0))
    await apiKeys.revoke('revoked')
    at.clock.pass(1000)
    assert.equal(await apiKeys.rotate('revoked', 'x', day), null)
    assert.equal(await apiKeys.rotate('expiring', 'x', day), null)
    assert.equal((await apiKeys.get('expiring'))?.secretHash, 'second')
  },

  'a key is revoked once': async (at) => {
    const { apiKeys } = at.store
    await apiKeys.insert(apiKey('k'), null)
    const revokedAt = at.clock.now()
    assert.equal((await apiKeys.revoke('k'))?.revokedAt, revokedAt)
    at.clock.pass(1000)
    assert.equal((await apiKeys.revoke('k'))?.revokedAt, revokedAt)
    assert.equal((await apiKeys.get('k'))?.revokedAt, revokedAt)
    assert.equal(await apiKeys.revoke('other'), null)
  },

  'the last use is noted at most once in a while': async (at) => {
    const { apiKeys } = at.store
    await apiKeys.insert(apiKey('k'), null)
    const lastUsedAt = async () => (await apiKeys.get('k'))?.lastUsedAt
    const first = at.clock.now()
    await apiKeys.touch('k', 60_000)
    at.clock.pass(59_999)
    await apiKeys.touch('k', 60_000)
    assert.equal(await lastUsedAt(), first)
    at.clock.pass(1)
    await apiKeys.touch('k', 60_000)
    assert.equal(await lastUsedAt(), first + 60_000)
    await apiKeys.touch('other', 60_000)
    // A use that a clock which was ahead has noted does not stay.
    at.clock.step(-day)
    await apiKeys.touch('k', 60_000)
    assert.equal(await lastUsedAt(), at.clock.now())
  },

  'a replaced secret that would work for longer than it can does not work': async (at) => {
    await at.store.apiKeys.insert(apiKey('k'), null)
    await at.store.apiKeys.rotate('k', 'second', longestSpans.replacedSecret)
    at.clock.step(-1)
    const row = await at.store.apiKeys.get('k')
    assert.equal(row?.replacedUntil, row?.readAt)
  },

  'keys are swept by a steady clock once they ended long enough ago; others stay': async (at) => {
    const { apiKeys } = at.store
    for (const id of ['a', 'lives', 'revoked', 'later']) await apiKeys.insert(apiKey(id), null)
    for (const id of ['expired', 'expires']) await apiKeys.insert(apiKey(id), id === 'expired' ? 1000 : 30 * day)
    await apiKeys.revoke('revoked')
    assert.equal(await apiKeys.sweep(0, 10), 0, 'the clock has not run for an hour')
    await runSteadily(at)
    await apiKeys.revoke('later')
    const left = async () => (await apiKeys.list({ limit: 10 })).map(({ id }) => id).sort()
    assert.equal(await apiKeys.sweep(3_600_001, 10), 0)
    assert.equal(await apiKeys.sweep(1000, 1), 1)
    assert.deepEqual(await left(), ['a', 'expired', 'expires', 'later', 'lives'])
    assert.equal(await apiKeys.sweep(1000, 10), 1)
    assert.deepEqual(await left(), ['a', 'expires', 'later', 'lives'])
  },

  'the key with the smallest id stays, so that a store which has had a key never looks like a new one': async (at) => {
    const { apiKeys } = at.store
    for (const id of ['2', '1', '3']) await apiKeys.insert(apiKey(id), id === '3' ? 1000 : null)
    for (const id of ['1', '2']) await apiKeys.revoke(id)
    await runSteadily(at)
    assert.equal(await apiKeys.sweep(1000, 10), 2)
    assert.deepEqual(
      (await apiKeys.list({ limit: 10 })).map(({ id }) => id),
      ['1'],
    )
  },
}
