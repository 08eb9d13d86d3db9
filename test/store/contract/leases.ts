// Leases on grants: one process presents the refresh token at a time, paced and cooled down, and the outcome of the
// last presentation is kept.

import assert from 'node:assert/strict'
import type { GrantRow, Release } from '../../../src/core/store/grants.ts'
import { type Contract, claimBy, connect, entry, type OpenStore, refreshedTokens } from '../fixtures.ts'

const releases: [string, Release, Partial<GrantRow>][] = [
  ['a harmless release deletes the intent', { harmless: true, retryInMs: 0, failed: false }, { intent: null }],
  ['any other release keeps the intent', { harmless: false, retryInMs: 0, failed: false }, { intent: 'digest by w' }],
  [
    'a release after a failure counts it',
    { harmless: true, retryInMs: 0, failed: true },
    { intent: null, failures: 1 },
  ],
]

export const leasesContract: Contract = {
  'a claim takes the lease and writes the intent': async (at) => {
    const id = await grantOf(at)
    const before = await read(at, id)
    at.clock.pass(1000)
    const now = at.clock.now()
    const claimed = await at.store.grants.claim(id, 1, claimBy('w'))
    assert.deepEqual(claimed, {
      ...before,
      leaseOwner: 'w',
      leaseLeftMs: 30_000,
      intent: 'digest by w',
      pacedInMs: before.pacedInMs - 1000 + 7500,
      readAt: now,
    })
    assert.deepEqual(await read(at, id), claimed)
  },

  'of 50 callers that claim at once, one wins': async (at) => {
    const id = await grantOf(at)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => at.store.grants.claim(id, 1, claimBy(`w${index}`))),
    )
    const winners = answers.filter((answer) => answer !== null)
    assert.equal(winners.length, 1)
    assert.equal((await read(at, id)).leaseOwner, winners[0]?.leaseOwner)
  },

  'no process can claim a leased grant, not even the owner of the lease, until the lease ends by itself': async (
    at,
  ) => {
    const id = await grantOf(at)
    await at.store.grants.claim(id, 1, claimBy('w'))
    at.clock.pass(29_999)
    assert.equal(await at.store.grants.claim(id, 1, claimBy('v')), null)
    assert.equal(await at.store.grants.claim(id, 1, claimBy('w')), null)
    at.clock.pass(1)
    assert.equal((await at.store.grants.claim(id, 1, claimBy('v')))?.leaseOwner, 'v')
  },

  'a lease is extended by its owner, also once it has ended, and by no other process': async (at) => {
    const { claim, extend, release } = at.store.grants
    const id = await grantOf(at)
    assert.equal(await extend(id, 'w', 30_000), false)
    await claim(id, 1, claimBy('w', { leaseMs: 5000 }))
    at.clock.pass(4000)
    assert.equal(await extend(id, 'v', 30_000), false)
    assert.equal((await read(at, id)).leaseLeftMs, 1000)
    assert.equal(await extend(id, 'w', 5000.4), true)
    assert.equal((await read(at, id)).leaseLeftMs, 5000)
    at.clock.pass(10_000)
    assert.equal((await read(at, id)).leaseLeftMs, 0)
    await connect(at.store)
    assert.equal(await extend(id, 'w', 5000), true)
    assert.equal(await claim(id, 2, claimBy('v')), null)
    at.clock.pass(5000)
    assert.ok(await claim(id, 2, claimBy('v')))
    assert.equal(await extend(id, 'w', 5000), false)
    await release(id, 2, 'v', { harmless: true, retryInMs: 0, failed: false })
    assert.equal(await extend(id, 'v', 5000), false)
    assert.equal(await extend('another', 'w', 5000), false)
  },

  'a grant of another generation, or one that is over, closing or unknown, cannot be claimed': async (at) => {
    const id = await grantOf(at)
    assert.equal(await at.store.grants.claim(id, 0, claimBy('w')), null)
    assert.equal(await at.store.grants.claim(id, 2, claimBy('w')), null)
    assert.equal(await at.store.grants.claim('another', 1, claimBy('w')), null)
    await at.store.grants.end(id, 1, 'refused', entry)
    assert.equal(await at.store.grants.claim(id, 1, claimBy('w')), null)
    const left = await connect(at.store, { account: 'two' })
    await at.store.connections.detach(left.connection.id, entry)
    assert.equal(await at.store.grants.claim(left.connection.grant, 1, claimBy('w')), null)
  },

  'an intent that is still there makes the outcome unknown until there is a new set': async (at) => {
    const id = await grantOf(at)
    assert.equal((await at.store.grants.claim(id, 1, claimBy('w')))?.outcomeUnknown, false)
    at.clock.pass(30_000)
    assert.equal((await at.store.grants.claim(id, 1, claimBy('v')))?.outcomeUnknown, true)
    await at.store.grants.release(id, 1, 'v', { harmless: true, retryInMs: 0, failed: false })
    const again = await at.store.grants.claim(id, 1, claimBy('u'))
    assert.deepEqual([again?.outcomeUnknown, again?.intent], [true, 'digest by u'])
    await at.store.grants.commit(id, 1, refreshedTokens('t2'), entry)
    assert.equal((await read(at, id)).outcomeUnknown, false)
    assert.equal((await at.store.grants.claim(id, 2, claimBy('w')))?.outcomeUnknown, false)
  },

  'claims keep to the pace': async (at) => {
    const id = await grantOf(at)
    at.clock.pass(60_000)
    const times: number[] = []
    for (let second = 0; second < 120; second++) {
      while (await at.store.grants.claim(id, 1, claimBy('w', { leaseMs: 0, pace: { intervalMs: 15_000, burst: 4 } })))
        times.push(second)
      at.clock.pass(1000)
    }
    assert.deepEqual(times, [0, 0, 0, 0, 15, 30, 45, 60, 75, 90, 105])
  },

  'the cool-down of a release holds to the millisecond': async (at) => {
    const id = await grantOf(at)
    await at.store.grants.claim(id, 1, claimBy('w'))
    await at.store.grants.release(id, 1, 'w', { harmless: true, retryInMs: 5000, failed: true })
    at.clock.pass(4999)
    assert.equal(await at.store.grants.claim(id, 1, claimBy('w')), null)
    at.clock.pass(1)
    assert.ok(await at.store.grants.claim(id, 1, claimBy('w')))
  },

  ...Object.fromEntries(
    releases.map(([behaviour, release, change]) => [
      behaviour,
      async (at: OpenStore) => {
        const id = await grantOf(at)
        const claimed = await at.store.grants.claim(id, 1, claimBy('w'))
        const released = { leaseOwner: null, leaseLeftMs: 0, retryAt: at.clock.now() }
        assert.equal(await at.store.grants.release(id, 1, 'w', release), true)
        assert.deepEqual(await read(at, id), { ...claimed, ...released, ...change })
      },
    ]),
  ),

  'refusals are counted beside failures, from the first on, until there is a new set': async (at) => {
    const id = await grantOf(at)
    const first = at.clock.now()
    for (const refused of [true, false, true]) {
      await at.store.grants.claim(id, 1, claimBy('w'))
      await at.store.grants.release(id, 1, 'w', { harmless: true, retryInMs: 0, failed: true, refused })
      at.clock.pass(60_000)
    }
    const row = await at.store.grants.get(id)
    assert.deepEqual([row?.failures, row?.refusals, row?.refusedSince], [3, 2, first])
    await at.store.grants.commit(id, 1, refreshedTokens('t2'), entry)
    const refreshed = await at.store.grants.get(id)
    assert.deepEqual([refreshed?.failures, refreshed?.refusals, refreshed?.refusedSince], [0, 0, null])
  },

  'only the owner of a lease releases it': async (at) => {
    const id = await grantOf(at)
    const release = { harmless: true, retryInMs: 0, failed: false }
    assert.equal(await at.store.grants.release(id, 1, 'w', release), false)
    const claimed = await at.store.grants.claim(id, 1, claimBy('w'))
    assert.equal(await at.store.grants.release(id, 1, 'v', release), false)
    assert.deepEqual(await read(at, id), claimed)
    at.clock.pass(40_000)
    assert.equal(await at.store.grants.release(id, 1, 'w', release), true)
    assert.equal(await at.store.grants.release(id, 1, 'w', release), false)
  },

  'a reconnection keeps the lease, and its release then changes nothing else': async (at) => {
    const id = await grantOf(at)
    const claimed = await at.store.grants.claim(id, 1, claimBy('w'))
    await connect(at.store)
    const reconnected = await read(at, id)
    assert.deepEqual(
      [reconnected?.generation, reconnected?.leaseOwner, reconnected?.leaseLeftMs],
      [2, 'w', claimed?.leaseLeftMs],
    )
    assert.equal(await at.store.grants.claim(id, 2, claimBy('v')), null)
    assert.equal(await at.store.grants.release(id, 1, 'v', { harmless: false, retryInMs: 5, failed: true }), false)
    assert.equal(await at.store.grants.release(id, 1, 'w', { harmless: false, retryInMs: 5, failed: true }), true)
    assert.deepEqual(await read(at, id), { ...reconnected, leaseOwner: null, leaseLeftMs: 0 })
  },

  'a release postpones the due time to the end of the cool-down, never brings it forward, and makes nothing due':
    async (at) => {
      const id = await grantOf(at)
      const dueAfter = async (dueInMs: number | null, retryInMs: number) => {
        await at.store.grants.postpone(id, 1, dueInMs)
        at.clock.pass(60_000)
        await at.store.grants.claim(id, 1, claimBy('w'))
        await at.store.grants.release(id, 1, 'w', { harmless: true, retryInMs, failed: true })
        at.clock.pass(60_000)
        const { dueAt } = await read(at, id)
        return dueAt === null ? null : dueAt - (at.clock.now() - 60_000)
      }
      assert.equal(await dueAfter(0, 5000), 5000)
      assert.equal(await dueAfter(100_000, 5000), 40_000)
      assert.equal(await dueAfter(null, 5000), null)
    },
}

async function grantOf({ store }: OpenStore): Promise<string> {
  return (await connect(store)).connection.grant
}

async function read({ store }: OpenStore, id: string): Promise<GrantRow> {
  const row = await store.grants.get(id)
  assert.ok(row)
  return row
}
