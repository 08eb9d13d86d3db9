// Statements that the server keeps by name: an option, for databases without a transaction-mode pooler.

import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { systemClock } from '../../src/core/clock.ts'
import type { Store } from '../../src/core/store/store.ts'
import { postgres } from '../../src/store/postgres.ts'
import { engineOf } from '../../src/store/sql/engine/engine.ts'
import { claimBy, connect, entry, refreshedTokens } from '../store/fixtures.ts'
import { type PostgresServer, startPostgres } from './server.ts'

let server: PostgresServer
before(async () => {
  server = await startPostgres()
})
after(() => server.end())

/** With one session, so that the same one runs everything. */
async function opened(t: TestContext, schema: string, preparedStatements: boolean): Promise<Store> {
  const store = postgres({ url: server.url, schema, connections: 1, notify: false, preparedStatements })
  await store.open(systemClock)
  t.after(() => store.close())
  return store
}

/** Connects and refreshes, with all reads between. */
async function connectAndRefresh(store: Store, account: string): Promise<void> {
  const { connection, generation } = await connect(store, { account })
  assert.ok(await store.grants.claim(connection.grant, generation, claimBy('w')))
  assert.equal(await store.grants.commit(connection.grant, generation, refreshedTokens('new'), entry), true)
  assert.equal((await store.grants.get(connection.grant))?.generation, generation + 1)
  assert.equal((await store.connections.get(connection.id))?.grant, connection.grant)
}

/** The names of the statements that the store's session keeps. */
async function keptBy(store: Store): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements order by name`.execute(
    engineOf(store).db,
  )
  return rows.map(({ name }) => name)
}

test('without the option the server keeps nothing', async (t) => {
  const store = await opened(t, 'plain', false)
  await connectAndRefresh(store, 'a')
  assert.deepEqual(await keptBy(store), [])
})

test('with it the server keeps each statement that runs often once, and no other', async (t) => {
  const store = await opened(t, 'kept', true)
  await connectAndRefresh(store, 'a')
  const kept = await keptBy(store)
  assert.ok(kept.length > 8, `${kept.length} statements`)
  await connectAndRefresh(store, 'b')
  await store.connections.list({ limit: 5 })
  assert.deepEqual(await keptBy(store), kept)
})

test('a migration that changes what a statement returns does not stop it, in a transaction or outside', async (t) => {
  const store = await opened(t, 'migrated', true)
  await connectAndRefresh(store, 'a')
  await server.run('alter table migrated.grants add column another text')
  await connectAndRefresh(store, 'b')
  await server.run('alter table migrated.grants alter column scopes type varchar(1000)')
  await connectAndRefresh(store, 'c')
  assert.equal((await store.connections.list({ limit: 5 })).length, 3)
})

test('a new session gets the statements again', async (t) => {
  const store = await opened(t, 'sessions', true)
  await connectAndRefresh(store, 'a')
  await server.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'punctual'")
  await store.ping().catch(() => {})
  await connectAndRefresh(store, 'b')
})
