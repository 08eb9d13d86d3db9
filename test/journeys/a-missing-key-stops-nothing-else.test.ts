// A key that still seals something was taken away: it is said how much needs it, everything else goes on, nothing is deleted,
// and all of it works again when the key is back.

import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { sealedTables } from '../../src/core/store/sealed.ts'
import type { Connection, Fault, Punctual, Store } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { delivery } from '../store/fixtures.ts'
import { type Host, startHost, startQuietHost, testKey } from '../support/host.ts'

const newKey = Buffer.alloc(32, 9).toString('base64url')
const idOf = (key: string) => createKeyring([key]).current

function faultsOf(punctual: Punctual): Fault[] {
  const faults: Fault[] = []
  punctual.on((event) => event.type === 'fault' && faults.push(event))
  return faults
}

/** Every row of the store with sealed values, as text. */
async function snapshot(store: Store, connections: readonly Connection[]): Promise<string> {
  const rows = await Promise.all(connections.map(async ({ id }) => store.connections.tokenOf(id)))
  return JSON.stringify([rows.map((row) => row?.tokens), await store.sealed.count([], 1e6)])
}

/** Two connections of before the new key, and one of after it. */
async function withTwoKeys(host: Host): Promise<{ old: Connection[]; fresh: Connection; rotated: Punctual }> {
  const old = [await host.connect('calendly', { owner: 'ada' }), await host.connect('calcom', { owner: 'ada' })]
  await host.punctual.stop()
  const rotated = host.another({ keys: [newKey, testKey] })
  const fresh = await host.connect('calcom-public', { through: rotated, owner: 'ada' })
  return { old, fresh, rotated }
}

test('ready, start and the first page say how much needs which key, once and with the counts', async (t) => {
  const store = memory()
  const host = await startHost(t, { store, deliverTo: { feed: true } })
  const { old, fresh, rotated } = await withTwoKeys(host)
  const counted = faultsOf(rotated)
  await rotated.ready()
  assert.deepEqual(counted, [], 'nothing is missing while both keys are there')
  await rotated.stop()

  const without = host.another({ keys: [newKey] })
  const faults = faultsOf(without)
  await without.ready()
  await without.ready()
  without.start()
  await without.stop()
  const told = faults.filter(({ message }) => message.startsWith('Something stored'))
  assert.deepEqual(
    told.map(({ code, reason }) => [code, reason]),
    [['value_unreadable', 'unknown_key']],
  )
  const needs = `the key ${idOf(testKey)} is needed by 2 token sets`
  assert.ok(told[0]?.message.includes(needs), told[0]?.message)
  assert.ok(!told[0]?.message.includes(testKey))
  const page = await without.operator.overview()
  const keys = page.attention.find(({ kind }) => kind === 'keys')
  assert.ok(keys && (keys.count ?? 0) >= 2 && keys.sentence.includes(needs.replace('the', 'The')), keys?.sentence)

  // What needs no key, or the one at hand, is served.
  const { connections } = await without.connections.list({ owner: 'ada' })
  assert.equal(connections.length, 3)
  assert.ok((await (await without.connections.get(fresh.id)).token()).accessToken)
  await assert.rejects((await without.connections.get(old[0]?.id ?? '')).token(), { reason: 'unknown_key' })

  const back = host.another({ keys: [newKey, testKey] })
  await back.ready()
  for (const { id } of [...old, fresh]) assert.ok((await (await back.connections.get(id)).token()).accessToken)
  const [still] = (await back.operator.overview()).attention.filter(({ kind }) => kind === 'keys')
  assert.equal(
    still?.count ?? null,
    null,
    'nothing is missing there, and what another process has told stays for an hour',
  )
})

test('where no token set opens at all it is not ready, and the error counts', async (t) => {
  const store = memory()
  const host = await startHost(t, { store })
  await host.connect('calendly')
  await assert.rejects(host.another({ keys: [newKey] }).ready(), {
    code: 'store_unavailable',
    reason: 'unknown_key',
    message: new RegExp(`At hand: ${idOf(newKey)}; the key ${idOf(testKey)} is needed by 1 token set`),
  })
})

test('a table full of what no key opens delays nothing, loses nothing, and works when the key is back', async (t) => {
  const store = memory()
  const received: string[] = []
  const host = await startQuietHost(t, {
    store,
    keepWarm: 'always',
    deliverTo: async (event) => void received.push(`${event.type} ${'owner' in event ? event.owner : ''}`),
  })
  const scopes = ['PROFILE_READ', 'BOOKING_READ', 'WEBHOOK_READ', 'WEBHOOK_WRITE']
  host.person = 'old'
  const old = await host.connect('calcom', { owner: 'old', account: 'ada', scopes })
  await host.punctual.webhooks.subscribe(old.id, ['BOOKING_CREATED'])
  // An answer that was stored and not attached, the code of a session, an event and a change of a booking.
  await host.punctual.begin({ client: 'calendly', owner: 'old', returnTo: '/' })
  await host.punctual.stop()
  received.length = 0
  const seal = (row: string) => `p1.${idOf(testKey)}.${row}`
  await store.outbox.accept([
    delivery('old', { orderingKey: 'old', connection: old.id, owner: 'old', body: seal('x') }),
  ])
  const digest = hash('sha256', 'booked', 'base64url')
  const request = { connection: old.id, key: digest, verb: 'book', requestDigest: 'd', request: seal('y') } as const
  await store.bookingKeys.claim(request, 0)
  await store.bookingKeys.update(old.id, digest, 1, { step: 'booking', sentMsAgo: 0, release: true, checkInMs: 0 })

  const without = host.another({ keys: [newKey] })
  host.person = 'fresh'
  const fresh = await host.connect('calcom', { owner: 'fresh', account: 'ben', scopes, through: without })
  await without.webhooks.subscribe(fresh.id, ['BOOKING_CREATED'])
  host.sandbox.clock.advance(3 * 3600)
  await store.subscriptions.hasten(old.id)
  const before = await snapshot(store, [old])
  const renewed: string[] = []
  const faults = faultsOf(without)
  without.on((event) => event.type === 'connection.renewed' && renewed.push(event.connection))
  host.forget()
  without.start()
  await host.clock.sleep(10 * 60_000)
  assert.deepEqual(renewed, [fresh.id], 'the other grant is refreshed')
  assert.ok(received.includes('connection.created fresh'), received.join())
  assert.equal(host.tokenRequests(), 1, 'nothing is presented for the old one')
  assert.equal((await without.connections.get(old.id)).status, 'active', 'no grant ends')
  const messages = faults.map(({ message }) => message)
  assert.equal(new Set(messages).size, messages.length, `each is told once:\n${messages.join('\n')}`)
  assert.ok(messages.length >= 3 && messages.length < 10, messages.join('\n'))
  await without.stop()
  const after = JSON.parse(await snapshot(store, [old]))
  assert.deepEqual(after[0], JSON.parse(before)[0], 'the token set is as it was')
  const left = (await store.sealed.count([idOf(newKey)], 1e6)).filter(({ values }) => values !== null)
  assert.deepEqual(
    left.map(({ table, key }) => `${table} ${key}`).sort(),
    sealedTables
      .filter((table) => table !== 'feed')
      .map((table) => `${table} ${idOf(testKey)}`)
      .sort(),
    'nothing is deleted',
  )

  const back = host.another({ keys: [newKey, testKey] })
  back.start()
  await host.clock.sleep(3600_000)
  assert.ok((await (await back.connections.get(old.id)).token()).generation >= 2)
  const [subscription] = await back.webhooks.list(await back.connections.get(old.id))
  assert.equal(subscription?.state, 'active')
})
