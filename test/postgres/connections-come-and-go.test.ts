// Postgres and the network between: poolers that change the session, restarts, standbys, silence.

import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import pg from 'pg'

import { systemClock } from '../../src/core/clock.ts'
import { type PostgresOptions, postgres } from '../../src/store/postgres.ts'
import { attachContract } from '../store/contract/attach.ts'
import { openingContract } from '../store/contract/opening.ts'
import { claimBy, connect, entry, refreshedTokens, testContract } from '../store/fixtures.ts'
import { startHost } from '../support/host.ts'
import { storesInSchemas } from './empty-schemas.ts'
import { type Pooler, startProxy } from './rotating-proxy.ts'
import { type PostgresServer, startPostgres } from './server.ts'

let server: PostgresServer
before(async () => {
  server = await startPostgres()
})
after(() => server.end())

let schemas = 0
const inSchema = (facts: Partial<PostgresOptions> = {}): PostgresOptions => ({
  url: server.url,
  schema: `s${++schemas}`,
  connections: 4,
  ...facts,
})
const through = (proxy: Pooler) => server.url.replace(`:${server.port}/`, `:${proxy.port}/`)

describe('behind a pooler that gives every transaction another session', () => {
  let proxy: Pooler
  before(async () => {
    proxy = await startProxy(server.port, { rotate: true })
  })
  after(() => proxy[Symbol.asyncDispose]())

  test('loses what is kept in a session', async () => {
    const client = new pg.Client({ connectionString: through(proxy) })
    await client.connect()
    await client.query('create temporary table kept (id integer)')
    await assert.rejects(client.query('select * from kept'), { code: '42P01' })
    await client.query('select * from kept')
    await client.end()
  })

  // With NOTIFY too: its hints do not arrive there, and nothing depends on them.
  for (const notify of [true, false]) {
    const factory = storesInSchemas(
      () => server,
      notify ? 'pooled' : 'unnotified',
      () => ({ url: through(proxy), connections: 4, notify }),
    )
    if (notify) describe('it opens and migrates', () => testContract(openingContract, factory))
    else describe('it attaches, in transactions', () => testContract(attachContract, factory))
  }

  test('has really changed the sessions', () => {
    const { transactions, sessions } = proxy.counts()
    assert.ok(transactions > 300 && sessions > 30, JSON.stringify(proxy.counts()))
  })
})

describe('a store whose database', () => {
  test('restarts while the provider answers keeps the refreshed set in the journal, and stores it later', async (t) => {
    let atTokenRequest = async () => {}
    const host = await startHost(t, {
      store: postgres(inSchema()),
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        if (String(input).includes('/token')) await atTokenRequest()
        return response
      },
    })
    const connection = await host.connect('calcom')
    await host.punctual.ready()
    host.sandbox.clock.advance(3 * 3600)
    host.forget()
    atTokenRequest = () => server.stop()
    const refreshed = await connection.token()
    assert.equal(refreshed.generation, 2)
    await assert.rejects(host.punctual.ready(), { code: 'store_unavailable', retryable: true })
    atTokenRequest = async () => {}
    await server.start()
    await host.punctual.ready()
    assert.equal((await connection.token()).accessToken, refreshed.accessToken)
    await host.punctual.stop()
    const another = await host.another().connections.get(connection.id)
    assert.equal((await another.token()).accessToken, refreshed.accessToken)
    assert.equal(host.tokenRequests(), 1)
  })

  test('ends its sessions, idle or busy, works on with new ones', async (t) => {
    const store = postgres(inSchema())
    t.after(() => store.close())
    await store.open(systemClock)
    const { connection } = await connect(store)
    for (let round = 0; round < 10; round++) {
      const reads = Promise.allSettled(Array.from({ length: 20 }, () => store.grants.get(connection.grant)))
      await server.run(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'punctual'`)
      for (const read of await reads) {
        if (read.status === 'fulfilled') assert.equal(read.value?.generation, 1)
        else assert.deepEqual([read.reason.code, read.reason.retryable], ['store_unavailable', true])
      }
    }
    await systemClock.sleep(50)
    assert.equal((await store.grants.get(connection.grant))?.generation, 1)
  })

  test('becomes read-only is not ready until it accepts writes again', async (t) => {
    const store = postgres(inSchema())
    t.after(() => store.close())
    await store.open(systemClock)
    const { connection } = await connect(store)
    const readOnly = async (value: 'on' | 'off') => {
      await server.run(`alter system set default_transaction_read_only = ${value}`)
      await server.run('select pg_reload_conf()')
      await systemClock.sleep(200)
    }
    await readOnly('on')
    await assert.rejects(store.ping(), { code: 'store_unavailable', reason: '25006', retryable: true })
    await assert.rejects(store.grants.commit(connection.grant, 1, refreshedTokens('t2'), entry), { reason: '25006' })
    assert.equal((await store.grants.get(connection.grant))?.generation, 1)
    await readOnly('off')
    await store.ping()
    assert.equal(await store.grants.commit(connection.grant, 1, refreshedTokens('t2'), entry), true)
  })

  test('falls silent keeps no caller waiting beyond the deadline, and then uses new connections', async (t) => {
    const proxy = await startProxy(server.port, { rotate: false })
    const store = postgres(inSchema({ url: through(proxy), statementTimeout: 500, connectTimeout: 500 }))
    t.after(async () => {
      await store.close()
      await proxy[Symbol.asyncDispose]()
    })
    await store.open(systemClock)
    const { connection } = await connect(store)
    const reads = () => Array.from({ length: 4 }, () => store.grants.get(connection.grant))
    await Promise.all(reads())
    proxy.fallSilent()
    const started = performance.now()
    for (const read of await Promise.allSettled(reads())) {
      assert.ok(read.status === 'rejected')
      assert.deepEqual([read.reason.reason, read.reason.retryable], ['timeout', true])
    }
    assert.ok(performance.now() - started < 1500)
    await Promise.all(reads())
    await store.ping()

    proxy.refuse()
    await assert.rejects(store.ping(), { code: 'store_unavailable', retryable: true })
    await assert.rejects(store.connections.detach(connection.id, entry), { retryable: true })
    proxy.let()
    await store.ping()
    assert.equal((await store.connections.get(connection.id))?.status, 'active')
  })
})

describe('a statement that the process has stopped waiting for', () => {
  // A row can be locked by a backup, a person with psql, or a migration.
  async function givenUp(t: TestContext, facts: Partial<PostgresOptions>) {
    const options = inSchema({ statementTimeout: 300, ...facts })
    const store = postgres(options)
    t.after(() => store.close())
    await store.open(systemClock)
    const id = (await connect(store)).connection.grant
    const session = await server.connect()
    t.after(() => session.end())
    await session.query('begin')
    await session.query(`select * from ${options.schema}.grants for update`)
    const running = async () =>
      (await server.run(`select pid from pg_stat_activity where application_name = 'punctual' and state = 'active'`))
        .length
    return { store, id, release: () => session.query('rollback'), running }
  }

  test('is not run later: a claim leaves no lease and no intent', async (t) => {
    const { store, id, release, running } = await givenUp(t, {})
    await assert.rejects(store.grants.claim(id, 1, claimBy('w')), { reason: 'timeout' })
    assert.equal(await running(), 0)
    await release()
    const row = await store.grants.get(id)
    assert.deepEqual([row?.leaseOwner, row?.intent], [null, null])
    assert.ok(await store.grants.claim(id, 1, claimBy('v')))
  })

  test('is not run later in a transaction, which leaves nothing', async (t) => {
    const { store, id, release, running } = await givenUp(t, {})
    await assert.rejects(store.grants.commit(id, 1, refreshedTokens('t2'), entry), { reason: 'timeout' })
    assert.equal(await running(), 0)
    await release()
    assert.equal((await store.grants.get(id))?.generation, 1)
    assert.equal(await store.grants.commit(id, 1, refreshedTokens('t2'), entry), true)
  })

  test('is not run later behind a pooler', async (t) => {
    const proxy = await startProxy(server.port, { rotate: false })
    t.after(() => proxy[Symbol.asyncDispose]())
    const { store, id, release, running } = await givenUp(t, { url: through(proxy) })
    await assert.rejects(store.grants.claim(id, 1, claimBy('w')), { reason: 'timeout' })
    assert.equal(await running(), 0)
    await release()
    assert.equal((await store.grants.get(id))?.leaseOwner, null)
  })
})

test('closing refuses a caller that waits for a connection, and waits for the statement that has one', async (t) => {
  const options = inSchema({ connections: 1, connectTimeout: 30_000 })
  const store = postgres(options)
  await store.open(systemClock)
  const { connection } = await connect(store)
  const session = await server.connect()
  t.after(() => session.end())
  await session.query('begin')
  await session.query(`select * from ${options.schema}.grants for update`)
  const running = store.grants.touch(connection.grant)
  await new Promise(setImmediate)
  const waiting = store.grants.get(connection.grant)
  const closed = store.close()
  await assert.rejects(waiting, { code: 'store_unavailable', reason: 'not_open', retryable: true })
  await session.query('rollback')
  await running
  await closed
})

describe('waiters', () => {
  test('learn at once what another replica has changed, and wake for nothing else', async (t) => {
    const options = inSchema()
    const [store, another, deaf] = [postgres(options), postgres(options), postgres({ ...options, notify: false })]
    t.after(() => Promise.all([store, another, deaf].map((one) => one.close())))
    for (const one of [store, another, deaf]) await one.open(systemClock)
    assert.equal(deaf.grants.changed, undefined)
    const { connection } = await connect(store)
    const id = connection.grant
    const hint = (signal: AbortSignal) => another.grants.changed?.(id, signal)
    const never = new AbortController()
    let heard = 0
    void hint(never.signal)?.then(() => heard++)
    // The first waiter starts the listener.
    const listening = `select 1 from pg_stat_activity where query like 'listen%' and state = 'idle'`
    while ((await server.run(listening)).length === 0) await systemClock.sleep(20)
    void another.grants.changed?.('another grant', never.signal).then(() => heard++)
    await store.grants.commit(id, 1, refreshedTokens('t2'), entry)
    while (heard === 0) await systemClock.sleep(20)
    assert.equal(heard, 1)

    const patience = new AbortController()
    const waited = hint(patience.signal)
    await server.run(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'`)
    await store.grants.commit(id, 2, refreshedTokens('t3'), entry)
    patience.abort()
    await waited
    assert.equal(heard, 1)
    assert.equal((await another.grants.get(id))?.generation, 3)
  })
})
