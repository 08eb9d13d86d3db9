// `punctual.events.feed`: a reader with a cursor gets every published event once, and learns when it has missed some.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import { createSetAside } from '../../src/core/set-aside.ts'
import { type DeliveredEvent, type Fault, PunctualError, type Store } from '../../src/index.ts'
import { createEventFeed } from '../../src/outbox/read-feed.ts'
import { createOutboxRecords } from '../../src/records/outbox.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { delivery } from '../store/fixtures.ts'
import { startHost, startQuietHost, testKey } from '../support/host.ts'
import { settle, stores } from './consumer.ts'

async function arrive(store: Store, count: number, facts: Parameters<typeof delivery>[1] = {}): Promise<void> {
  const vault = createVault(createKeyring([testKey]), systemRandom)
  const outbox = createOutboxRecords({ store, vault })
  const body = JSON.stringify({ about: 'a booking' })
  for (let n = 0; n < count; n++) await outbox.accept([delivery(`${facts.owner} ${n}`, { orderAt: n, body, ...facts })])
}

async function startFed(t: TestContext, store: Store) {
  const host = await startHost(t, { store, deliverTo: { feed: true } })
  await host.punctual.ready()
  const published = async (count: number) => {
    for (;;) {
      const { events } = await host.punctual.events.feed({ limit: 200 })
      if (events.length >= count) return events
      await settle(1)
    }
  }
  return { host, feed: host.punctual.events.feed, published }
}

for (const { name, open } of stores) {
  test(`the feed has the events as deliverTo gets them, page by page: ${name}`, async (t) => {
    const store = await open(t)
    const { host, feed, published } = await startFed(t, store)
    assert.deepEqual(await feed(), { events: [], cursor: 'feed_0' })
    await arrive(store, 4)
    const { id: connection } = await host.connect('calendly')
    const all = await published(5)
    const seen: DeliveredEvent[] = []
    let after: string | null = null
    for (;;) {
      const page: Awaited<ReturnType<typeof feed>> = await feed({ after, limit: 2 })
      seen.push(...page.events)
      after = page.cursor
      if (page.events.length === 0) break
    }
    assert.deepEqual(seen, all)
    const webhooks = seen.filter((event) => event.type === 'webhook.received')
    assert.equal(webhooks.length, 4)
    assert.deepEqual([webhooks[0]?.body, webhooks[0]?.dispatch], [{ about: 'a booking' }, 1])
    const created = seen.find((event) => event.type === 'connection.created')
    assert.ok(created && 'connection' in created && created.at instanceof Date)
    assert.equal(created.connection, connection)
    assert.deepEqual((await feed({ after })).events, [])
    await arrive(store, 1, { owner: 'bob' })
    await host.connect('calcom')
    await published(7)
    assert.equal((await feed({ after })).events.length, 2)
  })

  test(`the feed can be read for one owner, and for some types: ${name}`, async (t) => {
    const store = await open(t)
    const { host, feed, published } = await startFed(t, store)
    await arrive(store, 2, { owner: 'ann', orderingKey: 'a' })
    await arrive(store, 3, { owner: 'bob', orderingKey: 'b' })
    host.person = 'ann'
    await host.connect('calendly')
    const all = await published(6)
    const of = all.filter((event) => 'owner' in event && event.owner === 'bob')
    const bob = await feed({ owner: 'bob' })
    assert.deepEqual(bob.events, of)
    assert.deepEqual(await feed({ owner: 'bob', after: bob.cursor }), { events: [], cursor: bob.cursor })
    const { events } = await feed({ types: ['connection.created'] })
    assert.deepEqual(
      events.map(({ type }) => type),
      ['connection.created'],
    )
  })
}

test('a wrong request is refused, and so is a cursor after which events are gone', async (t) => {
  const [memory] = stores
  const store = (await memory?.open(t)) as Store
  const { feed, published, host } = await startFed(t, store)
  const refused = (request: object, sentence: RegExp) =>
    assert.rejects(feed(request), (error: Error) => {
      assert.match(error.message, sentence)
      return (error as { code?: string }).code === 'invalid_argument'
    })
  await refused({ after: 'evt_1_1' }, /^events\.feed: after must be the cursor of an earlier page/)
  await refused({ limit: 201 }, /^events\.feed: limit must be a whole number from 1 to 200/)
  await refused({ types: ['booking.made'] }, /^events\.feed: types\[0\] "booking\.made" is not a type of event/)
  await refused({ owner: undefined }, /^events\.feed: owner must be/)
  await refused({ after: 'feed_5' }, /^events\.feed: after is the cursor of another database/)
  await arrive(store, 3)
  await host.connect('calendly')
  await published(4)
  const swept: Store['feed'] = { ...store.feed, read: async (how) => ({ ...(await store.feed.read(how)), first: 4 }) }
  const later = host.another({ store: { ...store, feed: swept } })
  await assert.rejects(later.events.feed({ after: 'feed_2' }), /after is too old: events after it have been deleted/)
  assert.equal((await later.events.feed({ after: 'feed_3' })).events.length, 1)
})

test('a reader stops at an event whose key is missing, and goes on once it is back, or after it', async (t) => {
  const host = await startQuietHost(t, { deliverTo: { feed: true } })
  await host.connect('calendly')
  while ((await host.punctual.events.feed()).events.length < 1) await settle(1)
  const next = randomBytes(32).toString('base64url')
  const other = host.another({ keys: [next] })
  const faults: Fault[] = []
  other.on((event) => event.type === 'fault' && faults.push(event))
  const refused = {
    code: 'value_unreadable',
    reason: 'unknown_key',
    message:
      /^events\.feed: .* needs the key [\w-]{8}, which is not in .* Then read again from the same cursor\. If the key is lost, go on after feed_1: /,
  }
  for (let again = 0; again < 3; again++) await assert.rejects(other.events.feed(), refused)
  assert.equal(faults.length, 1)
  assert.match(faults[0]?.message ?? '', /^The event evt_\w+: /)
  assert.deepEqual(await other.events.feed({ after: 'feed_1' }), { events: [], cursor: 'feed_1' })
  const { events } = await host.another({ keys: [next, testKey] }).events.feed()
  assert.equal(events.length, 1)
})

test('what comes before an event whose key is missing is read first', async () => {
  const row = (position: number, key: 'here' | 'missing' | 'damaged') => ({
    position,
    event: `evt_${position}`,
    type: 'connection.created',
    owner: 'ada',
    open() {
      if (key === 'missing') throw new PunctualError('value_unreadable', 'needs K.', { reason: 'unknown_key' })
      if (key === 'damaged') throw new PunctualError('value_unreadable', 'is cut.', { reason: 'damaged' })
      return { id: `evt_${position}` } as DeliveredEvent
    },
  })
  const rows = [row(1, 'here'), row(2, 'damaged'), row(3, 'here'), row(4, 'missing'), row(6, 'missing'), row(9, 'here')]
  const read = async ({ after }: { after: number }) => ({
    events: rows.filter(({ position }) => position > after),
    readTo: 9,
    first: 1,
    last: 9,
  })
  const reports: string[] = []
  const { feed } = createEventFeed(
    { read },
    createSetAside({ monotonic: () => 0 }, ({ message }) => void reports.push(message)),
  )
  const { events, cursor } = await feed()
  assert.deepEqual([events.map(({ id }) => id), cursor], [['evt_1', 'evt_3'], 'feed_3'])
  await assert.rejects(feed({ after: cursor }), /needs K\. .* go on after feed_8: the events up to there are missed\.$/)
  assert.deepEqual((await feed({ after: 'feed_8' })).events.length, 1)
  assert.deepEqual(
    reports.map((report) => report.split(':')[0]),
    ['The event evt_2', 'The event evt_4', 'The event evt_6'],
  )
})
