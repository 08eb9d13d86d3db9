// What can be wrong with a Postgres database, one mistake at a time, on a real server.

import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import { postgres } from '../../src/store/postgres.ts'
import { type PostgresServer, startPostgres } from '../postgres/server.ts'
import { testKey } from '../support/settings.ts'
import { assertWrong, look, otherKey, seal, startPlace } from './place.ts'

let server: PostgresServer
before(async () => {
  server = await startPostgres()
  const store = postgres({ url: server.url, notify: false })
  await store.open(systemClock)
  await seal(store, testKey)
  await store.close()
  await server.run("create role guest login password 'guest'")
  await server.run('create database empty')
})
after(() => server.end())

async function lookAt(t: TestContext, change: (url: URL) => void, more: Record<string, string | undefined> = {}) {
  const url = new URL(server.url)
  change(url)
  return look(await startPlace(t), { settings: { PUNCTUAL_DATABASE: url.href, ...more } })
}

const cases: Readonly<Record<string, readonly [change: (url: URL) => void, says: Record<string, RegExp>]>> = {
  'nothing is wrong': [() => {}, {}],
  'an empty database': [(url) => (url.pathname = '/empty'), {}],
  'a wrong password': [(url) => (url.password = 'hush'), { store: /refuses this user or password \(28P01\)/ }],
  'a database that does not exist': [
    (url) => (url.pathname = '/other'),
    { store: /does not have this database \(3D000\)/ },
  ],
  'a wrong port': [(url) => (url.port = '1'), { store: /refuses connections/ }],
  'a user without rights': [
    (url) => Object.assign(url, { username: 'guest', password: 'guest' }),
    // It may not even see the tables, so they count as absent.
    { store: /does not let this user create the schema "punctual"/ },
  ],
}

test('what is wrong with the database is named', async (t) => {
  for (const [title, [change, says]] of Object.entries(cases))
    await t.test(title, async (t) => {
      const results = await lookAt(t, change)
      assertWrong(results, says)
      assert.ok(!JSON.stringify(results).includes('opens-this-test-alone') && !JSON.stringify(results).includes('hush'))
    })
})

test('without PUNCTUAL_KEYS, or with the keys of another database, the keys are named', async (t) => {
  assertWrong(await lookAt(t, () => {}, { PUNCTUAL_KEYS: undefined }), { keys: /PUNCTUAL_KEYS is not set/ })
  assertWrong(await lookAt(t, () => {}, { PUNCTUAL_KEYS: otherKey }), { keys: /None of the \d+ sealed values? opens/ })
})

test('in a database that accepts no writes, everything else is still looked at: the clock too', async (t) => {
  await server.run('alter database postgres set default_transaction_read_only = on')
  const place = await startPlace(t)
  const results = await look(place, {
    settings: { PUNCTUAL_DATABASE: server.url },
    now: () => Date.now() - 600_000,
  })
  assertWrong(results, {
    store: /accepts no writes: it is a standby, or was made read-only/,
    clock: /10 minutes behind the clock of the database/,
  })
  assert.match(results.find(({ id }) => id === 'keys')?.message ?? '', /The keys open what is stored/)
})
