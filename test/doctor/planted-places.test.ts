// One mistake in what the settings name at a time: keys, database, journal, clock, receiver of events.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { startReceiver } from '../support/receiver.ts'
import { testKey } from '../support/settings.ts'
import { type Asked, assertWrong, look, makeDatabase, otherKey, type Place, startPlace } from './place.ts'

interface Planted {
  readonly plant: (place: Place, t: TestContext) => Asked | Promise<Asked> | undefined | Promise<undefined>
  readonly says: Readonly<Record<string, RegExp>>
}

const fileOf = ({ data }: Place) => join(data, 'punctual.db')

function change(place: Place, ...statements: readonly string[]): undefined {
  const database = new DatabaseSync(fileOf(place))
  for (const statement of statements) database.exec(statement)
  database.close()
}

const cases: Readonly<Record<string, Planted>> = {
  // Keys.
  'the key is too short': {
    plant: () => ({ settings: { PUNCTUAL_KEYS: testKey.slice(1) } }),
    says: { settings: /PUNCTUAL_KEYS is wrong/, keys: /must be 32 bytes in base64url, and is 31 bytes long/ },
  },
  'the key is base64, not base64url': {
    plant: () => ({ settings: { PUNCTUAL_KEYS: `${'+/'.repeat(21)}A=` } }),
    says: { settings: /base64, not base64url/, keys: /base64, not base64url/ },
  },
  'the database belongs to another key': {
    plant: () => ({ settings: { PUNCTUAL_KEYS: otherKey } }),
    says: { keys: /None of the \d+ sealed values? opens: they need the key [\w-]{8} \(\d+ values?\)/ },
  },
  'the second key is missing': {
    async plant(place) {
      await makeDatabase(fileOf(place), otherKey, 'ben')
      return {}
    },
    says: { keys: /\d of \d sealed values do not open: they need the key [\w-]{8}[\s\S]*after the first one/ },
  },
  'the key file is missing': {
    plant: () => ({ settings: { PUNCTUAL_KEYS: undefined } }),
    says: { keys: /database \S+ exists, and its key file \S+ is missing/ },
  },
  'the key file holds something else': {
    plant({ data }) {
      writeFileSync(join(data, 'key'), 'hello\n')
      return { settings: { PUNCTUAL_KEYS: undefined } }
    },
    says: { keys: /key file \S+ does not hold a key/ },
  },
  'a token set was moved to another row': {
    plant: (place) => change(place, 'pragma foreign_keys = off', "update grants set id = 'grant_of_somebody_else'"),
    says: { keys: /token set of the grant grant_of_somebody_else does not open/ },
  },

  // The database.
  'the database was moved away': {
    plant(place) {
      writeFileSync(join(place.data, 'key'), `${testKey}\n`, { mode: 0o600 })
      renameSync(fileOf(place), join(place.folder, 'elsewhere.db'))
      return { settings: { PUNCTUAL_KEYS: undefined } }
    },
    says: { store: /There is no database at \S+, although its key file \S+ is there/ },
  },
  "the database is another program's": {
    plant(place) {
      rmSync(fileOf(place))
      change(place, 'create table notes (text)')
    },
    says: { schema: /tables of another program/ },
  },
  'the file is not a SQLite database': {
    plant: (place) => void writeFileSync(fileOf(place), 'not a database at all '.repeat(100)),
    says: { store: /is not a SQLite database/ },
  },
  'the database is a folder': {
    plant: ({ data }) => ({ settings: { PUNCTUAL_DATABASE: data } }),
    says: { store: /is a directory; name a file in it/ },
  },
  'the data folder is a file': {
    plant({ folder }) {
      writeFileSync(join(folder, 'taken'), '')
      return { settings: { PUNCTUAL_DATA: join(folder, 'taken') } }
    },
    says: { store: /cannot be made: \S+taken is not a folder/, journal: /is not a folder/ },
  },
  'the database is of a kind that is not known': {
    plant: () => ({ settings: { PUNCTUAL_DATABASE: 'mysql://db/punctual' } }),
    says: { settings: /PUNCTUAL_DATABASE must be/, store: /PUNCTUAL_DATABASE must be the path/ },
  },
  'the schema is older': {
    plant: (place) => change(place, "delete from punctual_migrations where name = '0010_access'"),
    says: { schema: /older than this version: it lacks 1 step, 0010_access\.[\s\S]*punctual migrate/ },
  },
  'the schema is newer': {
    plant: (place) => change(place, "insert into punctual_migrations values ('9999_future', '2030-01-01')"),
    says: { schema: /written by a newer version of Punctual: this one does not know 9999_future/ },
  },
  'a table was removed by hand': {
    plant: (place) => change(place, 'drop table booking_links'),
    says: { schema: /does not have the table "booking_links"/ },
  },

  // The journal.
  'the journal is a file': {
    plant: ({ data }) => void writeFileSync(join(data, 'journal'), ''),
    says: { journal: /The journal \S+ is not a folder/ },
  },
  'the journal holds an entry of another database': {
    plant: ({ data }) => journal(data, JSON.stringify({ ...entry, store: 'db_of_somebody_else' })),
    says: { journal: /1 entry in the journal \S+ belongs to another database[\s\S]*Do not remove/ },
  },
  'the journal holds a broken file': {
    plant: ({ data }) => journal(data, '{"store":'),
    says: { journal: /1 file in the journal \S+ cannot be read: one\.json/ },
  },

  // The clock.
  'the clock is ten minutes ahead': {
    plant: () => ({ now: () => Date.now() + 600_000 }),
    says: { clock: /clock is 10 minutes ahead of the clock of Calendly/ },
  },
  'the clock is ten minutes behind': {
    plant: () => ({ now: () => Date.now() - 600_000 }),
    says: { clock: /clock is 10 minutes behind the clock of Calendly/ },
  },

  // Where events go.
  'nothing listens at the address of events': {
    plant: async () => ({ settings: { PUNCTUAL_EVENTS_URL: `http://127.0.0.1:${await closedPort()}/events` } }),
    says: { events: /127\.0\.0\.1:\d+ refuses connections/ },
  },
  'the certificate of the receiver is self-signed': {
    plant: async ({ folder }, t) => ({ settings: { PUNCTUAL_EVENTS_URL: await selfSigned(t, folder) } }),
    says: { events: /self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\)[\s\S]*NODE_EXTRA_CA_CERTS/ },
  },
  'there is no receiver at the path': {
    async plant(_, t) {
      const { url } = await startReceiver(t, (response) => response.writeHead(404).end())
      return { settings: { PUNCTUAL_EVENTS_URL: url } }
    },
    says: { events: /there is nothing at this address of 127\.0\.0\.1:\d+ \(404\)/ },
  },
  'the receiver redirects': {
    async plant(_, t) {
      const { url } = await startReceiver(t, (response) => response.writeHead(308, { location: '/hooks/' }).end())
      return { settings: { PUNCTUAL_EVENTS_URL: url } }
    },
    says: { events: /redirects \(308\), and redirects are not followed/ },
  },
  'the receiver does not speak TLS': {
    async plant(_, t) {
      const { url } = await startReceiver(t)
      return { settings: { PUNCTUAL_EVENTS_URL: url.replace('http:', 'https:') } }
    },
    says: { events: /does not speak TLS at that port/ },
  },
  'the receiver never answers': {
    async plant(_, t) {
      const { url } = await startReceiver(t, () => {})
      return { settings: { PUNCTUAL_EVENTS_URL: url }, requestDeadlineMs: 1500 }
    },
    says: { events: /gave no answer in time/ },
  },
  'the secret of events is malformed': {
    plant: () => ({ settings: { PUNCTUAL_EVENTS_SECRETS: 'whsec_short' } }),
    says: { settings: /PUNCTUAL_EVENTS_SECRETS must be whsec_/, events: /must be whsec_[\s\S]*openssl rand/ },
  },
  'the address of events has no secret': {
    plant: () => ({ settings: { PUNCTUAL_EVENTS_SECRETS: undefined } }),
    says: { settings: /PUNCTUAL_EVENTS_SECRETS is missing/, events: /PUNCTUAL_EVENTS_SECRETS is missing/ },
  },

  // What answers at the address of the service.
  'another program answers at the address': {
    async plant(_, t) {
      const { url } = await startReceiver(t, (response) => response.writeHead(404).end())
      return { settings: { PUNCTUAL_URL: new URL(url).origin } }
    },
    says: {
      base_url: /Another program answers at/,
      'callback:calendly': /it has the port|host and port are others|differs from/,
      'callback:calcom': /it has the port|host and port are others|differs from/,
    },
  },
  'the sandbox does not run': {
    async plant({ sandbox }) {
      await sandbox.close()
      return {}
    },
    says: {
      'credentials:calendly': /refuses connections[\s\S]*Start "punctual sandbox"/,
      'credentials:calcom': /refuses connections/,
      'callback:calendly': /refuses connections/,
      'callback:calcom': /refuses connections/,
    },
  },
}

test('each mistake in what the settings name is named, and no other', { concurrency: 4 }, async (t) => {
  for (const [title, { plant, says }] of Object.entries(cases))
    await t.test(title, async (t) => {
      const here = await startPlace(t)
      assertWrong(await look(here, (await plant(here, t)) ?? {}), says)
    })
})

test('a file, a folder and a journal that this user may not write are named', async (t) => {
  const { settings, folder, data } = await startPlace(t)
  mkdirSync(join(data, 'journal'))
  for (const path of [join(data, 'punctual.db'), join(data, 'journal'), data, folder]) chmodSync(path, 0o555)
  t.after(() => chmodSync(folder, 0o755))
  // Root may write everything, so where the tests run as root another user looks.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  const child = spawn(process.execPath, [main, 'doctor', '--json'], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
    ...user,
  })
  let text = ''
  for await (const part of child.stdout.setEncoding('utf8')) text += part
  const { checks } = JSON.parse(text) as { checks: { id: string; ok: boolean; message: string; fix: string | null }[] }
  assertWrong(
    checks.map(({ ok, ...result }) => ({ ...result, kind: ok ? 'ok' : 'wrong' })),
    { store: /cannot be written/, journal: /may not be used by this user/ },
  )
})

test('nothing is changed: the files are byte for byte the same, and no receiver gets an event', async (t) => {
  const place = await startPlace(t)
  const { url, received } = await startReceiver(t)
  journal(place.data, JSON.stringify(entry))
  const files = () =>
    readdirSync(place.folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => [one.name, readFileSync(join(one.parentPath, one.name), 'base64')])
  const before = files()
  assertWrong(await look(place, { settings: { PUNCTUAL_EVENTS_URL: url } }), {})
  assert.deepEqual(files(), before)
  assert.deepEqual(
    received.map(({ body }) => body),
    [''],
  )
  const empty = { settings: { ...place.settings, PUNCTUAL_DATA: join(place.folder, 'none') }, folder: place.folder }
  await look(empty)
  assert.deepEqual(files(), before)
})

const entry = {
  store: null,
  renewal: { grant: 'grant_1', generation: 1, spent: 'a', tokens: 'p1.aaaaaaaa.b' },
  writtenAt: 1,
  expiresAt: 2,
}

function journal(data: string, text: string): undefined {
  mkdirSync(join(data, 'journal'), { recursive: true })
  writeFileSync(join(data, 'journal/one.json'), text)
}

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function selfSigned(t: TestContext, folder: string): Promise<string> {
  const [key, cert] = [join(folder, 'tls.key'), join(folder, 'tls.crt')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', ...names],
    {
      stdio: 'ignore',
    },
  )
  const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
    response.end(),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/events`
}
