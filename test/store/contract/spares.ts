// Spares: sets that lost a race or were replaced, and may still be honoured.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimBy, connect, entry, type Factory, renewal, world } from '../given.ts'

export function sparesContract(factory: Factory): void {
  test('a set is kept as a spare once the grant has moved past its generation, before older ones', async () => {
    await using at = await world(factory)
    const { keepSpare, commit, get } = at.store.grants
    const id = (await connect(at.store)).connection.grant
    assert.equal(await keepSpare(id, 1, 't1', 'lost'), null)
    await commit(id, 1, renewal('t2'), entry)
    assert.equal(await keepSpare(id, 1, 't1', 'lost'), 'kept')
    assert.equal(await keepSpare(id, 2, 't2', 'other'), null)
    assert.equal(await keepSpare('another', 0, 't0', 'other'), null)
    const row = await get(id)
    assert.deepEqual([row?.spares, row?.tokens, row?.generation], [['lost'], 't2', 2])
    assert.equal(await keepSpare(id, 1, 't1', 'later'), 'kept')
    assert.deepEqual((await get(id))?.spares, ['later', 'lost'])
    assert.equal(await keepSpare(id, 1, 'later', 'latest'), 'kept')
    assert.deepEqual((await get(id))?.spares, ['latest', 'lost'])
    assert.equal(await keepSpare(id, 1, 'lost', null), 'kept')
    assert.deepEqual((await get(id))?.spares, ['latest'])
    for (let more = 0; more < 10; more++) await keepSpare(id, 1, '', `more ${more}`)
    const spares = (await get(id))?.spares
    assert.deepEqual([spares?.length, spares?.[0], spares?.[7]], [8, 'more 9', 'more 2'])
  })

  test('a closed grant keeps no spare', async () => {
    await using at = await world(factory)
    const { connection } = await connect(at.store)
    await at.store.connections.detach(connection.id, entry)
    await at.store.grants.close(connection.grant, 1)
    assert.equal(await at.store.grants.keepSpare(connection.grant, 0, '', 'lost'), null)
    assert.deepEqual((await at.store.grants.get(connection.grant))?.spares, [])
  })

  test('a spare becomes the current set as the next generation, in doubt', async () => {
    await using at = await world(factory)
    const id = (await connect(at.store)).connection.grant
    await at.store.grants.keepSpare(id, 0, '', 'older')
    await at.store.grants.keepSpare(id, 0, '', 'spare')
    const claimed = await at.store.grants.claim(id, 1, claimBy('w'))
    assert.equal(await at.store.grants.useSpare(id, 0), false)
    assert.deepEqual(await at.store.grants.get(id), claimed)
    const answers = await Promise.all(Array.from({ length: 10 }, () => at.store.grants.useSpare(id, 1)))
    assert.equal(answers.filter(Boolean).length, 1)
    assert.deepEqual(await at.store.grants.get(id), {
      ...claimed,
      tokens: 'spare',
      spares: ['older'],
      generation: 2,
      expiresAt: claimed?.readAt,
      lifetime: 0,
      dueAt: claimed?.readAt,
      leaseOwner: null,
      leaseLeft: 0,
      intent: null,
      doubt: true,
    })
    const again = await at.store.grants.claim(id, 2, claimBy('w'))
    assert.equal(again?.doubt, true)
    assert.equal(await at.store.grants.useSpare(id, 2), true)
    assert.equal(await at.store.grants.useSpare(id, 3), false)
  })

  test('a grant with a spare does not end', async () => {
    await using at = await world(factory)
    const id = (await connect(at.store)).connection.grant
    await at.store.grants.keepSpare(id, 0, '', 'spare')
    assert.equal(await at.store.grants.end(id, 1, 'refused', entry), false)
    assert.equal((await at.store.grants.get(id))?.status, 'live')
  })

  test('a grant that is over is revived by the spare that comes in; one that is closing is not', async () => {
    await using at = await world(factory)
    const { connection: first } = await connect(at.store)
    await at.store.grants.end(first.grant, 1, 'refused', entry)
    assert.equal(await at.store.grants.keepSpare(first.grant, 0, 'spent', null), 'kept')
    at.clock.pass(1000)
    assert.equal(await at.store.grants.keepSpare(first.grant, 0, '', 'spare'), 'revived')
    const row = await at.store.grants.get(first.grant)
    assert.deepEqual([row?.status, row?.reason, row?.tokens, row?.generation], ['live', null, 'spare', 2])
    assert.deepEqual([row?.spares, row?.doubt, row?.dueAt], [[], true, at.clock.now()])
    assert.deepEqual(await at.store.connections.get(first.id), { ...first, updatedAt: at.clock.now() })
    const { connection } = await connect(at.store, { account: 'two' })
    await at.store.connections.detach(connection.id, entry)
    assert.equal(await at.store.grants.keepSpare(connection.grant, 0, '', 'spare'), 'kept')
    assert.equal(await at.store.grants.useSpare(connection.grant, 1), false)
  })
}
