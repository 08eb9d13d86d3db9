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
    assert.equal(await at.store.grants.useSpare(id, 1, 'another', 'sealed anew'), false)
    assert.equal(await at.store.grants.useSpare(id, 0, 'spare', 'sealed anew'), false)
    assert.deepEqual(await at.store.grants.get(id), claimed)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => at.store.grants.useSpare(id, 1, 'spare', 'sealed anew')),
    )
    assert.equal(answers.filter(Boolean).length, 1)
    assert.deepEqual(await at.store.grants.get(id), {
      ...claimed,
      tokens: 'sealed anew',
      spare: null,
      generation: 2,
      leaseOwner: null,
      leaseUntil: 0,
      intent: null,
      doubt: true,
    })
    const again = await at.store.grants.claim(id, 2, claimBy('w'))
    assert.equal(again?.doubt, true)
  })

  test('a grant that is over or closing uses no spare', async () => {
    await using at = await world(factory)
    const over = (await connect(at.store)).connection.grant
    await at.store.grants.keepSpare(over, 0, 'spare')
    await at.store.grants.end(over, 1, 'refused', entry)
    assert.equal(await at.store.grants.useSpare(over, 1, 'spare', 'sealed anew'), false)
    const { connection } = await connect(at.store, { account: 'two' })
    await at.store.grants.keepSpare(connection.grant, 0, 'spare')
    await at.store.connections.detach(connection.id, entry)
    assert.equal(await at.store.grants.useSpare(connection.grant, 1, 'spare', 'sealed anew'), false)
  })
}
