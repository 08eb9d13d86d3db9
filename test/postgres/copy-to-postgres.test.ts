// Copying from SQLite to Postgres by the command: everything arrives, opens and works there; a run that was stopped can
// be run again; the old database cannot spend what has been copied.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, before, type TestContext, test } from 'node:test'

import { migrate } from '../../src/cli/commands/migrate.ts'
import { createTerminal } from '../../src/cli/output/terminal.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { Connection } from '../../src/index.ts'
import { postgres } from '../../src/store/postgres.ts'
import { copy } from '../../src/store/sql/copy.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { claimBy } from '../store/fixtures.ts'
import { type Host, startHost, testKey } from '../support/host.ts'
import { type PostgresServer, startPostgres } from './server.ts'

let server: PostgresServer
before(async () => {
  server = await startPostgres()
})
after(() => server.end())

let databases = 0

interface StoppedApp {
  readonly host: Host
  readonly file: string
  /** Of an empty database. */
  readonly url: string
  run(keys?: readonly string[]): Promise<string>
}

/** An app that has connected three accounts on SQLite, and has stopped. */
async function stoppedApp(t: TestContext): Promise<StoppedApp> {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'punctual.db')
  const host = await startHost(t, { store: sqlite(file) })
  await host.connect('calendly')
  await host.connect('calcom', { account: 'ben@calcom.example' })
  await host.connect('calcom', {
    owner: 'bob',
    account: 'ben@calcom.example',
    through: host.another({ currentOwner: () => 'bob' }),
  })
  const gone = await host.connect('calcom-public')
  await gone.disconnect()
  // An attempt that is still at the provider, with a sealed verifier.
  await host.punctual.begin({ client: 'calendly', owner: 'ada', returnTo: '/done' })
  await host.punctual.stop()
  const database = `copied_${++databases}`
  await server.run(`create database ${database}`)
  const url = server.url.replace(/\/postgres$/, `/${database}`)
  let printed = ''
  const stream = new Writable({
    write(chunk, _, done) {
      printed += chunk
      done()
    },
  })
  const run = async (keys: readonly string[] = [testKey]) => {
    printed = ''
    const settings = { data: folder, database: file, keys, keyProvider: null }
    await migrate({ from: `sqlite:${file}`, to: url }, settings, createTerminal(stream), stream)
    return printed
  }
  return { host, file, url, run }
}

test('every row arrives and opens, and its grants are refreshed there', async (t) => {
  const { host, url, run } = await stoppedApp(t)
  const { connections: old } = await host.punctual.connections.list()
  const before = await generationsOf(old)
  await host.punctual.stop()
  const printed = await run()
  assert.match(printed, /copying connections: 4 of 4\n.*copying history: \d+ of \d+/s)
  assert.match(printed, /opening grants: 3 of 3\n.*Copied\. Connections: 4, grants: 3/s)
  const moved = host.another({ store: postgres(url) })
  const { connections } = await moved.connections.list()
  assert.equal(JSON.stringify(connections), JSON.stringify(old))
  host.sandbox.clock.advance(3 * 3600)
  assert.deepEqual(
    await generationsOf(connections),
    before.map((generation) => generation + 1),
  )
  const afterwards = await moved.connections.get(connections[0]?.id ?? '')
  await afterwards.disconnect()
  assert.equal((await moved.connections.list()).connections.length, 2)
})

test('the old database does not spend a refresh token that has been copied', async (t) => {
  const { host, run } = await stoppedApp(t)
  await run()
  host.sandbox.clock.advance(3 * 3600)
  host.forget()
  const [connection] = (await host.punctual.connections.list()).connections
  await assert.rejects(connection?.token({ signal: AbortSignal.timeout(400) }) ?? Promise.resolve(), {
    name: 'TimeoutError',
  })
  assert.equal(host.tokenRequests(), 0)
})

test('a run that was stopped leaves the old database as it was, and the next run completes it', async (t) => {
  const { host, file, url, run } = await stoppedApp(t)
  const [source, target] = [sqlite(file), postgres(url)]
  await source.open(systemClock)
  await target.open(systemClock)
  const stop = new Error('the plug was pulled')
  let checked = 0
  const check = async () => {
    if (++checked === 2) throw stop
  }
  await assert.rejects(copy(source, target, { progress: () => {}, check }), stop)
  await Promise.all([source.close(), target.close()])
  // Meanwhile the old database works on: what has been copied is older than what there is now.
  host.sandbox.clock.advance(3 * 3600)
  const { connections } = await host.punctual.connections.list()
  const before = await generationsOf(connections)
  await host.punctual.stop()
  await run()
  const moved = host.another({ store: postgres(url) })
  host.sandbox.clock.advance(3 * 3600)
  assert.deepEqual(
    await generationsOf(await Promise.all(connections.map(({ id }) => moved.connections.get(id)))),
    before.map((generation) => generation + 1),
  )
})

test('wrong keys, an old database in use and a new one in use are refused', async (t) => {
  const { host, file, url, run } = await stoppedApp(t)
  const foreign = Buffer.alloc(32, 9).toString('base64url')
  await assert.rejects(run([foreign]), { message: /does not open with these keys: set PUNCTUAL_KEYS/ })

  const store = sqlite(file)
  await store.open(systemClock)
  const [row] = await store.connections.list({ limit: 1 })
  const grant = row?.grant ?? ''
  assert.ok(await store.grants.claim(grant, 1, claimBy('another process')))
  await assert.rejects(run(), { reason: 'in_use', message: /The old database is in use/ })
  await store.grants.release(grant, 1, 'another process', { harmless: true, retryInMs: 0, failed: false })
  await store.close()

  await run()
  const moved = host.another({ store: postgres(url) })
  host.sandbox.clock.advance(3 * 3600)
  for (const connection of (await moved.connections.list()).connections) await connection.token()
  await assert.rejects(run(), { reason: 'in_use', message: /The new database is in use/ })
})

test('an error names a wrong argument', async () => {
  const settings = { data: '.', database: 'x.db', keys: [testKey], keyProvider: null }
  const terminal = createTerminal(new Writable())
  const wrong: [{ from?: string; to?: string }, RegExp][] = [
    [{ from: 'sqlite:x.db' }, /^--from needs --to/],
    [{ from: 'sqlite:nowhere.db', to: server.url }, /^--from names nowhere\.db, which does not exist/],
    [{ from: 'mysql://x', to: server.url }, /^--from must be sqlite:path or postgres:/],
    [{ to: 'x.db' }, /^--to must be/],
  ]
  for (const [options, message] of wrong)
    await assert.rejects(migrate(options, settings, terminal, { write: () => {} }), { exitCode: 2, message })
})

async function generationsOf(connections: readonly Connection[]): Promise<number[]> {
  const generations: number[] = []
  for (const connection of connections) generations.push((await connection.token()).generation)
  return generations
}
