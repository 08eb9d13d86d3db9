// Connect sessions: read as they were recorded, and changed by the one who has seen the last change.

import assert from 'node:assert/strict'
import { longestSpans } from '../../../src/core/store/longest-spans.ts'
import { type Contract, connectSession, runSteadily } from '../fixtures.ts'

export const connectSessionsContract: Contract = {
  'a session is read as it was recorded, also when it has expired': async (at) => {
    const { connectSessions } = at.store
    const facts = { connection: 'c1', anotherAccount: true, clients: ['calcom'], scopes: { calcom: [] } }
    const session = connectSession('s', facts)
    const now = at.clock.now()
    const row = {
      ...session,
      attempt: null,
      browserHash: null,
      connected: null,
      revision: 0,
      createdAt: now,
      expiresAt: now + 1_800_000,
      readAt: now,
    }
    assert.deepEqual(await connectSessions.insert(session, 1_800_000), row)
    at.clock.pass(2_000_000)
    assert.deepEqual(await connectSessions.get('s'), { ...row, readAt: at.clock.now() })
    assert.equal(await connectSessions.get('t'), null)
    await connectSessions.insert(connectSession('t'), 1000)
    assert.deepEqual((await connectSessions.get('t'))?.scopes, connectSession('t').scopes)
  },

  'a session is found by the beginning of its id, whatever else begins alike': async ({
    store: { connectSessions },
  }) => {
    for (const id of ['a1_x', 'a2_x', 'a2-x', 'b']) await connectSessions.insert(connectSession(id), 1000)
    assert.equal((await connectSessions.ofPage('a1'))?.id, 'a1_x')
    assert.equal((await connectSessions.ofPage('a2_'))?.id, 'a2_x')
    assert.equal(await connectSessions.ofPage('a3'), null)
    assert.equal(await connectSessions.ofPage('a1_x_'), null)
  },

  'two sessions cannot share an id': async ({ store: { connectSessions } }) => {
    await connectSessions.insert(connectSession('s'), 1000)
    const twin = connectSession('s', { owner: 'bob' })
    await assert.rejects(connectSessions.insert(twin, 1000), { code: 'store_unavailable', retryable: false })
    assert.equal((await connectSessions.get('s'))?.owner, 'ann')
  },

  'a change rests on the last one, and leaves what it does not name': async ({ store: { connectSessions } }) => {
    await connectSessions.insert(connectSession('s'), 1000)
    assert.equal(await connectSessions.update('s', 1, { attempt: 'a' }), false)
    assert.equal(await connectSessions.update('t', 0, { attempt: 'a' }), false)
    assert.equal(await connectSessions.update('s', 0, { attempt: 'a' }), true)
    assert.equal(await connectSessions.update('s', 0, { attempt: 'b' }), false)
    const seen = async () => {
      const { attempt, browserHash, connected, revision } = (await connectSessions.get('s')) ?? {}
      return [attempt, browserHash, connected, revision]
    }
    assert.deepEqual(await seen(), ['a', null, null, 1])
    assert.equal(await connectSessions.update('s', 1, { connected: 'c1' }), true)
    assert.deepEqual(await seen(), ['a', null, 'c1', 2])
    assert.equal(await connectSessions.update('s', 2, { attempt: 'b', browserHash: 'h' }), true)
    assert.deepEqual(await seen(), ['b', 'h', 'c1', 3])
    assert.equal(await connectSessions.update('s', 3, { attempt: 'a' }), true)
    assert.deepEqual(await seen(), ['a', 'h', 'c1', 4])
  },

  'of 20 changes that rest on the same one, one is made': async ({ store: { connectSessions } }) => {
    await connectSessions.insert(connectSession('s'), 1000)
    const changes = Array.from({ length: 20 }, (_, n) => connectSessions.update('s', 0, { attempt: `a${n}` }))
    const made = await Promise.all(changes)
    assert.equal(made.filter(Boolean).length, 1)
    const row = await connectSessions.get('s')
    assert.deepEqual([row?.attempt, row?.revision], [`a${made.indexOf(true)}`, 1])
  },

  'a session that expires later than it can has expired': async (at) => {
    await at.store.connectSessions.insert(connectSession('s'), longestSpans.connectSession)
    at.clock.step(-1)
    const row = await at.store.connectSessions.get('s')
    assert.equal(row?.expiresAt, row?.readAt)
  },

  'sessions are swept by a steady clock once they were created long enough ago, the oldest first': async (at) => {
    const { connectSessions } = at.store
    await connectSessions.insert(connectSession('early'), 1000)
    assert.equal(await connectSessions.sweep(0, 10), 0, 'the clock has not run for an hour')
    await runSteadily(at)
    for (const id of ['a', 'b']) {
      await connectSessions.insert(connectSession(id), 1000)
      at.clock.pass(100)
    }
    assert.equal(await connectSessions.sweep(201, 10), 1)
    assert.deepEqual([await connectSessions.get('early'), (await connectSessions.get('a'))?.id], [null, 'a'])
    assert.equal(await connectSessions.sweep(0, 1), 1)
    assert.deepEqual([await connectSessions.get('a'), (await connectSessions.get('b'))?.id], [null, 'b'])
  },
}
