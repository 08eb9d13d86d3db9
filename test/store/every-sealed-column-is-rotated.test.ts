// What is sealed, in which columns: found in a database in which each record was written once, and compared with what the
// stores count and what a rotation visits. A new sealed column that one of them forgets fails here.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import { secret } from '../../src/core/secret.ts'
import { sealedColumns, sealedTables } from '../../src/core/store/sealed.ts'
import { createAttemptRecords } from '../../src/records/attempts.ts'
import { createBookingKeyRecords } from '../../src/records/booking-keys.ts'
import { createConnectionRecords } from '../../src/records/connections.ts'
import { createFeedRecords } from '../../src/records/feed.ts'
import { createGrantRecords } from '../../src/records/grants.ts'
import { createOutboxRecords } from '../../src/records/outbox.ts'
import { createSubscriptionRecords } from '../../src/records/subscriptions.ts'
import { reseal, visitedColumns } from '../../src/store/sql/reseal.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { createVault, type Place } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { testKey } from '../support/settings.ts'
import { attempt, bookingKey, connect, delivery, pace, subscription, virtualClock } from './fixtures.ts'

test('every column that holds sealed values is counted, and rotated', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'p.db')
  const store = sqlite(file)
  await store.open(virtualClock())
  const sealedPlaces = new Set<string>()
  const real = createVault(createKeyring([testKey]), systemRandom)
  const vault = {
    ...real,
    seal(place: Place, text: string) {
      sealedPlaces.add(`${place.table}.${place.column}`)
      return real.seal(place, text)
    },
  }
  const attempts = createAttemptRecords({ store, vault, clock: virtualClock() })
  const begun = async (id: string) => {
    const { stateHash: _, nonceHash: __, verifier: ___, ...facts } = attempt(id)
    await attempts.begin({ ...facts, state: id, nonce: id, codeVerifier: 'verifier' })
    await attempts.consume(id, 'calendly')
  }
  const answer = { accessToken: secret('a'), refreshToken: secret('r'), expiresInMs: 1000, scopes: null, extra: {} }
  await begun('held')
  await attempts.hold('held', secret('code'))
  await begun('exchanged')
  await attempts.advance('exchanged', 'consumed', 'exchanging')
  await attempts.keepAnswer('exchanged', attempts.sealAnswer('exchanged', { answer, sentAt: 0 }))
  await begun('attached')
  await attempts.advance('attached', 'consumed', 'exchanging')
  await attempts.keepAnswer('attached', attempts.sealAnswer('attached', { answer, sentAt: 0 }))
  const schedule = { expiresInMs: 1000, refreshInMs: null, dueInMs: null }
  const attached = await createConnectionRecords({ store, vault }).attach({
    attempt: 'attached',
    client: 'calendly',
    owner: 'ann',
    reconnect: null,
    account: { id: 'one', name: null, email: null, timeZone: null },
    answer,
    scopes: [],
    schedule,
    keepReplaced: false,
    pace,
    connection: 'connection_1',
  })
  const grants = createGrantRecords({ store, vault })
  const grant = (await grants.get(attached?.connection.grant ?? '')) ?? assert.fail('no grant')
  await grants.keepFallback({ ...grants.seal(grant, answer, null), generation: 0, spent: '' })
  const outbox = createOutboxRecords({ store, vault })
  await outbox.accept([delivery('kept'), delivery('fed', { orderingKey: 'fed' })])
  await outbox.forward((type) => (type === 'webhook.received' ? ['feed'] : []), 1)
  const [taken] = await outbox.take('w', 1, 60_000, [], [], 'feed')
  await createFeedRecords({ store, vault }).publish(taken?.id ?? '', { id: 'evt_1' } as never)
  const { secrets: _, ...subscribed } = subscription('one')
  await createSubscriptionRecords({ store, vault }).insert({ ...subscribed, secret: secret('signs') }, null, 0)
  await createBookingKeyRecords({ store, vault }).claim(bookingKey('k'), 1000)
  const counts = await store.sealed.count([], 100)
  await store.close()

  const found = sealedIn(file)
  const declared = sealedTables.flatMap((table) => sealedColumns[table].map((column) => `${table}.${column}`))
  assert.deepEqual(found, declared.toSorted(), 'the columns of the database, and those that are declared')
  assert.deepEqual([...visitedColumns].sort(), declared.toSorted(), 'those that a rotation visits')
  assert.deepEqual(counts.map(({ table }) => table).sort(), sealedTables.toSorted(), 'the tables that are counted')
  // A fallback set is sealed as `tokens` is: it moves there without being sealed again.
  assert.deepEqual([...sealedPlaces, 'grants.spares'].sort(), declared.toSorted(), 'what the records seal')
})

/** Every column of every table that has a sealed value in it. */
function sealedIn(file: string): string[] {
  const database = new DatabaseSync(file)
  const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all() as { name: string }[]
  const found = new Set<string>()
  for (const { name } of tables)
    for (const row of database.prepare(`select * from "${name}"`).all())
      for (const [column, value] of Object.entries(row))
        if (typeof value === 'string' && /p1\.[\w-]{8}\.[\w-]{30}/.test(value)) found.add(`${name}.${column}`)
  database.close()
  return [...found].sort()
}

test('a value that another process has replaced since it was read stays', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'p.db')
  const store = sqlite(file)
  await store.open(virtualClock())
  t.after(() => store.close())
  const { connection } = await connect(store, {
    grant: { tokens: 'p1.old_old1.grant', expiresInMs: 1e6, refreshInMs: null, dueInMs: null },
  })
  await store.subscriptions.insert(subscription('s', { secrets: 'p1.old_old1.secret' }), null, 0)
  const other = new DatabaseSync(file)
  t.after(() => other.close())
  const replaced = {
    grants: `update grants set tokens = 'p1.old_old1.newer'`,
    subscriptions: `update subscriptions set secrets = 'p1.old_old1.newer'`,
  }
  const request = {
    key: 'new_new1',
    isDryRun: false,
    unreadable: () => assert.fail('it opens'),
    progress: () => {},
  }
  const { resealed, waiting } = await reseal(store, {
    ...request,
    reseal(table) {
      other.exec(replaced[table as keyof typeof replaced] ?? '')
      return 'p1.new_new1.older'
    },
  })
  const rows = async () => [
    (await store.grants.get(connection.grant))?.tokens,
    (await store.subscriptions.get('s'))?.secrets,
  ]
  assert.deepEqual(await rows(), ['p1.old_old1.newer', 'p1.old_old1.newer'])
  assert.deepEqual([resealed.grants, resealed.subscriptions, waiting], [0, 0, 1])
  const again = await reseal(store, { ...request, reseal: () => 'p1.new_new1.newer' })
  assert.deepEqual([again.resealed.grants, again.resealed.subscriptions, again.byKey], [1, 1, { old_old1: 2 }])
  assert.deepEqual(await rows(), ['p1.new_new1.newer', 'p1.new_new1.newer'])
})
