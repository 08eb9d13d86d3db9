// Spares: sets that lost a race or were replaced, and may still be honoured.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimBy, connect, entry, type Factory, renewal, world } from '../given.ts'

export function sparesContract(factory: Factory): void {
  test('a set is kept as the spare once the grant has moved past its generation', async () => {
    await using at = await world(factory)
    const id = (await connect(at.store)).connection.grant
    assert.equal(await at.store.grants.keepSpare(id, 1, 'lost'), false)
    await at.store.grants.commit(id, 1, renewal('t2'), entry)
    assert.equal(await at.store.grants.keepSpare(id, 1, 'lost'), true)
    assert.equal(await at.store.grants.keepSpare(id, 2, 'other'), false)
    assert.equal(await at.store.grants.keepSpare('another', 0, 'other'), false)
    const row = await at.store.grants.get(id)
    assert.deepEqual([row?.spare, row?.tokens, row?.generation], ['lost', 't2', 2])
  })

  test('a closed grant keeps no spare', async () => {
    await using at = await world(factory)
    const { connection } = await connect(at.store)
    await at.store.connections.detach(connection.id, entry)
    await at.store.grants.close(connection.grant, 1)
    assert.equal(await at.store.grants.keepSpare(connection.grant, 0, 'lost'), false)
    assert.equal((await at.store.grants.get(connection.grant))?.spare, null)
  })

  test('a spare becomes the current set as the next generation, in doubt', async () => {
    await using at = await world(factory)
    const id = (await connect(at.store)).connection.grant
    await at.store.grants.keepSpare(id, 0, 'spare')
    const claimed = await at.store.grants.claim(id, 1, claimBy('w'))
    assert.equal(await at.store.grants.useSpare(id, 0), false)
    assert.deepEqual(await at.store.grants.get(id), claimed)
    const answers = await Promise.all(Array.from({ length: 10 }, () => at.store.grants.useSpare(id, 1)))
    assert.equal(answers.filter(Boolean).length, 1)
    assert.deepEqual(await at.store.grants.get(id), {
      ...claimed,
      tokens: 'spare',
      spare: null,
      generation: 2,
      expiresAt: claimed?.readAt,
      dueAt: claimed?.readAt,
      leaseOwner: null,
      leaseUntil: 0,
      intent: null,
      doubt: true,
    })
    const again = await at.store.grants.claim(id, 2, claimBy('w'))
    assert.equal(again?.doubt, true)
    assert.equal(await at.store.grants.useSpare(id, 2), false)
  })

  test('a grant with a spare does not end', async () => {
    await using at = await world(factory)
    const id = (await connect(at.store)).connection.grant
    await at.store.grants.keepSpare(id, 0, 'spare')
    assert.equal(await at.store.grants.end(id, 1, 'refused', entry), false)
    assert.equal((await at.store.grants.get(id))?.status, 'live')
  })

  test('a grant that is over comes back with its spare; one that is closing does not', async () => {
    await using at = await world(factory)
    const over = (await connect(at.store)).connection.grant
    await at.store.grants.end(over, 1, 'refused', entry)
    await at.store.grants.keepSpare(over, 0, 'spare')
    assert.equal(await at.store.grants.useSpare(over, 1), true)
    const row = await at.store.grants.get(over)
    assert.deepEqual([row?.status, row?.reason, row?.tokens, row?.generation], ['live', null, 'spare', 2])
    const { connection } = await connect(at.store, { account: 'two' })
    await at.store.grants.keepSpare(connection.grant, 0, 'spare')
    await at.store.connections.detach(connection.id, entry)
    assert.equal(await at.store.grants.useSpare(connection.grant, 1), false)
  })
}
