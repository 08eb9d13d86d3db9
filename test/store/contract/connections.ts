// Connections as they are listed and ended, and the history that they leave.

import assert from 'node:assert/strict'
import type { ConnectionFilter } from '../../../src/core/store/connections.ts'
import { type Contract, claimBy, connect, disconnected, entry, refreshedTokens } from '../fixtures.ts'

export const connectionsContract: Contract = {
  'the last connection that is disconnected lets the grant close': async (at) => {
    const anns = (await connect(at.store)).connection
    const bobs = (await connect(at.store, { owner: 'bob' })).connection
    at.clock.pass(1000)
    const row = disconnected(anns, at.clock.now())
    assert.deepEqual(await at.store.connections.detach(anns.id, entry), { row, closing: false })
    assert.equal(await at.store.connections.detach(anns.id, entry), null)
    assert.equal(await at.store.connections.detach('another', entry), null)
    assert.deepEqual(await at.store.connections.onGrant(anns.grant), [bobs])
    assert.equal((await at.store.grants.get(anns.grant))?.status, 'live')
    assert.equal((await at.store.connections.detach(bobs.id, entry))?.closing, true)
    const grant = await at.store.grants.get(anns.grant)
    assert.deepEqual([grant?.status, grant?.dueAt, grant?.generation], ['closing', null, 2])
    assert.deepEqual(await at.store.connections.get(anns.id), row)
  },

  'the token of a connection is read with its grant as it is, and with whether the connection has ended': async (
    at,
  ) => {
    const { connections, grants } = at.store
    const anns = (await connect(at.store)).connection
    const { id, grant } = anns
    const bobs = (await connect(at.store, { owner: 'bob' })).connection
    const isAsItsGrant = async (isDisconnected: boolean) => {
      at.clock.pass(500)
      const whole = await grants.get(grant)
      assert.ok(whole)
      const { scopes, tokens, generation, expiresAt, lifetimeMs, refreshAt, retryAt, status, reason } = whole
      const { usedAt, readAt } = whole
      const times = { expiresAt, lifetimeMs, refreshAt, retryAt, usedAt, readAt }
      const expected = { grant, isDisconnected, scopes, tokens, generation, status, reason, ...times }
      assert.deepEqual(await connections.tokenOf(id), expected)
    }
    await isAsItsGrant(false)
    await grants.claim(grant, 2, claimBy('w'))
    await grants.release(grant, 2, 'w', { harmless: false, retryInMs: 60_000, failed: true })
    await isAsItsGrant(false)
    at.clock.step(-86_400_000)
    await isAsItsGrant(false)
    await grants.commit(grant, 2, refreshedTokens('t3', { refreshInMs: null, dueInMs: null, scopes: ['x'] }), entry)
    await grants.touch(grant)
    await isAsItsGrant(false)
    await grants.end(grant, 3, 'refused', entry)
    await isAsItsGrant(false)
    await connections.detach(id, entry)
    await isAsItsGrant(true)
    await connections.detach(bobs.id, entry)
    await grants.close(grant, 3)
    await isAsItsGrant(true)
    assert.equal((await connections.tokenOf(id))?.tokens, null)
    assert.equal(await connections.tokenOf('another'), null)
    const moved = (await connect(at.store, { account: 'two', reconnect: id })).connection
    assert.deepEqual([moved.id, (await connections.tokenOf(id))?.grant], [id, moved.grant])
  },

  'connections that are disconnected at once let the grant close once': async (at) => {
    const owners = Array.from({ length: 10 }, (_, index) => `owner ${index}`)
    const ids: string[] = []
    for (const owner of owners) ids.push((await connect(at.store, { owner })).connection.id)
    const answers = await Promise.all([...ids, ...ids].map((id) => at.store.connections.detach(id, entry)))
    assert.equal(answers.filter((answer) => answer !== null).length, 10)
    assert.equal(answers.filter((answer) => answer?.closing).length, 1)
  },

  'a disconnected connection stays disconnected when its grant ends or recovers': async (at) => {
    const anns = (await connect(at.store)).connection
    const bobs = (await connect(at.store, { owner: 'bob' })).connection
    const detached = await at.store.connections.detach(anns.id, entry)
    at.clock.pass(1000)
    await at.store.grants.end(anns.grant, 2, 'refused', entry)
    assert.deepEqual(await at.store.connections.get(anns.id), detached?.row)
    assert.equal((await at.store.connections.get(bobs.id))?.status, 'needs_reconnect')
    assert.equal((await at.store.connections.detach(bobs.id, entry))?.row.reason, null)
  },

  'connections are listed in the order of creation, page by page, each once': async (at) => {
    const ids: string[] = []
    for (let index = 0; index < 23; index++) {
      const { id, grant } = (await connect(at.store, { account: `a${index}`, connection: `c${(index * 7) % 23}` }))
        .connection
      ids.push(id)
      if (index % 3 === 0) await at.store.grants.end(grant, 1, 'refused', entry)
      if (index % 4 === 3) at.clock.pass(1)
    }
    const created = new Map((await at.store.connections.list({ limit: 100 })).map((row) => [row.id, row.createdAt]))
    const expected = ids.sort((a, b) => (created.get(a) ?? 0) - (created.get(b) ?? 0) || (a < b ? -1 : 1))
    for (const limit of [1, 2, 5, 23]) {
      const listed: string[] = []
      let after: ConnectionFilter['after']
      // One page more than there can be, so that a store that repeats a page fails here and does not loop for ever.
      for (let pages = Math.ceil(23 / limit) + 1; pages > 0; pages--) {
        const page = await at.store.connections.list({ limit, after })
        listed.push(...page.map(({ id }) => id))
        after = page.at(-1) ?? after
      }
      assert.deepEqual(listed, expected)
    }
  },

  'connections are listed by owner, client and status, without the disconnected': async (at) => {
    const a = (await connect(at.store, { account: 'a' })).connection
    const b = (await connect(at.store, { account: 'b' })).connection
    const c = (await connect(at.store, { account: 'c', client: 'calcom' })).connection
    const d = (await connect(at.store, { account: 'd', owner: 'bob' })).connection
    await at.store.grants.end(b.grant, 1, 'no_refresh_token', entry)
    await at.store.connections.detach(d.id, entry)
    const listed = async (filter: Partial<ConnectionFilter>) =>
      (await at.store.connections.list({ limit: 10, ...filter })).map(({ account }) => account.id).sort()
    assert.deepEqual(await listed({}), ['a', 'b', 'c'])
    assert.deepEqual(await listed({ owner: 'ann' }), ['a', 'b', 'c'])
    assert.deepEqual(await listed({ owner: 'bob' }), [])
    assert.deepEqual(await listed({ owner: 'bob', status: 'disconnected' }), ['d'])
    assert.deepEqual(await listed({ client: 'calcom' }), ['c'])
    assert.deepEqual(await listed({ client: 'calendly', owner: 'ann' }), ['a', 'b'])
    assert.deepEqual(await listed({ status: 'active' }), ['a', 'c'])
    assert.deepEqual(await listed({ status: 'needs_reconnect' }), ['b'])
    assert.deepEqual(await listed({ status: 'needs_reconnect', owner: 'bob' }), [])
    assert.deepEqual(await listed({ status: 'disconnected' }), ['d'])
    assert.deepEqual(await listed({ owner: '' }), [])
    assert.equal((await at.store.connections.get(b.id))?.reason, 'no_refresh_token')
    assert.deepEqual((await at.store.connections.list({ limit: 10, owner: 'ann', status: 'active' }))[0], a)
    assert.equal(c.client, 'calcom')
    assert.equal(await at.store.connections.get('another'), null)
  },

  'a connection is listed by its status after every change of it': async (at) => {
    const { connections, grants } = at.store
    const { grant, id } = (await connect(at.store)).connection
    await connect(at.store, { owner: 'bob', connection: 'bobs' })
    const lists = async () => {
      const ids = async (filter: Partial<ConnectionFilter>) =>
        (await connections.list({ limit: 10, owner: 'ann', ...filter })).map((row) => row.id)
      return [await ids({ status: 'active' }), await ids({ status: 'needs_reconnect' }), await ids({})]
    }
    const [active, broken] = [
      [[id], [], [id]],
      [[], [id], [id]],
    ]
    const end = async (generation: number) => {
      assert.equal(await grants.end(grant, generation, 'refused', entry), true)
      assert.deepEqual(await lists(), broken)
    }
    assert.deepEqual(await lists(), active)
    await end(2)
    await grants.commit(grant, 2, refreshedTokens('t3'), entry)
    assert.deepEqual(await lists(), active)
    await end(3)
    assert.equal(await grants.keepFallback(grant, 1, 'spent', 'given for it'), 'revived')
    assert.deepEqual(await lists(), active)
    await end(4)
    await connect(at.store, { owner: 'bob' })
    assert.deepEqual(await lists(), active, 'another connection that rests on the grant was reconnected')
    await end(5)
    await connect(at.store, { account: 'two', reconnect: id })
    assert.deepEqual(await lists(), active, 'it rests on another grant')
    const { grant: second } = (await connections.get(id)) ?? {}
    await grants.end(second ?? '', 1, 'refused', entry)
    await connections.detach(id, entry)
    assert.deepEqual(await lists(), [[], [], []])
    assert.deepEqual(
      (await connections.list({ limit: 10, status: 'disconnected' })).map((row) => row.id),
      [id],
    )
    await connect(at.store, { account: 'two' })
    assert.deepEqual(await lists(), active)
  },

  'the history reports whether it has exactly that entry': async (at) => {
    const { grant } = (await connect(at.store)).connection
    const entered = { type: 'grant.renewed', data: { generation: 2 } }
    assert.equal(await at.store.history.has(grant, entered), false)
    await at.store.grants.commit(grant, 1, refreshedTokens('t2'), entered)
    assert.equal(await at.store.history.has(grant, entered), true)
    assert.equal(await at.store.history.has(grant, { ...entered, data: { generation: 3 } }), false)
    assert.equal(await at.store.history.has(grant, { ...entered, type: 'grant.ended' }), false)
    assert.equal(await at.store.history.has(grant, entry), false, 'it is one of the connection')
    assert.equal(await at.store.history.has('another', entered), false)
  },

  'the history of a connection has its own entries and its grant’s, newest first, and no others': async (at) => {
    const anns = (await connect(at.store)).connection
    const bobs = (await connect(at.store, { owner: 'bob' })).connection
    await connect(at.store, { account: 'two' })
    at.clock.pass(1000)
    await at.store.grants.commit(anns.grant, 2, refreshedTokens('t3'), { type: 'renewed', data: { generation: 3 } })
    await at.store.grants.commit(anns.grant, 2, refreshedTokens('t4'), { type: 'renewed', data: { generation: 4 } })
    await at.store.grants.end(anns.grant, 3, 'refused', { type: 'ended', data: {} })
    await at.store.grants.end(anns.grant, 3, 'refused', { type: 'ended again', data: {} })
    at.clock.pass(1000)
    await at.store.connections.detach(bobs.id, { type: 'detached', data: {} })
    const types = async (id: string, limit: number) => (await at.store.history.of(id, limit)).map(({ type }) => type)
    assert.deepEqual(await types(anns.id, 10), ['ended', 'renewed', 'test'])
    assert.deepEqual(await types(anns.id, 2), ['ended', 'renewed'])
    assert.deepEqual(await types(bobs.id, 10), ['detached', 'ended', 'renewed', 'test'])
    assert.deepEqual(await types('another', 10), [])
    const [ended, renewed] = await at.store.history.of(anns.id, 2)
    assert.deepEqual(ended?.connection, null)
    const at1 = at.clock.now() - 1000
    const entered = { type: 'renewed', data: { generation: 3 }, at: at1, grant: anns.grant, connection: null }
    assert.deepEqual(renewed, { ...entered, seq: renewed?.seq })
  },
}
