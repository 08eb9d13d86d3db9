// Error groups: counted together, listed by when they were seen last, and bounded by number and age.

import assert from 'node:assert/strict'
import { mostTouched, type SeenErrors } from '../../../src/core/store/error-groups.ts'
import { type Contract, runSteadily } from '../fixtures.ts'

const day = 86_400_000

function seen(id: string, facts: Partial<SeenErrors> = {}): SeenErrors {
  const error = { code: 'provider_refused', reason: 'plan_limit', client: 'calendly', sentence: `${id} failed.` }
  return { id, ...error, count: 1, agoMs: 0, connections: [], ...facts }
}

export const errorGroupsContract: Contract = {
  'errors of one group are counted together': async ({ store, clock }) => {
    const { errorGroups } = store
    const first = clock.now()
    await errorGroups.add([seen('a', { agoMs: 1000, connections: ['c1', 'c2'] })])
    clock.pass(5000)
    await errorGroups.add([seen('a', { count: 4, sentence: 'Again.', connections: ['c2', 'c3'] })])
    // It was counted before the last, by another process, and comes later.
    await errorGroups.add([seen('a', { agoMs: 3000, sentence: 'Late.' })])
    assert.deepEqual(await errorGroups.list({ limit: 10 }), [
      {
        id: 'a',
        code: 'provider_refused',
        reason: 'plan_limit',
        client: 'calendly',
        count: 6,
        firstAt: first - 1000,
        lastAt: first + 5000,
        sentence: 'Late.',
        connections: 3,
      },
    ])
    assert.deepEqual(await errorGroups.touched('a', 10), ['c1', 'c2', 'c3'])
    assert.deepEqual(await errorGroups.touched('a', 2), ['c1', 'c2'])
    assert.deepEqual(await errorGroups.touched('b', 2), [])
  },

  'groups are listed page by page, those that were seen last first': async ({ store, clock }) => {
    await store.errorGroups.add([seen('b', { reason: null, client: null }), seen('a'), seen('c')])
    clock.pass(1000)
    await store.errorGroups.add([seen('b'), seen('d')])
    const ids = async (after: { lastAt: number; id: string } | undefined, limit: number) =>
      (await store.errorGroups.list({ after, limit })).map(({ id }) => id)
    assert.deepEqual(await ids(undefined, 10), ['d', 'b', 'c', 'a'])
    const [, second] = await store.errorGroups.list({ limit: 2 })
    assert.deepEqual(await ids(second, 10), ['c', 'a'])
    assert.deepEqual([second?.reason, second?.client], [null, null], 'a group keeps its words')
  },

  'a group remembers so many connections, and no more': async ({ store }) => {
    const ids = (from: number, count: number) => Array.from({ length: count }, (_, n) => `c${from + n}`)
    await store.errorGroups.add([seen('a', { connections: ids(0, mostTouched - 10) })])
    await store.errorGroups.add([seen('a', { connections: ids(mostTouched - 10, 30) })])
    await store.errorGroups.add([seen('a', { connections: ids(5000, 30) })])
    const [group] = await store.errorGroups.list({ limit: 1 })
    assert.deepEqual([group?.connections, group?.count], [mostTouched, 3])
    assert.equal((await store.errorGroups.touched('a', 2 * mostTouched)).length, mostTouched)
  },

  'groups beyond the bound are swept at once, old ones once the clock can be believed': async (at) => {
    const { store, clock } = at
    for (const id of ['a', 'b', 'c', 'd']) {
      await store.errorGroups.add([seen(id, { connections: [`of ${id}`] })])
      clock.pass(1000)
    }
    assert.equal(await store.errorGroups.sweep(1e12, 3, 10), 1)
    assert.deepEqual(await store.errorGroups.touched('a', 10), [])
    clock.pass(2 * day)
    await store.errorGroups.add([seen('d')])
    assert.equal(await store.errorGroups.sweep(day, 3, 10), 0)
    await runSteadily(at)
    assert.equal(await store.errorGroups.sweep(day, 3, 1), 1)
    assert.equal(await store.errorGroups.sweep(day, 3, 10), 1)
    assert.deepEqual(
      (await store.errorGroups.list({ limit: 10 })).map(({ id }) => id),
      ['d'],
    )
    assert.deepEqual(await store.errorGroups.touched('d', 10), ['of d'])
  },
}
