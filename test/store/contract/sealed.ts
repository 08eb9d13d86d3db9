// Which keys have sealed what is stored.

import assert from 'node:assert/strict'
import { type SealedCount, sealedTables } from '../../../src/core/store/sealed.ts'
import { bookingKey, type Contract, connect, delivery, exchanged, subscription } from '../fixtures.ts'

const sealedWith = (key: string, text = 'text') => `p1.${key}.${text}`
const one = 'one_one1'
const two = 'two-two2'

/** `grants one_one1 2`, and `…` behind what is not all. */
function shown(counts: readonly SealedCount[]): string[] {
  return counts.map(({ table, key, values, isWhole }) => `${table} ${key} ${values}${isWhole ? '' : '…'}`).sort()
}

export const sealedContract: Contract = {
  'an empty store needs no key': async ({ store }) => {
    assert.deepEqual(await store.sealed.count([], 10), [])
  },

  'what each key has sealed is counted in every table': async ({ store }) => {
    const grant = (key: string) => ({ tokens: sealedWith(key), expiresInMs: 0, refreshInMs: 0, dueInMs: 0 })
    const { connection } = await connect(store, { account: 'one', grant: grant(one) })
    await connect(store, { account: 'two', grant: grant(one) })
    await connect(store, { account: 'three', grant: grant(two) })
    await store.grants.keepFallback(connection.grant, 0, '', sealedWith(two))
    await store.grants.keepFallback(connection.grant, 0, '', sealedWith(one, 'another'))
    await exchanged(store, 'exchanged')
    await store.attempts.advance('exchanged', 'exchanged', 'exchanged', { answer: sealedWith(two) })
    await store.outbox.accept([delivery('a', { body: sealedWith(one) }), delivery('b', { body: sealedWith(two) })])
    await store.subscriptions.insert(subscription('s', { secrets: sealedWith(two) }), null, 0)
    await store.subscriptions.insert(subscription('none', { scope: 'other', secrets: null }), null, 0)
    await store.bookingKeys.claim(bookingKey('k', { request: sealedWith(two) }), 1000)
    const all = [
      'attempts two-two2 1',
      'booking_keys two-two2 1',
      'grants one_one1 3',
      'grants two-two2 2',
      'outbox one_one1 1',
      'outbox two-two2 1',
      'subscriptions two-two2 1',
    ]
    assert.deepEqual(shown(await store.sealed.count([], 10)), all)

    await store.outbox.forward(() => ['feed'], 10)
    for (const { id } of await store.outbox.take('w', 8, 60_000, [], [], 'feed'))
      await store.feed.publish(id, sealedWith(one))
    const tables = new Set((await store.sealed.count([], 10)).map(({ table }) => table))
    assert.deepEqual([...tables].sort(), sealedTables.toSorted(), 'all tables with sealed columns')
  },

  'what a known key has sealed is found and not counted': async ({ store }) => {
    for (const [n, key] of [one, one, two].entries())
      await store.subscriptions.insert(subscription(`${n}`, { scope: `${n}`, secrets: sealedWith(key) }), null, 0)
    assert.deepEqual(shown(await store.sealed.count([one], 10)), [
      'subscriptions one_one1 null…',
      'subscriptions two-two2 1',
    ])
  },

  'no more is counted than was asked for': async ({ store }) => {
    for (const n of [1, 2, 3])
      await store.subscriptions.insert(subscription(`${n}`, { scope: `${n}`, secrets: sealedWith(one) }), null, 0)
    assert.deepEqual(shown(await store.sealed.count([], 2)), ['subscriptions one_one1 2…'])
    assert.deepEqual(shown(await store.sealed.count([], 4)), ['subscriptions one_one1 3'])
  },

  'what is not sealed as it should be has no key': async ({ store }) => {
    for (const [n, secrets] of ['p1.short.x', 'p2.one_one1.x', 'ä'.repeat(20)].entries())
      await store.subscriptions.insert(subscription(`${n}`, { scope: `${n}`, secrets }), null, 0)
    assert.deepEqual(shown(await store.sealed.count([], 10)), ['subscriptions  3'])
  },
}
