// Several destinations: each gets every event of its types, in order, and one that is broken delays no other.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import type { DeliveredEvent, PunctualOptions } from '../../src/index.ts'
import { createOutboxRecords } from '../../src/records/outbox.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { delivery } from '../store/fixtures.ts'
import { startQuietHost, testKey } from '../support/host.ts'
import { createConsumer, settle, stores } from './consumer.ts'

const secrets = [`whsec_${Buffer.alloc(32, 3).toString('base64')}`]

/** Two addresses, of which one answers 500 until it is mended, and what they have received. */
function addresses() {
  const received: { host: string; id: string | null; type: string }[] = []
  let isMended = false
  return {
    mend: () => {
      isMended = true
    },
    of: (host: string) => received.filter((one) => one.host === host),
    answer(input: string | URL, init: RequestInit = {}): Response | null {
      const { host } = new URL(input)
      if (!host.endsWith('.example.com')) return null
      const { type } = JSON.parse(String(init.body))
      received.push({ host, id: new Headers(init.headers).get('webhook-id'), type })
      return new Response(null, { status: host.startsWith('broken') && !isMended ? 500 : 204 })
    },
  }
}

const fine = { url: 'https://fine.example.com/hooks', secrets, name: 'fine' }
const broken = { url: 'https://broken.example.com/hooks?key=hidden', secrets }

for (const { name, open } of stores) {
  async function start(t: Parameters<typeof startQuietHost>[0], deliverTo: PunctualOptions['deliverTo']) {
    const at = addresses()
    const options: Partial<PunctualOptions> = {
      store: await open(t as never),
      fetch: async (input, init) => at.answer(input, init) ?? host.sandbox.handler(new Request(input, init)),
      ...(deliverTo && { deliverTo }),
    }
    const host = await startQuietHost(t, options)
    return { host, at }
  }

  test(`a broken address delays no other, and gets all events in order once it is mended: ${name}`, async (t) => {
    const consumer = createConsumer()
    const only = createConsumer()
    const { host, at } = await start(t, [
      fine,
      broken,
      consumer.handler,
      { handler: only.handler, types: ['connection.disconnected'], name: 'only' },
      { feed: true },
    ])
    host.punctual.start()
    const connection = await host.connect('calendly')
    await connection.disconnect()
    await Promise.all([consumer.until(2), only.until(1)])
    while (at.of('fine.example.com').length < 2 || at.of('broken.example.com').length < 1) await settle(1)
    const published = async () => (await host.punctual.events.feed()).events
    while ((await published()).length < 2) await settle(1)
    const types = ['connection.created', 'connection.disconnected']
    const ids = consumer.events.map(({ id }) => id)
    assert.deepEqual(consumer.types(), types)
    assert.deepEqual(only.types(), [types[1]])
    assert.deepEqual(
      at.of('fine.example.com').map(({ id, type }) => [id, type]),
      [
        [ids[0], types[0]],
        [ids[1], types[1]],
      ],
    )
    const plain = ({ dispatch: _, ...event }: DeliveredEvent) => event
    assert.deepEqual((await published()).map(plain), consumer.events.map(plain))
    at.mend()
    while (at.of('broken.example.com').at(-1)?.type !== types[1]) await settle(1)
    const toBroken = at.of('broken.example.com')
    assert.deepEqual([...new Set(toBroken.map(({ id }) => id))], ids, 'the second only after the first')
    assert.equal(at.of('fine.example.com').length, 2)
    while ((await host.punctual.events.list({ state: 'pending' })).events.length > 0) await settle(1)
    const { events } = await host.punctual.events.list()
    const rows = events.map((event) => `${event.destination.replace(/-.{8}$/, '-digest')} ${event.type}`)
    assert.deepEqual(rows.sort(), [
      ...['broken.example.com-digest', 'feed', 'fine', 'handler'].flatMap((at) => types.map((type) => `${at} ${type}`)),
      'only connection.disconnected',
    ])
    assert.ok(!JSON.stringify(events).includes('hidden'))
  })

  test(`a dead event is replayed for one destination, or for all for which it is dead: ${name}`, async (t) => {
    const consumers = { one: createConsumer(), two: createConsumer() }
    const deliverTo = Object.entries(consumers).map(([name, { handler }]) => ({ handler, name }))
    const store = await open(t as never)
    const { punctual } = await startQuietHost(t, { store, deliverTo })
    await punctual.ready()
    const outbox = createOutboxRecords({ store, vault: createVault(createKeyring([testKey]), systemRandom) })
    await outbox.accept([delivery('k', { body: '{}' })])
    await outbox.forward(() => ['one', 'two', 'gone'], 1)
    for (const to of ['one', 'two'])
      for (const row of await outbox.take('w', 1, 1000, [], [], to)) await outbox.fail(row.id, 'w', 'no', null)
    const dead = async () => (await punctual.events.list({ state: 'dead' })).events
    const id = (await dead())[0]?.id ?? ''
    assert.deepEqual(
      (await dead()).map((event) => `${event.id} to ${event.destination}`),
      [`${id} to two`, `${id} to one`],
    )
    await punctual.events.replay(id, { destination: 'one' })
    await consumers.one.until(1)
    assert.deepEqual(
      (await dead()).map(({ destination }) => destination),
      ['two'],
    )
    await assert.rejects(punctual.events.replay(id, { destination: 'gone' }), { code: 'event_not_dead' })
    await assert.rejects(punctual.events.replay(id, { destination: 'unknown' }), { code: 'event_not_found' })
    assert.equal((await punctual.events.get(id, { destination: 'two' })).state, 'dead')
    await punctual.events.replay(id)
    await consumers.two.until(1)
    assert.deepEqual([consumers.one.events.length, consumers.two.events[0]?.id], [1, id])
  })

  test(`what waits for a single destination goes to all of a list, and a new one gets what comes from then on: ${name}`, async (t) => {
    const { host } = await start(t, () => Promise.reject(new Error('not yet')))
    await host.connect('calendly')
    await settle()
    await host.punctual.stop()
    const [first, second] = [createConsumer(), createConsumer()]
    const [one, two] = [
      { handler: first.handler, name: 'one' },
      { handler: second.handler, name: 'two' },
    ]
    const listed = host.another({ deliverTo: [one] })
    listed.start()
    await first.until(1)
    while ((await listed.events.list({ state: 'pending' })).events.length > 0) await settle(1)
    await listed.stop()
    const both = host.another({ deliverTo: [one, two] })
    both.start()
    await (await both.connections.get((await both.connections.list()).connections[0]?.id ?? '')).disconnect()
    await Promise.all([first.until(2), second.until(1)])
    assert.deepEqual(first.types(), ['connection.created', 'connection.disconnected'])
    assert.deepEqual(second.types(), ['connection.disconnected'])
    assert.equal(first.events[1]?.id, second.events[0]?.id)
  })

  test(`events for a destination that is not listed any more stay as they are: ${name}`, async (t) => {
    const { host, at } = await start(t, [broken, { feed: true }])
    await host.connect('calendly')
    while (at.of('broken.example.com').length < 1) await settle(1)
    await settle()
    await host.punctual.stop()
    at.mend()
    const without = host.another({ deliverTo: [{ feed: true }] })
    without.start()
    while ((await without.events.feed()).events.length < 1) await settle(1)
    const [waiting] = (await without.events.list({ state: 'pending' })).events
    assert.deepEqual([waiting?.destination.startsWith('broken'), waiting?.attempts], [true, 1])
    assert.equal(at.of('broken.example.com').length, 1)
  })
}
