// Grants: refreshed, ended, due, touched and closed, each write fenced by the generation that was read.

import assert from 'node:assert/strict'
import { longestSpans } from '../../../src/core/store/longest-spans.ts'
import { type Contract, claimBy, connect, entry, type OpenStore, refreshedTokens } from '../fixtures.ts'

const touches: [string, number | null, number | null, number | null][] = [
  ['makes an idle grant due when its set says', 5000, null, 5000],
  ['brings a later due time forward', 5000, 6000, 5000],
  ['keeps an earlier due time', 5000, 4000, 4000],
  ['keeps the due time of a set that is never refreshed', null, 6000, 6000],
  ['keeps a grant that is never due', null, null, null],
]

export const grantsContract: Contract = {
  'a commit stores the set as the next generation and clears what the last one left': async (at) => {
    const { connection } = await connect(at.store)
    const id = connection.grant
    await at.store.grants.claim(id, 1, claimBy('w'))
    await at.store.grants.release(id, 1, 'w', { harmless: false, retryInMs: 1000, failed: true })
    await at.store.grants.keepFallback(id, 0, '', 'fallback')
    at.clock.pass(30_000)
    const claimed = await at.store.grants.claim(id, 1, claimBy('v'))
    assert.deepEqual([claimed?.outcomeUnknown, claimed?.fallbackTokens, claimed?.failures], [true, ['fallback'], 1])
    at.clock.pass(1000)
    const now = at.clock.now()
    const next = refreshedTokens('t2', { expiresInMs: 100, refreshInMs: 60, dueInMs: 80 })
    assert.equal(await at.store.grants.commit(id, 1, next, entry), true)
    assert.deepEqual(await at.store.grants.get(id), {
      ...claimed,
      pacedInMs: (claimed?.pacedInMs ?? 0) - 1000,
      tokens: 't2',
      fallbackTokens: [],
      generation: 2,
      expiresAt: now + 100,
      lifetimeMs: 100,
      refreshAt: now + 60,
      dueAt: now + 80,
      leaseOwner: null,
      leaseLeftMs: 0,
      intent: null,
      outcomeUnknown: false,
      failures: 0,
      refusals: 0,
      refusedSince: null,
      retryAt: 0,
      readAt: now,
    })
    assert.deepEqual(await at.store.connections.get(connection.id), connection)
  },

  'a commit keeps the scopes that it does not name': async (at) => {
    const id = (await connect(at.store)).connection.grant
    const none = { refreshInMs: null, dueInMs: null }
    await at.store.grants.commit(id, 1, refreshedTokens('t2', none), entry)
    let row = await at.store.grants.get(id)
    assert.deepEqual([row?.scopes, row?.refreshAt, row?.dueAt], [['users:read'], null, null])
    await at.store.grants.commit(id, 2, refreshedTokens('t3', { scopes: ['a', 'b'] }), entry)
    row = await at.store.grants.get(id)
    assert.deepEqual(row?.scopes, ['a', 'b'])
  },

  'a commit is fenced by the generation, and by nothing else': async (at) => {
    const id = (await connect(at.store)).connection.grant
    await at.store.grants.claim(id, 1, claimBy('w'))
    at.clock.pass(60_000)
    await at.store.grants.claim(id, 1, claimBy('v'))
    assert.equal(await at.store.grants.commit(id, 1, refreshedTokens('late'), entry), true)
    const after = await at.store.grants.get(id)
    for (const generation of [0, 1, 3]) {
      assert.equal(await at.store.grants.commit(id, generation, refreshedTokens('other'), entry), false)
    }
    assert.equal(await at.store.grants.commit('another', 1, refreshedTokens('other'), entry), false)
    assert.deepEqual(await at.store.grants.get(id), after)
  },

  'of 50 commits of one generation, one is stored': async (at) => {
    const { connection } = await connect(at.store)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        at.store.grants.commit(connection.grant, 1, refreshedTokens(`t${index}`), entry),
      ),
    )
    assert.equal(answers.filter(Boolean).length, 1)
    const row = await at.store.grants.get(connection.grant)
    assert.deepEqual([row?.generation, row?.tokens], [2, `t${answers.indexOf(true)}`])
    assert.equal((await at.store.history.of(connection.id, 100)).length, 2)
  },

  'a grant ends once, and its connections need a reconnection': async (at) => {
    const { connection } = await connect(at.store)
    const id = connection.grant
    const claimed = await at.store.grants.claim(id, 1, claimBy('w'))
    at.clock.pass(1000)
    const now = at.clock.now()
    assert.equal(await at.store.grants.end(id, 0, 'refused', entry), false)
    assert.equal(await at.store.grants.end(id, 1, 'refused', entry), true)
    assert.equal(await at.store.grants.end(id, 1, 'outcome_unknown', entry), false)
    const pacedInMs = (claimed?.pacedInMs ?? 0) - 1000
    const cleared = { dueAt: null, leaseOwner: null, leaseLeftMs: 0, intent: null, pacedInMs, readAt: now }
    assert.deepEqual(await at.store.grants.get(id), { ...claimed, status: 'over', reason: 'refused', ...cleared })
    const ended = { ...connection, status: 'needs_reconnect', reason: 'refused', updatedAt: now }
    assert.deepEqual(await at.store.connections.get(connection.id), ended)
  },

  'a set that arrives late revives a grant that is over, and marks its connections as changed': async (at) => {
    const { connection } = await connect(at.store)
    const left = await connect(at.store, { owner: 'bob' })
    await at.store.connections.detach(left.connection.id, entry)
    const before = await at.store.connections.get(left.connection.id)
    await at.store.grants.end(connection.grant, 2, 'refused', entry)
    at.clock.pass(1000)
    assert.equal(await at.store.grants.commit(connection.grant, 2, refreshedTokens('t3'), entry), true)
    const row = await at.store.grants.get(connection.grant)
    assert.deepEqual([row?.status, row?.reason, row?.generation], ['live', null, 3])
    assert.deepEqual(await at.store.connections.get(connection.id), { ...connection, updatedAt: at.clock.now() })
    assert.deepEqual(await at.store.connections.get(left.connection.id), before)
  },

  'a set that is stored in a closing or closed grant is kept until the grant is closed again': async (at) => {
    const { connection } = await connect(at.store)
    const id = connection.grant
    await at.store.connections.detach(connection.id, entry)
    at.clock.pass(1000)
    assert.equal(await at.store.grants.commit(id, 1, refreshedTokens('t2'), entry), true)
    let row = await at.store.grants.get(id)
    assert.deepEqual([row?.status, row?.tokens, row?.generation, row?.dueAt], ['closing', 't2', 2, null])
    assert.equal((await at.store.grants.closing(1000, 10, null)).length, 1)
    assert.equal(await at.store.grants.close(id, 1), false)
    assert.equal(await at.store.grants.close(id, 2), true)
    assert.equal(await at.store.grants.commit(id, 2, refreshedTokens('t3'), entry), true)
    row = await at.store.grants.get(id)
    assert.deepEqual([row?.status, row?.tokens, row?.generation, row?.dueAt], ['closing', 't3', 3, null])
    assert.equal((await at.store.grants.closing(1, 10, null)).length, 0)
    assert.equal((await at.store.grants.closing(0, 10, null)).length, 1)
  },

  'what is due is returned once, the longest due first, and again when its time has come': async (at) => {
    const ids: string[] = []
    for (const [index, account] of ['a', 'b', 'c', 'd'].entries())
      ids.push((await connect(at.store, { account, grant: { dueInMs: 4000 - index * 1000 } })).connection.grant)
    const [a = '', b = '', c = '', d = ''] = ids
    at.clock.pass(999)
    assert.deepEqual(await at.store.grants.takeDue('calendly', 10, 60_000), [])
    at.clock.pass(1)
    assert.deepEqual(await at.store.grants.takeDue('calendly', 10, 60_000), [d])
    at.clock.pass(3000)
    assert.deepEqual((await at.store.grants.takeDue('calendly', 2, 60_000)).sort(), [b, c].sort())
    const rest = await Promise.all(Array.from({ length: 10 }, () => at.store.grants.takeDue('calendly', 2, 60_000)))
    assert.deepEqual(rest.flat(), [a])
    assert.equal((await at.store.grants.get(a))?.dueAt, at.clock.now() + 60_000)
    at.clock.pass(60_000)
    assert.deepEqual((await at.store.grants.takeDue('calendly', 10, 60_000)).sort(), ids.sort())
  },

  'the due grants of one client are returned without those of another, even of one whose times are too far ahead':
    async (at) => {
      const { takeDue } = at.store.grants
      const theirs = (await connect(at.store, { client: 'calcom', grant: { dueInMs: 1000 } })).connection.grant
      const ours = (await connect(at.store, { grant: { dueInMs: 0 } })).connection.grant
      at.clock.pass(1000)
      assert.deepEqual(await takeDue('calendly', 10, 60_000), [ours])
      assert.deepEqual(await takeDue('calendly', 10, 60_000), [])
      at.clock.step(-2 * longestSpans.due)
      // Theirs is the furthest ahead.
      assert.deepEqual(await takeDue('calendly', 1, 60_000), [ours])
      assert.deepEqual(await takeDue('calcom', 1, 60_000), [theirs])
    },

  'a grant that cools down, is over or is closing is not due': async (at) => {
    const now = { dueInMs: 0 }
    const cooling = (await connect(at.store, { account: 'a', grant: now })).connection.grant
    const over = (await connect(at.store, { account: 'b', grant: now })).connection.grant
    const closing = (await connect(at.store, { account: 'c', grant: now })).connection
    await connect(at.store, { account: 'never', grant: { dueInMs: null } })
    await at.store.grants.claim(cooling, 1, claimBy('w'))
    await at.store.grants.release(cooling, 1, 'w', { harmless: true, retryInMs: 1000, failed: true })
    await at.store.grants.postpone(cooling, 1, 0)
    await at.store.grants.end(over, 1, 'refused', entry)
    await at.store.grants.postpone(over, 1, 0)
    await at.store.connections.detach(closing.id, entry)
    assert.deepEqual(await at.store.grants.takeDue('calendly', 10, 60_000), [])
    at.clock.pass(1000)
    assert.deepEqual(await at.store.grants.takeDue('calendly', 10, 60_000), [cooling])
  },

  'a due time is set only for the generation that was read': async (at) => {
    const id = (await connect(at.store)).connection.grant
    assert.equal(await at.store.grants.postpone(id, 1, 5000), true)
    assert.equal((await at.store.grants.get(id))?.dueAt, at.clock.now() + 5000)
    assert.equal(await at.store.grants.postpone(id, 2, 1), false)
    assert.equal(await at.store.grants.postpone(id, 1, null), true)
    assert.equal((await at.store.grants.get(id))?.dueAt, null)
  },

  'a description of the account replaces the last one, and changes nothing else': async (at) => {
    const { connection } = await connect(at.store)
    const before = await at.store.grants.get(connection.grant)
    await at.store.grants.describe(connection.grant, { name: 'Ada King', email: null, timeZone: 'Pacific/Auckland' })
    const after = await at.store.grants.get(connection.grant)
    const account = { id: before?.account.id, name: 'Ada King', email: null, timeZone: 'Pacific/Auckland' }
    assert.deepEqual(after, { ...before, account, pacedInMs: after?.pacedInMs, readAt: after?.readAt })
    await at.store.grants.describe('grant_unknown', { name: 'x', email: null, timeZone: null })
  },

  ...Object.fromEntries(
    touches.map(([behaviour, refreshInMs, dueInMs, dueAfterMs]) => [
      `use ${behaviour}`,
      async (at: OpenStore) => {
        const { connection } = await connect(at.store, { grant: { refreshInMs, dueInMs } })
        const before = await at.store.grants.get(connection.grant)
        const dueAt = dueAfterMs === null ? null : at.clock.now() + dueAfterMs
        at.clock.pass(100)
        await at.store.grants.touch(connection.grant)
        const now = at.clock.now()
        const pacedInMs = (before?.pacedInMs ?? 0) - 100
        const used = { ...before, usedAt: now, dueAt, pacedInMs, readAt: now }
        assert.deepEqual(await at.store.grants.get(connection.grant), used)
      },
    ]),
  ),

  'use does not make a grant due that is over, and accepts an unknown grant': async (at) => {
    const id = (await connect(at.store)).connection.grant
    await at.store.grants.end(id, 1, 'refused', entry)
    await at.store.grants.touch(id)
    assert.equal((await at.store.grants.get(id))?.dueAt, null)
    await at.store.grants.touch('another')
  },

  'closing deletes the tokens of a closing grant of that generation, and of no other': async (at) => {
    const { connection } = await connect(at.store)
    const id = connection.grant
    await at.store.grants.keepFallback(id, 0, '', 'fallback')
    assert.equal(await at.store.grants.close(id, 1), false)
    await at.store.connections.detach(connection.id, entry)
    assert.equal(await at.store.grants.close(id, 0), false)
    assert.equal((await at.store.grants.get(id))?.tokens?.startsWith('tokens of'), true)
    assert.equal(await at.store.grants.close(id, 1), true)
    assert.equal(await at.store.grants.close(id, 1), false)
    const row = await at.store.grants.get(id)
    assert.deepEqual([row?.status, row?.tokens, row?.fallbackTokens], ['closed', null, []])
  },

  'closing grants are found by their age, in the order of their ids': async (at) => {
    const two = (await connect(at.store, { account: 'two' })).connection
    const one = (await connect(at.store, { account: 'one' })).connection
    await at.store.connections.detach(one.id, entry)
    at.clock.pass(1000)
    await at.store.connections.detach(two.id, entry)
    at.clock.pass(59_000)
    const found = async (limit: number, after: string | null = null) =>
      (await at.store.grants.closing(60_000, limit, after)).map(({ id }) => id)
    assert.deepEqual(await found(10), [one.grant])
    at.clock.pass(1000)
    const [first = '', second = ''] = [one.grant, two.grant].sort()
    assert.deepEqual(await found(10), [first, second])
    assert.deepEqual(await found(1), [first])
    assert.deepEqual([await found(1, first), await found(1, second)], [[second], []])
    assert.deepEqual((await at.store.grants.closing(0, 1, null))[0], await at.store.grants.get(first))
  },
}
