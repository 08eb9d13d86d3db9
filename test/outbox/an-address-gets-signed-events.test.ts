import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { describe, type TestContext, test } from 'node:test'
import { Webhook } from 'standardwebhooks'

import type { EventRecord } from '../../src/index.ts'
import { type Host, startHost } from '../support/host.ts'
import { manualClock } from '../support/manual-clock.ts'
import { type Received, startReceiver } from '../support/receiver.ts'
import { settle } from './consumer.ts'

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`

/** The first event, after a receiver that answers like this has received it. */
async function firstAt(
  t: TestContext,
  answer?: (response: ServerResponse, count: number) => void,
): Promise<{ host: Host; event: EventRecord; receiver: Awaited<ReturnType<typeof startReceiver>> }> {
  const receiver = await startReceiver(t, answer)
  const host = await startHost(t, { deliverTo: { url: receiver.url, secrets: [newSecret()] } })
  await host.connect('calendly')
  await receiver.until(1)
  await host.punctual.stop()
  const [event] = (await host.punctual.events.list()).events
  assert.ok(event)
  return { host, event, receiver }
}

describe('an address', () => {
  test('receives events that a library of Standard Webhooks verifies', async (t) => {
    const receiver = await startReceiver(t)
    const secret = newSecret()
    const host = await startHost(t, { deliverTo: { url: receiver.url, secrets: [secret] } })
    const connection = await host.connect('calendly')
    await connection.disconnect()
    await receiver.until(2)
    await host.punctual.stop()

    const library = new Webhook(secret)
    const [created, disconnected] = receiver.received.map(({ body, headers }) => library.verify(body, headers))
    const { events } = await host.punctual.events.list()
    const data = { connection: connection.id, owner: 'ada', client: 'calendly' }
    const timestamp = events[1]?.createdAt.toISOString()
    assert.deepEqual(created, { type: 'connection.created', timestamp, data })
    assert.deepEqual([(disconnected as { type: string }).type, events[0]?.state], ['connection.disconnected', 'done'])
    const [first] = receiver.received
    assert.ok(first)
    assert.equal(first.headers['webhook-id'], events[1]?.id)
    assert.equal(first.headers['content-type'], 'application/json')
    assert.equal(first.path, '/hooks?of=punctual')

    const changed = first.body.replace('"ada"', '"eve"')
    assert.notEqual(changed, first.body)
    assert.throws(() => library.verify(changed, first.headers), /No matching signature/)
    const moved = { ...first.headers, 'webhook-id': 'evt_other' }
    assert.throws(() => library.verify(first.body, moved), /No matching signature/)
    assert.throws(() => new Webhook(newSecret()).verify(first.body, first.headers), /No matching signature/)
  })

  test('receives events signed by every secret while one secret is replaced by another', async (t) => {
    const receiver = await startReceiver(t)
    const [fresh, old] = [newSecret(), newSecret()]
    const host = await startHost(t, { deliverTo: { url: receiver.url, secrets: [fresh, old] } })
    await host.connect('calcom')
    await receiver.until(1)
    const [{ body, headers }] = receiver.received as [Received]
    for (const secret of [fresh, old]) assert.ok(new Webhook(secret).verify(body, headers))
    const signatures = headers['webhook-signature']?.split(' ') ?? []
    assert.equal(signatures.length, 2)
    const firstAlone = { ...headers, 'webhook-signature': signatures[0] ?? '' }
    assert.ok(new Webhook(fresh).verify(body, firstAlone))
    assert.throws(() => new Webhook(old).verify(body, firstAlone))
  })

  test('receives an event again that it did not acknowledge: the same body with a new signature', async (t) => {
    const receiver = await startReceiver(t, (response, count) => response.writeHead(count === 1 ? 500 : 200).end())
    const secret = newSecret()
    const host = await startHost(t, { deliverTo: { url: receiver.url, secrets: [secret] } })
    await host.connect('calendly')
    await receiver.until(1)
    await host.punctual.stop()
    host.sandbox.clock.advance(6)
    host.punctual.start()
    await receiver.until(2)
    await host.punctual.stop()
    const [first, second] = receiver.received
    assert.ok(first && second)
    assert.equal(first.body, second.body)
    assert.equal(first.headers['webhook-id'], second.headers['webhook-id'])
    assert.notEqual(first.headers['webhook-signature'], second.headers['webhook-signature'])
    assert.ok(new Webhook(secret).verify(second.body, second.headers))
    assert.equal((await host.punctual.events.list()).events[0]?.state, 'done')
  })

  for (const status of [400, 401, 410, 500, 503]) {
    test(`that answers ${status} has not acknowledged the event`, async (t) => {
      const { event } = await firstAt(t, (response) => response.writeHead(status).end('token=hunter2'))
      assert.deepEqual([event.state, event.error], ['pending', `the receiver answered ${status}`])
    })
  }

  test('that redirects has not acknowledged the event, and the redirect is not followed', async (t) => {
    const elsewhere = await startReceiver(t)
    const { event } = await firstAt(t, (response) => response.writeHead(307, { location: elsewhere.url }).end())
    assert.equal(event.error, 'the receiver answered 307, and redirects are not followed')
    assert.equal(elsewhere.received.length, 0)
  })

  test('that asks for a pause with Retry-After gets it, for a day at most', async (t) => {
    for (const [header, least, most] of [
      ['600', 600_000, 601_000],
      ['9999999', 86_395_000, 86_400_000],
    ] as const) {
      const { host, event } = await firstAt(t, (response) => response.writeHead(429, { 'retry-after': header }).end())
      const wait = (event.dueAt?.getTime() ?? 0) - host.sandbox.clock.now()
      assert.ok(wait > least - 5000 && wait <= most, `${wait} ms`)
    }
  })

  test('that cannot be reached has not acknowledged the event', async (t) => {
    const { host, event } = await firstAt(t, (response) => response.destroy())
    assert.match(event.error ?? '', /^the connection failed \(\w+\)$/)
    assert.equal((await host.punctual.events.get(event.id)).body, null)
  })

  test('acknowledges an event with its status, even if the rest of its answer is long and broken', async (t) => {
    const { event } = await firstAt(t, (response) => {
      response.writeHead(202)
      response.write('x'.repeat(100_000), () => response.destroy())
    })
    assert.equal(event.state, 'done')
  })

  test('that never answers has failed after 25 seconds', async (t) => {
    const receiver = await startReceiver(t, () => {})
    const clock = manualClock()
    const host = await startHost(t, { clock, deliverTo: { url: receiver.url, secrets: [newSecret()] } })
    await host.connect('calendly')
    await receiver.until(1)
    clock.pass(24_999)
    await settle()
    assert.equal((await host.punctual.events.list()).events[0]?.error, null)
    clock.pass(1)
    await settle()
    assert.equal((await host.punctual.events.list()).events[0]?.error, 'no whole answer within 25 s')
  })

  test('receives only the events of its types', async (t) => {
    const receiver = await startReceiver(t)
    const types = ['connection.disconnected'] as const
    const host = await startHost(t, { deliverTo: { url: receiver.url, secrets: [newSecret()], types } })
    const connection = await host.connect('calendly')
    await connection.disconnect()
    await receiver.until(1)
    await host.punctual.stop()
    assert.deepEqual(
      receiver.received.map(({ body }) => JSON.parse(body).type),
      ['connection.disconnected'],
    )
  })
})
