import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { PunctualOptions } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { start } from '../support/dates.ts'
import { startQuietHost } from '../support/host.ts'

const me = '/users/me'

/** A host application with one connection, and the number of reads of tokens since the last time. */
async function connected(t: TestContext, options: Partial<PunctualOptions> = {}) {
  const store = memory()
  let reads = 0
  const connections = {
    ...store.connections,
    tokenOf(id: string) {
      reads++
      return store.connections.tokenOf(id)
    },
  }
  // The clock stands still until a test moves it.
  const sandbox = { now: () => start }
  const host = await startQuietHost(t, { store: { ...store, connections }, ...options }, sandbox)
  const connection = await host.connect('calendly')
  await connection.token()
  reads = 0
  const taken = () => {
    const since = reads
    reads = 0
    return since
  }
  return { host, connection, taken }
}

describe('a token in use', () => {
  test('is read once a second, for token() and for calls', async (t) => {
    const { host, connection, taken } = await connected(t)
    const first = await connection.token()
    assert.equal((await connection.fetch(me)).status, 200)
    assert.equal(await (await host.punctual.connections.get(connection.id)).token(), first)
    assert.equal(taken(), 0)
    host.sandbox.clock.advance(1)
    const second = await connection.token()
    assert.deepEqual([second.accessToken, second.expiresAt], [first.accessToken, first.expiresAt])
    assert.equal(taken(), 1)
  })

  test('is read at each use where tokenMemoryMs is 0', async (t) => {
    const { connection, taken } = await connected(t, { tokenMemoryMs: 0 })
    await connection.token()
    assert.equal((await connection.fetch(me)).status, 200)
    assert.equal(taken(), 2)
  })

  test('cannot be changed by one caller for the others', async (t) => {
    const { connection } = await connected(t)
    const { expiresAt } = await connection.token()
    const time = expiresAt.getTime()
    expiresAt.setTime(0)
    assert.equal((await connection.token()).expiresAt.getTime(), time)
  })

  test('is given to no caller who has given up', async (t) => {
    const { connection } = await connected(t)
    await assert.rejects(connection.token({ signal: AbortSignal.abort(new RangeError('given up')) }), RangeError)
  })

  test('is not used again once this process has disconnected, or connected again', async (t) => {
    const { host, connection } = await connected(t)
    const before = await connection.token()
    await host.connect('calendly')
    const after = await connection.token()
    assert.deepEqual([after.generation, after.accessToken === before.accessToken], [before.generation + 1, false])
    await connection.disconnect()
    await assert.rejects(connection.token(), { code: 'connection_not_found' })
    await assert.rejects(connection.fetch(me), { code: 'connection_not_found' })
  })

  test('is not used again by the connection of one owner, whose grant lives on for another', async (t) => {
    const { host, connection } = await connected(t)
    host.person = 'bob'
    const bobs = await host.connect('calendly')
    await Promise.all([connection.token(), bobs.token()])
    await connection.disconnect()
    await assert.rejects(connection.token(), { code: 'connection_not_found' })
    await bobs.token()
  })

  test('is not used again by a connection that has moved to another account', async (t) => {
    const { host, connection } = await connected(t)
    host.person = 'bob'
    await host.connect('calendly')
    host.person = 'ada'
    await connection.token()
    const account = 'ben@calendly.example'
    await host.connect('calendly', { connection: connection.id, account, anotherAccount: true })
    await assert.rejects(connection.token(), { code: 'connection_not_found' })
  })

  test('is used for a second at most after another process has ended it', async (t) => {
    const { host, connection } = await connected(t)
    const other = host.another()
    const before = await connection.token()
    await (await other.connections.get(connection.id)).disconnect()
    assert.equal(await connection.token(), before)
    host.sandbox.clock.advance(1)
    await assert.rejects(connection.token(), { code: 'connection_not_found' })
  })

  test('is not used at all after another process has ended it where tokenMemoryMs is 0', async (t) => {
    const { host, connection } = await connected(t, { tokenMemoryMs: 0 })
    const other = host.another()
    await connection.token()
    await (await other.connections.get(connection.id)).disconnect()
    await assert.rejects(connection.token(), { code: 'connection_not_found' })
  })

  test('is read again after a stop', async (t) => {
    const { host, connection, taken } = await connected(t)
    await connection.token()
    await host.punctual.stop()
    await connection.token()
    assert.equal(taken(), 1)
  })
})
