// Webhook subscriptions: one current one for each connection and scope, checked by one process at a time.

import assert from 'node:assert/strict'
import type { SubscriptionState } from '../../../src/core/store/subscriptions.ts'
import { type Contract, runSteadily, subscription } from '../fixtures.ts'

const every: readonly SubscriptionState[] = ['creating', 'active', 'removing', 'removed']

export const subscriptionsContract: Contract = {
  'a subscription is recorded as requested, and is current': async (at) => {
    const { subscriptions } = at.store
    const now = at.clock.now()
    assert.equal(await subscriptions.get('s'), null)
    assert.equal(await subscriptions.insert(subscription('s'), null, 5000.4), true)
    at.clock.pass(1)
    const facts = { ...subscription('s'), current: true, state: 'creating', reference: null, detail: null }
    const row = { ...facts, checkAt: now + 5000, createdAt: now, removedAt: null, readAt: now + 1 }
    assert.deepEqual(await subscriptions.get('s'), row)
    assert.deepEqual(await subscriptions.of('c1'), [row])
    assert.deepEqual(await subscriptions.of('c2'), [])
  },

  'of 10 callers that record one for the same connection and scope, one succeeds': async (at) => {
    const { subscriptions } = at.store
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, n) => subscriptions.insert(subscription(`s${n}`), null, 0)),
    )
    assert.equal(made.filter(Boolean).length, 1)
    assert.equal(await subscriptions.insert(subscription('other scope', { scope: 'organization' }), null, 0), true)
    assert.equal(await subscriptions.insert(subscription('other', { connection: 'c2' }), null, 0), true)
    assert.equal((await subscriptions.of('c1')).length, 2)
  },

  'a replaced subscription is no longer current, and of 10 callers that replace it one succeeds': async (at) => {
    const { subscriptions } = at.store
    await subscriptions.insert(subscription('old'), null, 0)
    assert.equal(await subscriptions.insert(subscription('x'), 'unknown', 0), false)
    await subscriptions.insert(subscription('twin', { scope: 'organization' }), null, 0)
    assert.equal(await subscriptions.insert(subscription('twin'), 'old', 0), false)
    await subscriptions.update('twin', every, { state: 'removed' })
    assert.equal((await subscriptions.get('old'))?.current, true)
    at.clock.pass(1)
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, n) => subscriptions.insert(subscription(`new${n}`), 'old', 0)),
    )
    assert.equal(made.filter(Boolean).length, 1)
    const rows = (await subscriptions.of('c1')).map(({ id, current }) => [id.slice(0, 3), current])
    assert.deepEqual(rows, [
      ['old', false],
      ['new', true],
    ])
    assert.equal(await subscriptions.insert(subscription('y'), 'old', 0), false)
  },

  'a removed subscription makes room for another one, and is neither listed nor due': async (at) => {
    const { subscriptions } = at.store
    await subscriptions.insert(subscription('a'), null, 0)
    await subscriptions.update('a', every, { state: 'removed' })
    assert.deepEqual([await subscriptions.of('c1'), await subscriptions.takeDue(5, 1000)], [[], []])
    const removed = await subscriptions.get('a')
    assert.deepEqual([removed?.state, removed?.removedAt], ['removed', at.clock.now()])
    at.clock.pass(5)
    await subscriptions.update('a', every, { state: 'removed', detail: 'again' })
    assert.equal((await subscriptions.get('a'))?.removedAt, removed?.removedAt)
    assert.equal(await subscriptions.insert(subscription('b'), null, 0), true)
    assert.deepEqual(
      (await subscriptions.of('c1')).map(({ id }) => id),
      ['b'],
    )
  },

  'an update changes only the named fields, and only from the named states': async (at) => {
    const { subscriptions } = at.store
    await subscriptions.insert(subscription('s'), null, 5000)
    const before = await subscriptions.get('s')
    assert.equal(await subscriptions.update('s', ['active', 'removing'], { state: 'removed' }), false)
    assert.equal(await subscriptions.update('s', [], { state: 'removed' }), false)
    assert.equal(await subscriptions.update('t', every, { state: 'removed' }), false)
    assert.deepEqual(await subscriptions.get('s'), before)
    assert.equal(await subscriptions.update('s', ['creating'], {}), true)
    assert.deepEqual(await subscriptions.get('s'), before)
    const made = { state: 'active', reference: 'r', detail: 'd', secrets: 'sealed again' } as const
    await subscriptions.update('s', ['creating'], { ...made, checkInMs: 100 })
    assert.deepEqual(await subscriptions.get('s'), { ...before, ...made, checkAt: at.clock.now() + 100 })
    await subscriptions.update('s', ['active'], { reference: null, detail: null, secrets: null })
    const emptied = { state: 'active', reference: null, detail: null, secrets: null }
    assert.deepEqual(await subscriptions.get('s'), { ...before, ...emptied, checkAt: at.clock.now() + 100 })
  },

  'of 10 callers that change a state, one succeeds': async (at) => {
    const { subscriptions } = at.store
    await subscriptions.insert(subscription('s'), null, 0)
    const changed = await Promise.all(
      Array.from({ length: 10 }, () => subscriptions.update('s', ['creating'], { state: 'active' })),
    )
    assert.equal(changed.filter(Boolean).length, 1)
  },

  'due subscriptions are returned to one caller, the longest due first, and hidden for a while': async (at) => {
    const { subscriptions } = at.store
    for (let n = 0; n < 12; n++) await subscriptions.insert(subscription(`s${n}`, { scope: `${n}` }), null, 100 - n)
    at.clock.pass(88)
    assert.deepEqual(await subscriptions.takeDue(5, 1000), [])
    at.clock.pass(12)
    const [first] = await subscriptions.takeDue(1, 1000)
    assert.deepEqual([first?.id, first?.checkAt, first?.readAt], ['s11', at.clock.now() + 1000, at.clock.now()])
    const due = (await Promise.all(Array.from({ length: 8 }, () => subscriptions.takeDue(2, 1000)))).flat()
    assert.equal(due.length, 11)
    assert.equal(new Set(due.map(({ id }) => id)).size, 11)
    at.clock.pass(999)
    assert.deepEqual(await subscriptions.takeDue(20, 1000), [])
    at.clock.pass(1)
    assert.equal((await subscriptions.takeDue(20, 1000)).length, 12)
  },

  "hasten makes the subscriptions of a connection due, and no other connection's": async (at) => {
    const { subscriptions } = at.store
    await subscriptions.insert(subscription('a'), null, 5000)
    await subscriptions.insert(subscription('b', { scope: 'organization' }), null, 9000)
    await subscriptions.insert(subscription('c', { connection: 'c2' }), null, 5000)
    await subscriptions.insert(subscription('d', { scope: 'gone' }), null, 5000)
    await subscriptions.update('d', every, { state: 'removed' })
    await subscriptions.hasten('c1')
    const due = await subscriptions.takeDue(10, 1000)
    assert.deepEqual(due.map(({ id }) => id).sort(), ['a', 'b'])
  },

  'removed subscriptions are swept once they have been removed for long enough': async (at) => {
    await runSteadily(at)
    const { subscriptions } = at.store
    for (const id of ['a', 'b', 'c']) await subscriptions.insert(subscription(id, { scope: id }), null, 0)
    await subscriptions.update('a', every, { state: 'removed' })
    at.clock.pass(500)
    await subscriptions.update('a', every, { state: 'removed', detail: 'again' })
    await subscriptions.update('b', every, { state: 'removed' })
    at.clock.pass(499)
    assert.equal(await subscriptions.sweep(1000, 100), 0)
    at.clock.pass(1)
    assert.equal(await subscriptions.sweep(1000, 100), 1)
    assert.equal(await subscriptions.get('a'), null)
    assert.ok((await subscriptions.get('b')) && (await subscriptions.get('c')))
  },

  'those that something prevents are found, until it is mended or they are removed': async (at) => {
    const { subscriptions } = at.store
    const createdAt = at.clock.now()
    for (const id of ['b', 'a', 'fine', 'ended'])
      await subscriptions.insert(subscription(id, { connection: `of ${id}` }), null, 0)
    for (const id of ['a', 'b', 'ended']) await subscriptions.update(id, ['creating'], { detail: 'no scope' })
    await subscriptions.update('ended', ['creating'], { state: 'removed' })
    const b = { id: 'b', connection: 'of b', client: 'calendly', createdAt, detail: 'no scope' }
    assert.deepEqual(await subscriptions.failing(10), [{ ...b, id: 'a', connection: 'of a' }, b])
    assert.equal((await subscriptions.failing(1)).length, 1)
    await subscriptions.update('a', ['creating'], { detail: null })
    assert.deepEqual(await subscriptions.failing(10), [b])
  },
}
