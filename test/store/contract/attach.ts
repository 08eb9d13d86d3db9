// Attaching: the grant's set, the connection, the attempt and the history change together, or not at all.

import assert from 'node:assert/strict'
import {
  attachment,
  type Contract,
  claimBy,
  connect,
  disconnected,
  entry,
  exchanged,
  refreshedTokens,
} from '../fixtures.ts'

export const attachContract: Contract = {
  'a first attachment makes the grant and the connection and finishes the attempt': async (at) => {
    await exchanged(at.store, 'a')
    at.clock.pass(1000)
    const now = at.clock.now()
    const requested = attachment('a')
    const attached = await at.store.connections.attach(requested)
    const connection = {
      id: 'connection of a',
      owner: 'ann',
      client: 'calendly',
      grant: requested.grant.id,
      account: requested.grant.account,
      scopes: ['users:read'],
      status: 'active',
      reason: null,
      createdAt: now,
      updatedAt: now,
    }
    assert.deepEqual(attached, {
      connection,
      created: true,
      revived: false,
      generation: 1,
      replaced: null,
      left: null,
      vacated: null,
    })
    assert.deepEqual(await at.store.connections.get(connection.id), connection)
    assert.deepEqual(await at.store.grants.get(requested.grant.id), {
      id: requested.grant.id,
      client: 'calendly',
      account: requested.grant.account,
      scopes: ['users:read'],
      tokens: 'tokens of a',
      fallbackTokens: [],
      generation: 1,
      expiresAt: now + 7_200_000,
      lifetimeMs: 7_200_000,
      dueAt: now + 6_000_000,
      refreshAt: now + 5_000_000,
      status: 'live',
      reason: null,
      leaseOwner: null,
      leaseLeftMs: 0,
      intent: null,
      outcomeUnknown: false,
      failures: 0,
      refusals: 0,
      refusedSince: null,
      retryAt: 0,
      pacedInMs: 7500,
      usedAt: now,
      createdAt: now,
      readAt: now,
    })
    const row = await at.store.attempts.get('a')
    assert.deepEqual([row?.phase, row?.outcome], ['finished', { connection: connection.id }])
    assert.deepEqual([row?.verifier, row?.code, row?.answer, row?.movedAt], [null, null, null, now])
    const entered = { ...entry, at: now, grant: requested.grant.id, connection: connection.id }
    const [recorded, ...others] = await at.store.history.of(connection.id, 10)
    assert.deepEqual([recorded, others], [{ ...entered, seq: recorded?.seq }, []])
  },

  'an attempt that is not exchanged attaches nothing': async (at) => {
    assert.equal(await at.store.connections.attach(attachment('a')), null)
    await exchanged(at.store, 'a')
    await at.store.attempts.advance('a', 'exchanged', 'finished', { outcome: { error: 'x', reason: null } })
    assert.equal(await at.store.connections.attach(attachment('a')), null)
    assert.deepEqual((await at.store.attempts.get('a'))?.outcome, { error: 'x', reason: null })
    assert.equal(await at.store.grants.get(attachment('a').grant.id), null)
    assert.deepEqual(await at.store.connections.list({ limit: 10 }), [])
  },

  'of 20 callers that attach one attempt at once, one succeeds': async (at) => {
    await exchanged(at.store, 'a')
    const answers = await Promise.all(Array.from({ length: 20 }, () => at.store.connections.attach(attachment('a'))))
    assert.equal(answers.filter((answer) => answer !== null).length, 1)
    assert.equal((await at.store.grants.get(attachment('a').grant.id))?.generation, 1)
    assert.equal((await at.store.history.of('connection of a', 10)).length, 1)
  },

  'when the same owner connects the same account again, the connection keeps its id and the grant gets its next generation':
    async (at) => {
      const first = await connect(at.store)
      const id = first.connection.grant
      await at.store.grants.claim(id, 1, claimBy('w'))
      const before = await at.store.grants.get(id)
      at.clock.pass(1000)
      const now = at.clock.now()
      const account = { id: 'one', name: 'Ann B.', email: null, timeZone: null }
      const second = await connect(at.store, {
        grant: { tokens: 'new', account, scopes: ['a'], dueInMs: 80, refreshInMs: 70, keepReplaced: true },
      })
      const connection = { ...first.connection, account, scopes: ['a'], updatedAt: now }
      assert.deepEqual(second, {
        connection,
        created: false,
        revived: false,
        generation: 2,
        replaced: before?.tokens,
        left: null,
        vacated: null,
      })
      assert.deepEqual(await at.store.grants.get(id), {
        ...before,
        account,
        scopes: ['a'],
        tokens: 'new',
        fallbackTokens: [before?.tokens],
        generation: 2,
        leaseLeftMs: (before?.leaseLeftMs ?? 0) - 1000,
        expiresAt: now + 7_200_000,
        refreshAt: now + 70,
        dueAt: now + 80,
        intent: null,
        pacedInMs: (before?.pacedInMs ?? 0) - 1000 + 7500,
        usedAt: now,
        readAt: now,
      })
      assert.equal(await at.store.grants.commit(id, 1, refreshedTokens('older'), entry), false)
    },

  'the replaced set is kept as a fallback only when the caller asks for it and the grant was live': async (at) => {
    const id = (await connect(at.store)).connection.grant
    await connect(at.store)
    assert.deepEqual((await at.store.grants.get(id))?.fallbackTokens, [])
    await at.store.grants.end(id, 2, 'refused', entry)
    const third = await connect(at.store, { grant: { keepReplaced: true } })
    assert.ok(third.replaced)
    const row = await at.store.grants.get(id)
    assert.deepEqual([row?.fallbackTokens, row?.status, row?.reason, row?.generation], [[], 'live', null, 3])
  },

  'the set of a grant that was over, and then began to close, is not kept': async (at) => {
    const { id, grant } = (await connect(at.store)).connection
    await at.store.grants.end(grant, 1, 'outcome_unknown', entry)
    await at.store.connections.detach(id, entry)
    assert.equal((await at.store.grants.get(grant))?.status, 'closing')
    await connect(at.store, { grant: { keepReplaced: true } })
    assert.deepEqual((await at.store.grants.get(grant))?.fallbackTokens, [])
    await at.store.connections.detach(id, entry)
    const again = await connect(at.store, { grant: { keepReplaced: true } })
    assert.deepEqual((await at.store.grants.get(grant))?.fallbackTokens, [again.replaced])
  },

  'older fallback sets stay behind the replaced set': async (at) => {
    const first = await connect(at.store)
    const id = first.connection.grant
    await at.store.grants.keepFallback(id, 0, '', 'older')
    const second = await connect(at.store, { grant: { keepReplaced: true } })
    assert.deepEqual((await at.store.grants.get(id))?.fallbackTokens, [second.replaced, 'older'])
  },

  'an attachment revives a grant that is over for all connections that rest on it': async (at) => {
    const anns = (await connect(at.store)).connection
    const bobs = await connect(at.store, { owner: 'bob' })
    assert.deepEqual([bobs.created, bobs.generation, bobs.connection.grant], [true, 2, anns.grant])
    at.clock.pass(1000)
    await connect(at.store, { owner: 'bob' })
    assert.equal((await at.store.connections.get(anns.id))?.updatedAt, anns.updatedAt)
    await at.store.grants.end(anns.grant, 3, 'refused', entry)
    at.clock.pass(1000)
    assert.equal((await connect(at.store, { owner: 'bob' })).revived, true)
    assert.deepEqual(await at.store.connections.get(anns.id), { ...anns, updatedAt: at.clock.now() })
  },

  'a disconnected connection that is attached again keeps its id, and its closed grant is live again': async (at) => {
    const { connection } = await connect(at.store)
    await at.store.connections.detach(connection.id, entry)
    await at.store.grants.close(connection.grant, 1)
    at.clock.pass(1000)
    const again = await connect(at.store)
    const updated = { ...connection, updatedAt: at.clock.now() }
    assert.deepEqual(again, {
      connection: updated,
      created: false,
      revived: false,
      generation: 2,
      replaced: null,
      left: null,
      vacated: null,
    })
    assert.equal((await at.store.grants.get(connection.grant))?.status, 'live')
    assert.deepEqual(await at.store.grants.closing(0, 10, null), [])
  },

  'a closing grant that is attached again is not closed': async (at) => {
    const { connection } = await connect(at.store)
    await at.store.connections.detach(connection.id, entry)
    const again = await connect(at.store)
    assert.ok(again.replaced)
    assert.equal(await at.store.grants.close(connection.grant, 1), false)
    assert.equal(await at.store.grants.close(connection.grant, 2), false)
    assert.deepEqual(await at.store.grants.closing(0, 10, null), [])
  },

  'a reconnected connection moves to another account, and the grant it leaves begins to close': async (at) => {
    const old = (await connect(at.store)).connection
    at.clock.pass(1000)
    const moved = await connect(at.store, { account: 'two', reconnect: old.id })
    const { id, createdAt } = old
    assert.deepEqual([moved.connection.id, moved.connection.createdAt, moved.created], [id, createdAt, false])
    assert.deepEqual([moved.connection.account.id, moved.vacated, moved.replaced], ['two', old.grant, null])
    assert.equal(moved.left, old.grant)
    const left = await at.store.grants.get(old.grant)
    assert.deepEqual([left?.status, left?.dueAt], ['closing', null])
    assert.equal((await at.store.grants.closing(0, 10, null))[0]?.id, old.grant)
    assert.equal((await connect(at.store)).created, true)
  },

  'a grant that another connection rests on stays when one leaves it': async (at) => {
    const old = (await connect(at.store)).connection
    await connect(at.store, { owner: 'bob' })
    const moved = await connect(at.store, { account: 'two', reconnect: old.id })
    assert.deepEqual([moved.left, moved.vacated], [old.grant, null])
    assert.equal((await at.store.grants.get(old.grant))?.status, 'live')
  },

  'a grant that is closing already is not reported as vacated again': async (at) => {
    const old = (await connect(at.store)).connection
    await at.store.connections.detach(old.id, entry)
    const moved = await connect(at.store, { account: 'two', reconnect: old.id })
    assert.deepEqual([moved.connection.id, moved.connection.status, moved.vacated], [old.id, 'active', null])
  },

  'where the owner has a connection to both accounts, the reconnected one stays and the other one ends': async (at) => {
    const two = (await connect(at.store, { account: 'two' })).connection
    const one = (await connect(at.store)).connection
    at.clock.pass(1000)
    const now = at.clock.now()
    const moved = await connect(at.store, { account: 'two', reconnect: one.id })
    assert.deepEqual([moved.connection.id, moved.connection.grant, moved.vacated], [one.id, two.grant, one.grant])
    const ended = disconnected(two, now)
    assert.deepEqual(await at.store.connections.get(two.id), ended)
    const [merged] = await at.store.history.of(two.id, 1)
    assert.deepEqual(merged, {
      seq: merged?.seq,
      type: 'connection.merged',
      data: { into: one.id },
      at: now,
      grant: two.grant,
      connection: two.id,
    })
    assert.equal((await connect(at.store, { account: 'two' })).connection.id, one.id)
    const back = await connect(at.store, { account: 'three', reconnect: two.id })
    assert.deepEqual([back.connection.id, back.vacated], [two.id, null])
  },

  "another owner's connection, or none, cannot be reconnected: the owner gets a connection of their own": async (
    at,
  ) => {
    const bobs = (await connect(at.store, { owner: 'bob' })).connection
    const anns = await connect(at.store, { account: 'two', reconnect: bobs.id })
    assert.deepEqual([anns.created, anns.connection.owner], [true, 'ann'])
    assert.deepEqual(await at.store.connections.get(bobs.id), bobs)
    const more = await connect(at.store, { account: 'three', reconnect: 'nothing' })
    assert.equal(more.created, true)
  },

  'an attachment that the store must refuse leaves no trace': async (at) => {
    const { connection } = await connect(at.store)
    await exchanged(at.store, 'a')
    const refused = attachment('a', { account: 'two', connection: connection.id })
    await assert.rejects(at.store.connections.attach(refused), { code: 'store_unavailable', retryable: false })
    assert.equal((await at.store.attempts.get('a'))?.phase, 'exchanged')
    assert.equal(await at.store.grants.get(refused.grant.id), null)
    assert.ok(await at.store.connections.attach(attachment('a', { account: 'two' })))
  },
}
