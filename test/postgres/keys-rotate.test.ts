// The keys are rotated in a Postgres database, by the command, while a service works on it; and in both databases under load.
// PUNCTUAL_FULL=1 runs the size that is promised: 100,000 grants.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { postgres } from '../../src/store/postgres.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { emptyFolder, runAlone } from '../cli/start.ts'
import { baseUrl, startHost, testKey } from '../support/host.ts'
import { rotateUnderLoad } from './rotation-under-load.ts'
import { type PostgresServer, startPostgres } from './server.ts'

const newKey = Buffer.alloc(32, 9).toString('base64url')
const idOf = (key: string) => createKeyring([key]).current
const scopes = ['PROFILE_READ', 'BOOKING_READ', 'WEBHOOK_READ', 'WEBHOOK_WRITE']

const rows = process.env.PUNCTUAL_FULL === '1' ? 100_000 : 1000

let server: PostgresServer

before(async () => {
  server = await startPostgres()
})

after(() => server?.end())

test('the command seals again what an older key has sealed, beside a service that works on the database', async (t) => {
  const store = () => postgres({ url: server.url, connections: 4 })
  const host = await startHost(t, { store: store(), deliverTo: { feed: true } })
  const calcom = await host.connect('calcom', { account: 'ada', scopes })
  const calendly = await host.connect('calendly', { account: 'ada' })
  await host.punctual.webhooks.subscribe(calcom.id, ['BOOKING_CREATED'])

  const { calendly: box, calcom: cal } = host.sandbox
  const folder = emptyFolder()
  const settings = {
    PUNCTUAL_DATABASE: server.url,
    PUNCTUAL_DATA: join(folder, 'data'),
    PUNCTUAL_KEYS: `${newKey},${testKey}`,
    PUNCTUAL_URL: baseUrl,
    CALENDLY_AUTH_URL: box.hosts.auth,
    CALENDLY_API_URL: box.hosts.api,
    CALCOM_APP_URL: cal.hosts.app,
    CALCOM_API_URL: cal.hosts.api,
  }
  const rotate = async (...words: string[]) => {
    const { code, stdout, stderr } = await runAlone(['keys', 'rotate', ...words, '--json'], settings, folder)
    assert.equal(stderr, '')
    return { code, ...JSON.parse(stdout) }
  }
  const status = async () => (await runAlone(['keys', 'status'], settings, folder)).stdout

  const planned = await rotate('--dry-run')
  assert.deepEqual([planned.code, planned.key, planned.waiting], [0, idOf(newKey), 0])
  assert.deepEqual(planned.resealed, { grants: 2, attempts: 0, outbox: 0, feed: 2, subscriptions: 1, booking_keys: 0 })
  assert.match(await status(), new RegExp(`^${idOf(newKey)} +seals +0`, 'm'), 'a dry run changes nothing')

  // A refresh has this one in its hands.
  const [{ schema } = {}] = await server.run(
    `select table_schema as schema from information_schema.tables where table_name = 'grants'`,
  )
  const hold = (intent: string) =>
    server.run(`update "${schema}".grants set intent = ${intent} where client = 'calendly'`)
  await hold(`'a digest'`)
  const first = await rotate()
  assert.deepEqual([first.code, first.waiting, first.resealed.grants, first.resealed.subscriptions], [1, 1, 1, 1])
  await hold('null')
  const second = await rotate()
  assert.deepEqual([second.code, second.waiting, second.resealed.grants], [0, 0, 1])
  assert.match(await status(), new RegExp(`^${idOf(testKey)} +opens +0`, 'm'))

  const alone = host.another({ store: store(), keys: [newKey] })
  for (const { id } of [calcom, calendly]) assert.equal((await (await alone.connections.get(id)).test()).ok, true)
  assert.equal((await (await alone.connections.get(calcom.id)).refresh()).outcome, 'renewed')
})

test(`${rows} grants on Postgres are sealed again under load, without one failed read`, {
  timeout: 900_000,
}, async (t) => {
  await server.run('create database loaded')
  const url = server.url.replace(/postgres$/, 'loaded')
  t.diagnostic(await rotateUnderLoad(t, { store: () => postgres({ url, connections: 8 }), database: url, rows }))
})

test(`${rows} grants on SQLite are sealed again under load, without one failed read`, {
  timeout: 900_000,
}, async (t) => {
  const database = join(emptyFolder(), 'punctual.db')
  t.diagnostic(await rotateUnderLoad(t, { store: () => sqlite(database), database, rows }))
})
