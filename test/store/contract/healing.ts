// Bringing grants to what they were before the store went back in time.

import assert from 'node:assert/strict'
import { type Contract, claimBy, connect, entry, healedGrant, refreshedTokens } from '../fixtures.ts'

export const healingContract: Contract = {
  'a healed grant has the newer set and generation, and nothing of the refresh that was under way': async (at) => {
    const { grants } = at.store
    const id = (await connect(at.store)).connection.grant
    await grants.keepFallback(id, 0, '', 'stale')
    const claimed = await grants.claim(id, 1, claimBy('w'))
    const now = at.clock.now()
    const facts = { expiresInMs: 100, refreshInMs: 60, dueInMs: 80, scopes: ['x'], fallbackTokens: ['kept'] }
    assert.equal(await grants.heal(id, 1, healedGrant(9, 't9', facts), entry), true)
    assert.deepEqual(await grants.get(id), {
      ...claimed,
      tokens: 't9',
      fallbackTokens: ['kept'],
      generation: 9,
      scopes: ['x'],
      expiresAt: now + 100,
      lifetimeMs: 100,
      refreshAt: now + 60,
      dueAt: now + 80,
      leaseOwner: null,
      leaseLeftMs: 0,
      intent: null,
    })
    assert.equal(await at.store.history.has(id, entry), true)
  },

  'of ten processes that heal a grant, one does, and an older generation comes too late': async (at) => {
    const { grants } = at.store
    const id = (await connect(at.store)).connection.grant
    const heal = () => grants.heal(id, 1, healedGrant(3, 't3'), entry)
    assert.equal((await Promise.all(Array.from({ length: 10 }, heal))).filter(Boolean).length, 1)
    assert.equal(await heal(), false)
    assert.equal(await grants.commit(id, 1, refreshedTokens('t2'), entry), false)
    assert.equal(await grants.commit(id, 3, refreshedTokens('t4'), entry), true)
  },

  'a grant that had ended ends again, and keeps its set where the newer one is not known': async (at) => {
    const { grants, connections } = at.store
    const { connection } = await connect(at.store)
    const id = connection.grant
    const before = await grants.get(id)
    assert.equal(await grants.heal(id, 1, healedGrant(4, null, {}, 'over'), entry), true)
    const row = await grants.get(id)
    assert.deepEqual([row?.status, row?.reason, row?.generation, row?.dueAt], ['over', 'refused', 4, null])
    assert.equal(row?.tokens, before?.tokens)
    assert.equal((await connections.get(connection.id))?.status, 'needs_reconnect')
    assert.equal(await grants.heal(id, 4, healedGrant(5, 't5'), entry), true)
    assert.equal((await connections.get(connection.id))?.status, 'active')
    assert.equal(await grants.heal(id, 5, healedGrant(5, null, {}, 'closed'), entry), true)
    const closed = await grants.get(id)
    assert.deepEqual([closed?.status, closed?.tokens, closed?.fallbackTokens], ['closed', null, []])
  },

  'a connection that is connected again rests on a grant that is over, and lives with the newer set': async (at) => {
    const { grants, connections } = at.store
    const { connection } = await connect(at.store)
    assert.equal(await connections.resume(connection.id, entry), false)
    await connections.detach(connection.id, entry)
    for (const isClosed of [false, true]) {
      if (isClosed) await grants.close(connection.grant, 1)
      assert.equal(await connections.resume(connection.id, entry), true)
      assert.equal((await connections.get(connection.id))?.status, 'needs_reconnect')
      if (!isClosed) await connections.detach(connection.id, entry)
    }
    assert.equal(await grants.heal(connection.grant, 1, healedGrant(4, 't4'), entry), true)
    assert.equal((await connections.get(connection.id))?.status, 'active')
    assert.deepEqual(await connections.onGrant(connection.grant), [await connections.get(connection.id)])
    assert.equal((await at.store.ended.sweep(0, 100)) > 0, false)
  },

  'a connection that rests on a live grant is connected again at once, and a merged or erased one is not': async (
    at,
  ) => {
    const { connections, personalData } = at.store
    const { connection: anns } = await connect(at.store)
    await connect(at.store, { owner: 'bob' })
    await connections.detach(anns.id, entry)
    assert.equal(await connections.resume(anns.id, entry), true)
    assert.equal((await connections.get(anns.id))?.status, 'active')
    const { connection: other } = await connect(at.store, { account: 'two' })
    await connect(at.store, { account: 'two', reconnect: anns.id })
    assert.equal(await connections.resume(other.id, entry), false)
    assert.equal(await connections.resume('absent', entry), false)
    await connections.detach(anns.id, entry)
    await personalData.erase('ann', 'connections', 1)
    assert.equal(await connections.resume(anns.id, entry), false)
  },

  'a grant that is closing gets the set that is to be revoked, and is not used again': async (at) => {
    const { grants, connections } = at.store
    const { connection } = await connect(at.store)
    await connections.detach(connection.id, entry)
    assert.equal(await grants.heal(connection.grant, 1, healedGrant(3, 't3'), entry), true)
    const row = await grants.get(connection.grant)
    assert.deepEqual([row?.status, row?.tokens, row?.dueAt], ['closing', 't3', null])
    assert.equal(await grants.close(connection.grant, 3), true)
    assert.equal(await grants.heal(connection.grant, 3, healedGrant(6, 't6'), entry), true)
    assert.equal((await grants.get(connection.grant))?.status, 'closing')
    assert.equal((await grants.closing(0, 10, null)).length, 1)
  },

  'positions are read page by page, with what is left of a lease': async (at) => {
    const { grants } = at.store
    for (const account of ['one', 'two', 'three']) await connect(at.store, { account })
    const all = await grants.positions(null, 10)
    assert.equal(all.length, 3)
    const [first = { id: '' }, ...rest] = all
    assert.deepEqual(await grants.positions(first.id, 10), rest)
    assert.deepEqual(await grants.positions(null, 1), [first])
    await grants.claim(first.id, 1, claimBy('w', { leaseMs: 20_000 }))
    const [leased] = await grants.positions(null, 1)
    assert.deepEqual(leased, { id: first.id, generation: 1, status: 'live', leaseLeftMs: 20_000 })
  },

  'a set that is attached is newer than what is known outside the store': async (at) => {
    const { grants } = at.store
    const attach = (above: number) => connect(at.store, { grant: { above, keepReplaced: true } })
    const first = await attach(6)
    assert.equal(first.generation, 7)
    const id = first.connection.grant
    assert.equal((await grants.get(id))?.generation, 7)
    assert.equal((await attach(7)).generation, 8)
    assert.equal((await grants.get(id))?.fallbackTokens.length, 1)
    assert.equal((await attach(20)).generation, 21)
    const row = await grants.get(id)
    assert.deepEqual([row?.generation, row?.fallbackTokens], [21, []])
  },
}
