// Tallies: counts of all processes add up, in steps of ten minutes of the store's clock, and are swept.

import assert from 'node:assert/strict'
import { tallyBucketMs } from '../../../src/core/store/tallies.ts'
import { type Contract, runSteadily } from '../fixtures.ts'

const day = 86_400_000
const ok = { kind: 'call', outcome: 'ok', client: 'calendly' } as const

export const talliesContract: Contract = {
  'counts of the same ten minutes add up': async ({ store, clock }) => {
    const at = clock.now()
    assert.equal(at % tallyBucketMs, 0)
    assert.equal(await store.tallies.now(), at)
    await store.tallies.add(
      [
        { ...ok, count: 2 },
        { ...ok, outcome: 'refused', count: 1 },
      ],
      0,
    )
    clock.pass(tallyBucketMs - 1)
    await store.tallies.add([{ ...ok, count: 3 }], 0)
    clock.pass(1)
    await store.tallies.add(
      [
        { ...ok, count: 7 },
        { ...ok, kind: 'refresh', count: 1 },
      ],
      0,
    )
    await store.tallies.add([{ ...ok, client: 'calcom', count: 1 }], 1)
    assert.deepEqual(await store.tallies.between('call', at, at + day), [
      { ...ok, client: 'calcom', at, count: 1 },
      { ...ok, at, count: 5 },
      { ...ok, outcome: 'refused', at, count: 1 },
      { ...ok, at: at + tallyBucketMs, count: 7 },
    ])
    assert.deepEqual(await store.tallies.between('call', at + 1, at + tallyBucketMs), [])
    assert.equal((await store.tallies.between('refresh', at, at + day)).length, 1)
  },

  'a batch of many counts is added whole': async ({ store, clock }) => {
    const counts = Array.from({ length: 250 }, (_, n) => ({ ...ok, client: `client ${n}`, count: n }))
    await store.tallies.add(counts, 0)
    await store.tallies.add([], 0)
    const rows = await store.tallies.between('call', clock.now(), clock.now() + 1)
    assert.equal(rows.length, 250)
    assert.equal(rows.find(({ client }) => client === 'client 249')?.count, 249)
  },

  'old counts are swept once the clock can be believed': async (at) => {
    const { store, clock } = at
    const first = clock.now()
    await store.tallies.add([{ ...ok, count: 1 }], 0)
    clock.pass(2 * day)
    await store.tallies.add([{ ...ok, count: 1 }], 0)
    assert.equal(await store.tallies.sweep(day, 10), 0, 'the clock may be wrong')
    await runSteadily(at)
    assert.equal(await store.tallies.sweep(day, 10), 1)
    assert.equal((await store.tallies.between('call', first, clock.now())).length, 1)
  },
}
