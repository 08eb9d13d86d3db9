// Copying events, subscriptions, bookings, connect sessions and API keys from SQLite to Postgres: pending events are
// dispatched there and nowhere else, in their order, also after an earlier run that was stopped; bookings are gone on with
// there alone; and what ended between two runs has ended there.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, before, type TestContext, test } from 'node:test'
import { migrate } from '../../src/cli/commands/migrate.ts'
import { createTerminal } from '../../src/cli/output/terminal.ts'
import { systemClock, systemRandom } from '../../src/core/clock.ts'
import { secret } from '../../src/core/secret.ts'
import type { Store } from '../../src/core/store/store.ts'
import { createBookingKeyRecords } from '../../src/records/booking-keys.ts'
import { createOutboxRecords } from '../../src/records/outbox.ts'
import { createSubscriptionRecords } from '../../src/records/subscriptions.ts'
import { postgres } from '../../src/store/postgres.ts'
import { copy } from '../../src/store/sql/copy.ts'
import { engineOf } from '../../src/store/sql/engine/engine.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { apiKey, bookingKey, bookingLink, connectSession, delivery, freed, subscription } from '../store/fixtures.ts'
import { testKey } from '../support/host.ts'
import { type PostgresServer, startPostgres } from './server.ts'

let server: PostgresServer
before(async () => {
  server = await startPostgres()
})
after(() => server.end())

const vault = createVault(createKeyring([testKey]), systemRandom)
const minute = 60_000
let schemas = 0

interface OldAndNew {
  readonly from: Store
  readonly to: Store
  run(stopAt?: number): Promise<unknown>
  command(keys: string): Promise<void>
}

/**
 * An outbox with a queue whose first event waits an hour, one that is due, one done, one dead; a subscription; a
 * booking whose outcome is not known yet, and one that was moved.
 */
async function oldAndNew(t: TestContext): Promise<OldAndNew> {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  const file = join(folder, 'punctual.db')
  const database = `events_${++schemas}`
  await server.run(`create database ${database}`)
  const url = server.url.replace(/\/postgres$/, `/${database}`)
  const [from, to] = [sqlite(file), postgres({ url, notify: false })]
  t.after(async () => {
    await Promise.all([from.close(), to.close()])
    rmSync(folder, { recursive: true })
  })
  await from.open(systemClock)
  await to.open(systemClock)
  const deliveries = createOutboxRecords({ store: from, vault })
  for (const orderingKey of ['waiting', 'done', 'dead'])
    await deliveries.accept([delivery(orderingKey, { orderingKey, body: JSON.stringify({ about: orderingKey }) })])
  for (const { id, key } of await from.outbox.take('w', 5, minute)) {
    if (key === 'done') await from.outbox.acknowledge(id)
    else await from.outbox.fail(id, 'w', 'no', key === 'dead' ? null : 60 * minute)
  }
  await deliveries.accept([delivery('after it', { orderingKey: 'waiting', orderAt: 20_000, body: '1' })])
  await deliveries.accept([delivery('due', { orderingKey: 'due', body: '{"about":"due"}' })])
  const { secrets: _, ...facts } = subscription('s')
  await createSubscriptionRecords({ store: from, vault }).insert({ ...facts, secret: secret('its secret') }, null, 0)
  await createBookingKeyRecords({ store: from, vault }).claim(bookingKey('k', { request: 'its request' }), minute)
  await from.bookingKeys.update('c1', 'k', 1, { step: 'booking', sentMsAgo: 0, release: true })
  await from.bookingLinks.put(bookingLink('moved', { chain: null, replaces: 'first' }))
  await from.noteEscrow()
  const stop = new Error('the plug was pulled')
  return {
    from,
    to,
    run(stopAt = Number.POSITIVE_INFINITY) {
      let checked = 0
      const check = async () => {
        if (++checked >= stopAt) throw stop
      }
      return copy(from, to, { progress: () => {}, check })
    },
    command: (key) =>
      migrate(
        { from: `sqlite:${file}`, to: url },
        { data: folder, database: file, keys: [key], keyProvider: null },
        createTerminal(new Writable({ write: (_, __, done) => done() })),
        { write: () => true },
      ),
  }
}

const keysOf = async ({ outbox }: Store) =>
  Object.fromEntries((await outbox.list({ limit: 100 })).map(({ key, state }) => [key, state]))
const leasedOf = async ({ outbox }: Store) => (await outbox.take('w', 10, minute)).map(({ key }) => key)
const everything = { waiting: 'pending', done: 'done', dead: 'dead', 'after it': 'pending', due: 'pending' }

test('events and subscriptions arrive unchanged, open, and are dispatched in the new database alone', async (t) => {
  const { from, to, run } = await oldAndNew(t)
  const before = await from.outbox.list({ limit: 100 })
  await run()
  assert.equal(await to.identity(), await from.identity())
  assert.equal(await to.hasEscrow(), true)
  const facts = (rows: typeof before) => rows.map(({ readAt: _, ...row }) => row)
  assert.deepEqual(facts(await to.outbox.list({ limit: 100 })), facts(before))
  assert.deepEqual(await keysOf(to), everything)
  assert.deepEqual(await leasedOf(to), ['due'])
  const [due] = await to.outbox.list({ limit: 1 })
  const event = (await createOutboxRecords({ store: to, vault }).get(due?.id ?? ''))?.open()
  assert.deepEqual(event?.type === 'webhook.received' && event.body, { about: 'due' })
  assert.equal((await createSubscriptionRecords({ store: to, vault }).get('s'))?.secret()?.reveal(), 'its secret')
  const wait = (await to.outbox.nextDue()) ?? 0
  assert.ok(wait > 0 && wait <= minute, `${wait}`)
  // The next event has the next number.
  await to.outbox.accept([delivery('new', { orderingKey: 'new' })])
  assert.equal((await to.outbox.list({ limit: 1 }))[0]?.key, 'new')

  assert.deepEqual(await leasedOf(from), [])
  await from.outbox.accept([delivery('too late', { orderingKey: 'due', orderAt: 1 })])
  assert.deepEqual(await leasedOf(from), [])
})

test('between two runs the old store works on, and what it has dispatched is not dispatched again', async (t) => {
  const { from, to, run } = await oldAndNew(t)
  await assert.rejects(run(1), /the plug was pulled/)
  assert.deepEqual(await leasedOf(from), ['due'])
  const [due] = await from.outbox.list({ limit: 1 })
  await assert.rejects(run(), { reason: 'in_use', message: /The old database is in use/ })
  await from.outbox.acknowledge(due?.id ?? '')
  await from.subscriptions.insert(subscription('newer'), 's', 0)
  await run()
  assert.deepEqual(await keysOf(to), { ...everything, due: 'done' })
  assert.deepEqual(await leasedOf(to), [])
  const standing = (await to.subscriptions.of('c1')).map(({ id, current }) => [id, current]).sort()
  assert.deepEqual(standing, [
    ['newer', true],
    ['s', false],
  ])
})

test('a run after a complete one copies nothing again', async (t) => {
  const { from, to, run } = await oldAndNew(t)
  await run()
  const [due] = await to.outbox.take('w', 1, minute)
  await to.outbox.acknowledge(due?.id ?? '')
  await to.subscriptions.update('s', ['creating'], { state: 'active' })
  await run()
  await assert.rejects(run(1), /the plug was pulled/)
  assert.deepEqual(await leasedOf(to), [])
  assert.equal((await to.subscriptions.get('s'))?.state, 'active')
  assert.deepEqual(await leasedOf(from), [])
})

test('bookings arrive unchanged, open, and are gone on with in the new database alone', async (t) => {
  const { from, to, run } = await oldAndNew(t)
  const claim = ({ bookingKeys }: Store) => bookingKeys.claim(bookingKey('k'), minute)
  await claim(from)
  await assert.rejects(run(), { reason: 'in_use', message: /The old database is in use/ })
  await from.bookingKeys.update('c1', 'k', 2, { release: true, checkInMs: 0 })
  await from.bookingKeys.claim(bookingKey('freed later'), minute)
  await from.bookingKeys.update('c1', 'freed later', 1, { release: true })
  await assert.rejects(run(1), /the plug was pulled/)
  assert.equal(await from.bookingKeys.update('c1', 'freed later', 1, freed), true)
  const before = await from.bookingKeys.get('c1', 'k')
  await run()
  const arrived = await createBookingKeyRecords({ store: to, vault }).get('c1', 'k')
  assert.equal(arrived?.request(), 'its request')
  const lasting = (row: typeof before) => row && { ...row, readAt: 0, leasedUntil: 0, sentMsAgo: 0, createdMsAgo: 0 }
  assert.deepEqual(lasting(await to.bookingKeys.get('c1', 'k')), lasting(before))
  assert.equal((await to.bookingKeys.claim(bookingKey('freed later', { verb: 'cancel' }), minute)).isNew, true)
  assert.deepEqual(await to.bookingLinks.of('c1', ['moved']), [
    bookingLink('moved', { chain: null, replaces: 'first' }),
  ])

  assert.deepEqual([(await claim(from)).isMine, await from.bookingKeys.takeDue(5, minute)], [false, []])
  assert.deepEqual(
    (await to.bookingKeys.takeDue(5, minute)).map(({ key, claim }) => [key, claim]),
    [['k', 3]],
  )
  await assert.rejects(run(), { reason: 'in_use', message: /has bookings that are newer/ })
})

test('connect sessions and API keys arrive as they are in the end, not as an earlier run has seen them', async (t) => {
  const { from, to, run } = await oldAndNew(t)
  const { connectSessions, apiKeys } = from
  await connectSessions.insert(connectSession('s'), 30 * minute)
  await apiKeys.insert(apiKey('k', { owner: 'ann' }), null)
  await assert.rejects(run(1), /the plug was pulled/)
  await connectSessions.update('s', 0, { attempt: 'a' })
  await apiKeys.rotate('k', 'another hash', minute)
  await apiKeys.revoke('k')
  const before = [await connectSessions.get('s'), await apiKeys.get('k')]
  await run()
  const arrived = [await to.connectSessions.get('s'), await to.apiKeys.get('k')]
  const facts = (rows: typeof before) => rows.map((row) => row && { ...row, readAt: 0 })
  assert.deepEqual(facts(arrived), facts(before))
  await to.apiKeys.insert(apiKey('its own'), null)
  await assert.rejects(run(), { reason: 'in_use', message: /The new database is in use: it has API keys/ })
})

test('a new database with events or subscriptions of its own is refused, and so are wrong keys', async (t) => {
  const { from, to, run, command } = await oldAndNew(t)
  await to.outbox.accept([delivery('its own', { orderingKey: 'x' })])
  await assert.rejects(run(), { reason: 'in_use', message: /The new database is in use: it has events/ })
  await to.outbox.acknowledge((await to.outbox.list({ limit: 1 }))[0]?.id ?? '')
  await to.subscriptions.insert(subscription('its own'), null, 0)
  await assert.rejects(run(), { reason: 'in_use', message: /The new database is in use: it has webhook subscriptions/ })
  await to.subscriptions.update('its own', ['creating'], { state: 'removed' })
  await engineOf(to).db.deleteFrom('subscriptions').execute()
  await assert.rejects(command(Buffer.alloc(32, 9).toString('base64url')), {
    message: /A row of "outbox" \(evt_\w+\) does not open with these keys/,
  })
  assert.deepEqual(await leasedOf(from), ['due'])
})
