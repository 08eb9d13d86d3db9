// How the journal handles its entries: those of another database, damaged ones, and those of a database that was restored
// from a backup.

import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'

import type { PunctualEvent, Store } from '../../src/index.ts'
import { PunctualError } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { cookieOf, locationOf, startHost } from '../support/host.ts'
import { hurriedClock } from '../support/virtual-clock.ts'

const place = mkdtempSync(join(tmpdir(), 'punctual-'))
after(() => rmSync(place, { recursive: true }))
const folder = () => mkdtempSync(join(place, 'x'))

/** A store that fails the operations that `away` names. */
function partlyAway(store: Store, away: (operation: string) => boolean): Store {
  const table = <Table extends object>(name: string, operations: Table): Table =>
    new Proxy(operations, {
      get: (target, key: string) => {
        const operation = Reflect.get(target, key) as (...values: unknown[]) => Promise<unknown>
        return async (...values: unknown[]) => {
          if (away(`${name}.${key}`))
            throw new PunctualError('store_unavailable', 'Away.', { reason: 'ECONNREFUSED', retryable: true })
          return operation(...values)
        }
      },
    })
  return {
    ...store,
    grants: table('grants', store.grants),
    attempts: table('attempts', store.attempts),
    connections: table('connections', store.connections),
  }
}

for (const client of ['calendly', 'calcom'] as const) {
  test(`a process with another database leaves an entry where it is: ${client}`, async (t) => {
    const dir = folder()
    const [file, journal] = [join(dir, 'a.db'), join(dir, 'journal')]
    let full = false
    const clock = hurriedClock(() => host.sandbox.clock.now())
    const host = await startHost(t, {
      store: partlyAway(sqlite(file), (operation) => full && operation === 'grants.commit'),
      journal,
      clock,
    })
    const connection = await host.connect(client)
    host.sandbox.clock.advance(3 * 3600)
    full = true
    await connection.token()
    await host.punctual.stop()
    assert.equal(readdirSync(journal).length, 1)

    const faults: string[] = []
    const stranger = host.another({ store: sqlite(join(dir, 'b.db')), journal })
    stranger.on((event) => event.type === 'fault' && faults.push(event.message))
    stranger.start()
    await host.connect(client, { through: stranger })
    await stranger.stop()
    assert.equal(readdirSync(journal).length, 1)
    assert.equal(faults.length, 1)
    assert.match(faults[0] ?? '', /belongs to another database.*Start Punctual once with that database/)

    full = false
    const again = host.another({ store: sqlite(file), journal })
    host.sandbox.clock.advance(3 * 3600)
    assert.equal((await (await again.connections.get(connection.id)).token()).generation, 3)
    assert.deepEqual(readdirSync(journal), [])
  })
}

test('files that are not entries stop nothing: a folder, invalid text, an entry that does not open', async (t) => {
  const dir = folder()
  const [file, journal] = [join(dir, 'p.db'), join(dir, 'journal')]
  const host = await startHost(t, { store: sqlite(file), journal })
  const connection = await host.connect('calendly')
  await host.punctual.stop()
  const database = new DatabaseSync(file)
  const row = () => database.prepare('select id, generation, tokens from grants').get() as Record<string, string>
  const { id, generation, tokens = '' } = row()
  mkdirSync(join(journal, 'folder.json'), { recursive: true })
  writeFileSync(join(journal, 'rubbish.json'), '{"renewal":')
  const damaged = { grant: id, generation, spent: tokens, tokens: `${tokens.slice(0, -6)}AAAAAA`, scopes: null }
  writeFileSync(
    join(journal, `${id}.${generation}.json`),
    JSON.stringify({ renewal: damaged, expiresAt: host.sandbox.clock.now() + 7_000_000, renewAt: null, dueAt: null }),
  )
  const faults: PunctualEvent[] = []
  const again = host.another({ store: sqlite(file), journal })
  again.on((event) => event.type === 'fault' && faults.push(event))
  const found = await again.connections.get(connection.id)
  assert.equal((await found.token()).generation, 1)
  assert.equal(row().tokens, tokens, 'the set that opens is kept')
  host.sandbox.clock.advance(3 * 3600)
  assert.equal((await found.token()).generation, 2)
  assert.equal(faults.length, 3)
  assert.equal(readdirSync(journal).length, 3, 'nothing is deleted')
  database.close()
})

test('a database that was restored from a backup takes the newer set from the journal', async (t) => {
  const dir = folder()
  const [file, journal] = [join(dir, 'p.db'), join(dir, 'journal')]
  let full = false
  const away = (operation: string) => full && operation === 'grants.commit'
  const clock = hurriedClock(() => host.sandbox.clock.now())
  const host = await startHost(t, { store: partlyAway(sqlite(file), away), journal, clock })
  const connection = await host.connect('calendly')
  await host.punctual.stop()
  copyFileSync(file, join(dir, 'backup.db'))
  for (let round = 0; round < 3; round++) {
    host.sandbox.clock.advance(3 * 3600)
    full = round === 2
    await connection.token()
  }
  await host.punctual.stop()
  assert.equal(readdirSync(journal).length, 1)

  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  copyFileSync(join(dir, 'backup.db'), file)
  host.forget()
  const again = host.another({ store: sqlite(file), journal })
  const found = await again.connections.get(connection.id)
  assert.equal((await found.fetch('/users/me')).status, 200)
  assert.equal(host.tokenRequests(), 1, 'the spent token of the backup is not presented')
  assert.deepEqual(readdirSync(journal), [])
})

for (const client of ['calendly', 'calcom'] as const) {
  test(`a code exchanged while the store is away is not lost, and the page says so: ${client}`, async (t) => {
    const dir = folder()
    let away = false
    const clock = hurriedClock(() => host.sandbox.clock.now())
    const host = await startHost(t, {
      store: partlyAway(sqlite(join(dir, 'p.db')), () => away),
      journal: join(dir, 'journal'),
      clock,
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        if (String(input).endsWith('/token')) away = true
        return response
      },
    })
    const seen: PunctualEvent[] = []
    host.punctual.on((event) => seen.push(event))
    const { url, headers } = await host.punctual.begin({ client, owner: 'ada', returnTo: '/done' })
    const back = await host.sandbox.authorize({ url })
    const request = () => new Request(back, { headers: { cookie: cookieOf(headers) } })
    const first = await host.punctual.handler(request())
    assert.equal(first.status, 503)
    assert.match(await first.text(), /Reload this page in a minute/)
    assert.ok(seen.some((event) => event.type === 'attempt.journaled' && event.durable))
    away = false
    const query = locationOf(await host.punctual.handler(request())).searchParams
    assert.equal(query.get('punctual'), 'connected')
    assert.equal(host.tokenRequests(), 1)
    await host.punctual.stop()
    assert.deepEqual(readdirSync(join(dir, 'journal')), [])
  })
}

test('a set that the store takes from the journal while it is read is not refreshed again', async (t) => {
  const store = memory()
  const host = await startHost(t, { store, tokenMemoryMs: 0 })
  const connection = await host.connect('calcom')
  host.sandbox.clock.advance(3 * 3600)
  host.forget()
  const { commit } = store.grants
  const { tokenOf } = store.connections
  const refused: Parameters<typeof commit>[] = []
  t.mock.method(store.grants, 'commit', async (...values: Parameters<typeof commit>) => {
    refused.push(values)
    throw new PunctualError('store_unavailable', 'Away.', { reason: 'ECONNREFUSED', retryable: true })
  })
  const refreshed = await connection.token()
  t.mock.method(store.connections, 'tokenOf', async (...values: Parameters<typeof tokenOf>) => {
    const before = await tokenOf(...values)
    t.mock.restoreAll()
    for (const one of refused) await commit(...one)
    return before
  })
  assert.equal((await connection.token()).accessToken, refreshed.accessToken)
  assert.equal(host.tokenRequests(), 1)
})
