// Fallback token sets: sets that lost a race or were replaced, and that the provider may still honour.

import assert from 'node:assert/strict'
import { type Contract, claimBy, connect, entry, refreshedTokens } from '../fixtures.ts'

export const fallbackTokensContract: Contract = {
  'a set is kept as a fallback once the grant is past its generation, before older ones': async (at) => {
    const { keepFallback, commit, get } = at.store.grants
    const id = (await connect(at.store)).connection.grant
    assert.equal(await keepFallback(id, 1, 't1', 'lost'), null)
    await commit(id, 1, refreshedTokens('t2'), entry)
    assert.equal(await keepFallback(id, 1, 't1', 'lost'), 'kept')
    assert.equal(await keepFallback(id, 2, 't2', 'other'), null)
    assert.equal(await keepFallback('another', 0, 't0', 'other'), null)
    const row = await get(id)
    assert.deepEqual([row?.fallbackTokens, row?.tokens, row?.generation], [['lost'], 't2', 2])
    assert.equal(await keepFallback(id, 1, 't1', 'later'), 'kept')
    assert.deepEqual((await get(id))?.fallbackTokens, ['later', 'lost'])
    assert.equal(await keepFallback(id, 1, 'later', 'latest'), 'kept')
    assert.deepEqual((await get(id))?.fallbackTokens, ['latest', 'lost'])
    assert.equal(await keepFallback(id, 1, 'lost', null), 'kept')
    assert.deepEqual((await get(id))?.fallbackTokens, ['latest'])
    for (let more = 0; more < 10; more++) await keepFallback(id, 1, '', `more ${more}`)
    const fallbacks = (await get(id))?.fallbackTokens
    assert.deepEqual([fallbacks?.length, fallbacks?.[0], fallbacks?.[7]], [8, 'more 9', 'more 2'])
  },

  'the set that came for one that is current again takes its place, so that nobody presents that one once more': async (
    at,
  ) => {
    const { keepFallback, useFallback, get, claim } = at.store.grants
    const id = (await connect(at.store)).connection.grant
    const first = (await get(id))?.tokens ?? ''
    await connect(at.store)
    await keepFallback(id, 1, '', first)
    assert.equal(await useFallback(id, 2), true)
    assert.equal((await claim(id, 3, claimBy('w')))?.tokens, first)
    assert.equal(await keepFallback(id, 1, first, 'came for it'), 'kept')
    const row = await get(id)
    assert.deepEqual([row?.tokens, row?.fallbackTokens, row?.generation], ['came for it', [], 4])
    assert.deepEqual([row?.status, row?.leaseOwner, row?.outcomeUnknown], ['live', null, true])
    assert.equal(await keepFallback(id, 1, 'came for it', null), 'kept')
    assert.equal((await get(id))?.tokens, 'came for it')
  },

  'a closed grant keeps no fallback set': async (at) => {
    const { connection } = await connect(at.store)
    await at.store.connections.detach(connection.id, entry)
    await at.store.grants.close(connection.grant, 1)
    assert.equal(await at.store.grants.keepFallback(connection.grant, 0, '', 'lost'), null)
    assert.deepEqual((await at.store.grants.get(connection.grant))?.fallbackTokens, [])
  },

  'a fallback set becomes the current set as the next generation, its outcome unknown': async (at) => {
    const id = (await connect(at.store)).connection.grant
    await at.store.grants.keepFallback(id, 0, '', 'older')
    await at.store.grants.keepFallback(id, 0, '', 'fallback')
    const claimed = await at.store.grants.claim(id, 1, claimBy('w'))
    assert.equal(await at.store.grants.useFallback(id, 0), false)
    assert.deepEqual(await at.store.grants.get(id), claimed)
    const answers = await Promise.all(Array.from({ length: 10 }, () => at.store.grants.useFallback(id, 1)))
    assert.equal(answers.filter(Boolean).length, 1)
    assert.deepEqual(await at.store.grants.get(id), {
      ...claimed,
      tokens: 'fallback',
      fallbackTokens: ['older'],
      generation: 2,
      expiresAt: claimed?.readAt,
      lifetimeMs: 0,
      dueAt: claimed?.readAt,
      leaseOwner: null,
      leaseLeftMs: 0,
      intent: null,
      outcomeUnknown: true,
    })
    const again = await at.store.grants.claim(id, 2, claimBy('w'))
    assert.equal(again?.outcomeUnknown, true)
    assert.equal(await at.store.grants.useFallback(id, 2), true)
    assert.equal(await at.store.grants.useFallback(id, 3), false)
  },

  'a grant with a fallback set does not end': async (at) => {
    const id = (await connect(at.store)).connection.grant
    await at.store.grants.keepFallback(id, 0, '', 'fallback')
    assert.equal(await at.store.grants.end(id, 1, 'refused', entry), false)
    assert.equal((await at.store.grants.get(id))?.status, 'live')
  },

  'a grant that is over is revived by a new fallback set; a closing grant is not': async (at) => {
    const { connection: first } = await connect(at.store)
    await at.store.grants.end(first.grant, 1, 'refused', entry)
    assert.equal(await at.store.grants.keepFallback(first.grant, 0, 'spent', null), 'kept')
    at.clock.pass(1000)
    assert.equal(await at.store.grants.keepFallback(first.grant, 0, '', 'fallback'), 'revived')
    const row = await at.store.grants.get(first.grant)
    assert.deepEqual([row?.status, row?.reason, row?.tokens, row?.generation], ['live', null, 'fallback', 2])
    assert.deepEqual([row?.fallbackTokens, row?.outcomeUnknown, row?.dueAt], [[], true, at.clock.now()])
    assert.deepEqual(await at.store.connections.get(first.id), { ...first, updatedAt: at.clock.now() })
    const { connection } = await connect(at.store, { account: 'two' })
    await at.store.connections.detach(connection.id, entry)
    assert.equal(await at.store.grants.keepFallback(connection.grant, 0, '', 'fallback'), 'kept')
    assert.equal(await at.store.grants.useFallback(connection.grant, 1), false)
  },
}
