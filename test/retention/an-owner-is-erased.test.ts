// Erasing an owner removes what is kept about a person everywhere: in the database file and beside it, in the journal and in
// the escrow. What is under way does not bring it back, and another owner notices nothing.

import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import { personalKinds } from '../../src/core/store/personal-data.ts'
import type { Connection, PersonalCounts } from '../../src/index.ts'
import { serializeEntry } from '../../src/keeper/journal-entry.ts'
import { calendly } from '../../src/providers/index.ts'
import { createGrantRecords } from '../../src/records/grants.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { memory } from '../../src/store/memory.ts'
import { type EscrowPlace, sqlite, sqliteEscrow } from '../../src/store/sqlite.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { type Host, hostBeside, startHost, testKey } from '../support/host.ts'

const nothing = Object.fromEntries(personalKinds.map((kind) => [kind, 0]))

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** All files in a folder and below it. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

/** Where one of the texts stands in a file of the folder, as bytes. */
function found(folder: string, texts: readonly string[]): string[] {
  return filesIn(folder).flatMap((path) => {
    const bytes = readFileSync(path)
    return texts.filter((text) => bytes.includes(text)).map((text) => `${text} in ${path.slice(folder.length)}`)
  })
}

/** Two owners with an account each, on a file, with a journal and an escrow. */
async function startTwo(t: TestContext, escrowIn: (folder: string) => string | EscrowPlace = (folder) => folder) {
  const folder = folderOf(t)
  const file = join(folder, 'punctual.db')
  const places = { store: sqlite(file), journal: join(folder, 'journal'), escrow: escrowIn(join(folder, 'escrow')) }
  const sandbox = await createSandbox()
  t.after(() => sandbox.close())
  const scopes = ['users:read', 'scheduled_events:read', 'webhooks:read', 'webhooks:write']
  const clients = [calendly({ ...sandbox.calendly, scopes, webhookKeys: [sandbox.calendlyWebhookKey] })]
  const host = hostBeside(t, sandbox, { ...places, clients, deliverTo: [{ feed: true }] })
  const connect = (owner: string, account: string) => {
    host.person = owner
    return host.connect('calendly', { account })
  }
  const [ben, ada] = [
    await connect('owner-of-ben', 'ben@calendly.example'),
    await connect('owner-of-ada', 'ada@calendly.example'),
  ]
  await host.punctual.webhooks.subscribe(ada, { bookings: true })
  await host.punctual.apiKeys.create({ name: 'key of all', scopes: ['calls'] })
  await host.punctual.apiKeys.create({ name: 'key of owner-of-ada', scopes: ['calls'], owner: 'owner-of-ada' })
  await host.punctual.connectSessions.create({ owner: 'owner-of-ada', returnTo: '/done' })
  await host.punctual.begin({ client: 'calendly', owner: 'owner-of-ada', returnTo: '/done' })
  host.sandbox.clock.advance(3 * 3600)
  for (const connection of [ada, ben]) await connection.token()
  return { host, folder, file, places, ada, ben }
}

function textsOf({ owner, account }: Connection): string[] {
  return [owner, account.id, account.name ?? '', account.email ?? ''].filter(Boolean)
}

const escrows: Readonly<Record<string, (folder: string) => string | EscrowPlace>> = {
  'a folder': (folder) => folder,
  'a SQLite file': (folder) => sqliteEscrow(join(folder, 'escrow.db')),
}
for (const [kind, escrowIn] of Object.entries(escrows))
  test(`no byte of an erased owner is left in the database, the journal and ${kind} as escrow, and another owner notices nothing`, (t) =>
    eraseOne(t, escrowIn))

async function eraseOne(t: TestContext, escrowIn: (folder: string) => string | EscrowPlace): Promise<void> {
  const { host, folder, places, ada, ben } = await startTwo(t, escrowIn)
  const row = await places.store.connections.get(ada.id)
  const sealed = (await places.store.grants.get(row?.grant ?? ''))?.tokens ?? ''
  const texts = [...textsOf(ada), sealed]
  assert.equal(texts.length, 5)
  for (const text of texts) assert.notDeepEqual(found(folder, [text]), [], `${text} is there before`)
  assert.notDeepEqual(found(join(folder, 'escrow'), [sealed]), [])
  const before = await host.punctual.export({ owner: ben.owner })
  const { accessToken } = await ada.token()

  const result = await host.punctual.erase({ owner: ada.owner })
  assert.equal(result.isComplete, true)
  assert.deepEqual(result.remaining, nothing)
  assert.deepEqual(
    result.disconnected.map(({ connection, revoked }) => [connection, [...revoked].sort()]),
    [[ada.id, ['access_token', 'refresh_token']]],
  )
  const { removed } = result
  const least: Partial<PersonalCounts> = {
    connections: 1,
    apiKeys: 1,
    connectSessions: 1,
    attempts: 1,
    subscriptions: 1,
  }
  for (const [kind, count] of Object.entries(least)) assert.ok(removed[kind as keyof PersonalCounts] >= count, kind)
  assert.ok(removed.history > 0 && removed.events + removed.feed > 0)
  assert.deepEqual(found(folder, texts), [], 'while it runs')
  const answer = await fetch(`${host.sandbox.calendly.hosts.api}/users/me`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  assert.equal(answer.status, 401, 'the token was revoked')
  await assert.rejects(ada.token(), { code: 'connection_not_found' })

  const after = await host.punctual.export({ owner: ben.owner })
  // His events are dispatched meanwhile.
  const { exportedAt, events, feed } = after
  assert.deepEqual(after, { ...before, exportedAt, events, feed })
  assert.ok(feed.length >= before.feed.length && before.history.length > 0)
  assert.equal((await ben.fetch('/users/me')).status, 200)
  await host.punctual.stop()
  assert.deepEqual(found(folder, texts), [], 'after it has stopped')
  assert.deepEqual(await host.punctual.erase({ owner: ada.owner }), { ...result, removed: nothing, disconnected: [] })
}

test('an export has everything about an owner, without a token or a digest', async (t) => {
  const { host, ada } = await startTwo(t)
  const { accessToken } = await ada.token()
  const data = await host.punctual.export({ owner: ada.owner })
  const text = JSON.stringify(data)
  for (const part of textsOf(ada)) assert.ok(text.includes(part), part)
  for (const secret of [accessToken, 'p1.', 'Hash', 'digest', 'pk_']) assert.equal(text.includes(secret), false, secret)
  assert.equal(text.includes('owner-of-ben'), false)
  assert.deepEqual(
    data.connections.map(({ id, status, grant }) => [id, status, grant?.generation]),
    [[ada.id, 'active', 2]],
  )
  assert.deepEqual(
    data.apiKeys.map(({ name }) => name),
    ['key of owner-of-ada'],
  )
  assert.ok(data.feed.length + data.events.length > 0 && data.history.length >= 2 && data.subscriptions.length === 1)
  const published = data.events.concat(data.feed).map(({ type }) => type)
  assert.ok(published.includes('connection.created'), published.join())
})

/** A host whose provider does not answer to revocations. */
async function startAway(t: TestContext) {
  const store = memory()
  const revoking = { isAway: true }
  const host = await startHost(t, {
    store,
    async fetch(input, init) {
      const { pathname } = new URL(input instanceof Request ? input.url : String(input))
      if (revoking.isAway && pathname.endsWith('/revoke'))
        throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
      return fetch(input, init)
    },
  })
  return { store, host, revoking }
}

test('while the provider is away, what it has to revoke stays without a name, until it is revoked', async (t) => {
  const { store, host, revoking } = await startAway(t)
  const ada = await host.connect('calendly')
  const first = await host.punctual.erase({ owner: 'ada' })
  assert.deepEqual([first.isComplete, first.remaining.connections, first.removed.connections], [false, 1, 0])
  assert.deepEqual(
    first.disconnected[0]?.notRevoked.map(({ reason }) => reason),
    ['unavailable', 'unavailable'],
  )
  const row = await store.connections.get(ada.id)
  assert.deepEqual([row?.account.name, row?.account.email, row?.scopes], [null, null, []])
  const [exported] = (await host.punctual.export({ owner: 'ada' })).connections
  assert.equal(exported?.status, 'disconnected')
  assert.ok(exported.updatedAt >= ada.createdAt, `exported as changed at ${exported.updatedAt.toISOString()}`)
  assert.equal((await store.grants.get(row?.grant ?? ''))?.status, 'closing')
  revoking.isAway = false
  const second = await host.punctual.erase({ owner: 'ada' })
  assert.deepEqual([second.isComplete, second.removed.connections], [true, 1])
  assert.deepEqual(await store.personalData.count('ada'), nothing)
})

test('the background finishes an erasure once the provider is back', async (t) => {
  const { store, host } = await startAway(t)
  const ada = await host.connect('calendly')
  assert.equal((await host.punctual.erase({ owner: 'ada' })).isComplete, false)
  const { grant = '' } = (await store.connections.get(ada.id)) ?? {}
  // As another process has it revoked.
  assert.equal(await store.grants.close(grant, (await store.grants.get(grant))?.generation ?? 0), true)
  await store.ended.sweep(null, 10)
  host.sandbox.clock.advance(3600)
  assert.equal(await store.ended.sweep(null, 10), 1)
  assert.deepEqual([await store.grants.get(grant), await store.connections.get(ada.id)], [null, null])
})

test('an exchange that is under way when its owner is erased brings nothing back, and its tokens are revoked', async (t) => {
  const store = memory()
  let erasing: Promise<unknown> | null = null
  const host: Host = await startHost(t, {
    store,
    async fetch(input, init) {
      const response = await fetch(input, init)
      if (new URL(input instanceof Request ? input.url : String(input)).pathname.endsWith('/oauth/token'))
        erasing = host.punctual.erase({ owner: 'ada' })
      await erasing
      return response
    },
  })
  const back = await host.travel('calendly')
  assert.equal(back.searchParams.get('punctual'), 'failed')
  assert.deepEqual(await store.personalData.count('ada'), nothing)
  const revocations = host.sandbox.requests().filter(({ path }) => path.endsWith('/oauth/revoke'))
  assert.ok(revocations.length > 0)
})

test('a journal that another process has kept of an erased grant goes when it is read', async (t) => {
  const store = memory()
  const host = await startHost(t, { store })
  const ada = await host.connect('calendly')
  const { grant: id = '' } = (await store.connections.get(ada.id)) ?? {}
  const grants = createGrantRecords({ store, vault: createVault(createKeyring([testKey]), systemRandom) })
  const grant = await grants.get(id)
  assert.ok(grant)
  const renewal = grants.seal(grant, grant.open(), null)
  const now = host.sandbox.clock.now()
  const schedule = { expiresInMs: 1000, refreshInMs: null, dueInMs: null }
  const text = serializeEntry(await store.identity(), { kind: 'renewal', renewal }, schedule, now)
  const files = new Map([[`${id}.1.json`, text]])
  assert.equal((await host.punctual.erase({ owner: 'ada' })).isComplete, true)
  const replica = host.another({
    journal: {
      write: async (name, text) => void files.set(name, text),
      remove: async (name) => void files.delete(name),
      read: async () => new Map(files),
    },
  })
  const faults: unknown[] = []
  replica.on((event) => event.type === 'fault' && faults.push(event))
  // What waits for the journal reads it.
  const ben = await host.connect('calendly', { account: 'ben@calendly.example', through: replica })
  host.sandbox.clock.advance(3 * 3600)
  await ben.token()
  assert.deepEqual([...files.keys()], [])
  assert.deepEqual(faults, [])
  assert.equal(await store.grants.get(id), null)
})

test('a backup from before the erasure is healed to what has ended: no token of it is used', async (t) => {
  const { host, file, folder, ada, places } = await startTwo(t)
  await host.punctual.stop()
  const backup = join(folder, 'backup')
  copyFileSync(file, backup)
  await host.punctual.erase({ owner: ada.owner })
  await host.punctual.stop()
  for (const side of ['-wal', '-shm']) rmSync(`${file}${side}`, { force: true })
  copyFileSync(backup, file)
  const restored = host.another({ ...places, store: sqlite(file) })
  await restored.ready()
  const again = await restored.connections.get(ada.id)
  assert.deepEqual([again.status, again.account.name, again.account.email], ['disconnected', null, null])
  host.forget()
  await assert.rejects(again.token(), { code: 'connection_not_found' })
  assert.equal(host.tokenRequests(), 0)
  assert.equal((await restored.erase({ owner: ada.owner })).isComplete, true)
})

test('an owner is erased and exported by its id alone', async (t) => {
  const { punctual } = await startHost(t)
  const wrong = async (call: () => Promise<unknown>, message: RegExp) =>
    assert.rejects(call, { code: 'invalid_argument', message })
  for (const verb of ['erase', 'export'] as const) {
    const given = punctual[verb] as (request?: unknown) => Promise<unknown>
    await wrong(() => given(), new RegExp(`${verb}: the argument must be an object with owner`))
    await wrong(() => given({}), new RegExp(`${verb}: owner must be`))
    await wrong(() => given({ owner: '' }), new RegExp(`${verb}: owner must be`))
    await wrong(() => given({ owner: 'a', client: 'calendly' }), /client is not an option/)
  }
  assert.deepEqual((await punctual.erase({ owner: 'nobody' })).removed, nothing)
})
