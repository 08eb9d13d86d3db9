// Opening and closing, and how rows are copied on the way in and out.

import assert from 'node:assert/strict'
import { lazyStore } from '../../../src/lazy-store.ts'
import { attempt, type Contract, connect, openStore, virtualClock } from '../fixtures.ts'

export const openingContract: Contract = {
  'a store that is not open rejects with our own error': async (_, factory) => {
    const { store, end } = factory()
    await assert.rejects(store.ping(), { name: 'PunctualError', code: 'store_unavailable', retryable: true })
    await assert.rejects(store.attempts.insert(attempt('a'), 1), { code: 'store_unavailable' })
    await end()
  },

  'a store can be opened twice, and closed twice': async (_, factory) => {
    const { store, end } = factory()
    const clock = virtualClock()
    await Promise.all([store.open(clock), store.open(clock)])
    await store.open(clock)
    await store.ping()
    await store.close()
    await store.close()
    await end()
  },

  'operations that race a close succeed or say that the store is not open, and it can be opened again': async (at) => {
    const { connection } = await connect(at.store)
    for (let round = 0; round < 10; round++) {
      const racing: Promise<PromiseSettledResult<unknown>[]>[] = []
      const race = async () => {
        for (let turn = 0; turn < 5; turn++) {
          const { connections, grants } = at.store
          racing.push(
            Promise.allSettled([connections.get(connection.id), at.store.ping(), grants.touch(connection.grant)]),
          )
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      const around = race()
      const closed = at.store.close()
      // A caller that comes during the close opens the store after it.
      const opened = at.store.open(at.clock)
      await Promise.all([around, closed, opened])
      for (const result of (await Promise.all(racing)).flat()) {
        if (result.status === 'fulfilled') continue
        assert.equal(result.reason.code, 'store_unavailable')
        assert.equal(result.reason.retryable, true)
      }
      assert.deepEqual(await at.store.connections.get(connection.id), connection)
      await at.store.ping()
    }
  },

  'an operation of the lazy store that races its close is served': async (at) => {
    const { connection } = await connect(at.store)
    const lazy = lazyStore(at.store, at.clock, { failed: () => {}, worked: () => {} })
    let isOver = false
    const callers = Array.from({ length: 5 }, async () => {
      while (!isOver) {
        assert.deepEqual(await lazy.connections.get(connection.id), connection)
        await lazy.ping()
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
    for (let round = 0; round < 10; round++) await lazy.close()
    isOver = true
    await Promise.all(callers)
    await lazy.close()
    assert.deepEqual(await lazy.connections.get(connection.id), connection)
  },

  'the rows are there when the store is opened again': async (at) => {
    const { connection } = await connect(at.store)
    await at.store.close()
    await at.store.open(at.clock)
    assert.deepEqual(await at.store.connections.get(connection.id), connection)
  },

  'the clock of the first open is the one that is used': async (at) => {
    await at.store.open(virtualClock(0))
    await at.store.attempts.insert(attempt('a'), 1000)
    assert.equal((await at.store.attempts.get('a'))?.createdAt, at.clock.now())
  },

  'a change of an object outside changes no row': async (at) => {
    const inserted = { ...attempt('a'), scopes: ['users:read'] }
    await at.store.attempts.insert(inserted, 1000)
    inserted.scopes.push('everything')
    const read = await at.store.attempts.get('a')
    assert.deepEqual(read?.scopes, ['users:read'])
    const { connection } = await connect(at.store)
    Object.assign(connection.account, { name: 'Eve' })
    const grant = await at.store.grants.get(connection.grant)
    Object.assign(grant?.account ?? {}, { name: 'Eve' })
    assert.equal((await at.store.connections.get(connection.id))?.account.name, 'Ann')
  },

  'times are whole milliseconds, also with fractional durations': async (at) => {
    at.clock.pass(0.25)
    await at.store.attempts.insert(attempt('a'), 1000.6)
    const row = await at.store.attempts.get('a')
    assert.equal(row?.createdAt, Math.floor(at.clock.now()))
    assert.equal(row?.expiresAt, Math.floor(at.clock.now()) + 1001)
  },

  'a database keeps its name, and no other database has it': async (one, factory) => {
    await using other = await openStore(factory)
    const name = await one.store.identity()
    assert.match(name, /^db_[\w-]{22}$/)
    assert.notEqual(name, await other.store.identity())
    await one.store.close()
    await one.store.open(one.clock)
    assert.equal(await one.store.identity(), name)
  },

  'a database remembers that it has had an escrow': async ({ store, clock }) => {
    assert.equal(await store.hasEscrow(), false)
    await store.noteEscrow()
    await store.noteEscrow()
    await store.close()
    await store.open(clock)
    assert.equal(await store.hasEscrow(), true)
  },
}
