import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { setFault, startQuietHost } from '../support/host.ts'
import { createConsumer, settle, stores } from './consumer.ts'

const accounts = { calendly: 'ada@calendly.example', calcom: 'ada@calcom.example' }

describe('every change in the life of a connection', () => {
  for (const store of stores) {
    for (const client of ['calendly', 'calcom'] as const) {
      test(`reaches the handler once and in order: ${client}, ${store.name}`, async (t) => {
        const consumer = createConsumer()
        const host = await startQuietHost(t, { store: await store.open(t), deliverTo: consumer.handler })
        const connection = await host.connect(client)
        await consumer.until(1)
        host.sandbox.clock.advance(3 * 3600)
        await connection.token()
        await consumer.until(2)
        host.sandbox.revoke({ provider: client, account: accounts[client] })
        host.sandbox.clock.advance(3 * 3600)
        await assert.rejects(connection.token(), { code: 'needs_reconnect' })
        await host.connect(client)
        await consumer.until(4)
        host.sandbox.clock.advance(3 * 3600)
        const body = { error: 'invalid_client' }
        await setFault(host, { provider: client, endpoint: 'token', kind: 'status', status: 401, body, count: 2 })
        await assert.rejects(connection.token(), { code: 'client_misconfigured' })
        host.sandbox.clock.advance(61)
        await assert.rejects(connection.token(), { code: 'client_misconfigured' })
        await consumer.until(5)
        host.sandbox.clock.advance(900)
        await connection.token()
        await connection.disconnect()
        await consumer.until(8)
        await settle()

        assert.deepEqual(consumer.types(connection.id), [
          'connection.created',
          'connection.renewed',
          'connection.needs_reconnect',
          'connection.recovered',
          'connection.renewed',
          'connection.disconnected',
        ])
        assert.deepEqual(consumer.types(client), ['client.misconfigured', 'client.recovered'])
        for (const event of consumer.events) {
          assert.equal(event.client, client)
          assert.equal(event.dispatch, 1)
          assert.ok(event.at instanceof Date && Object.isFrozen(event))
          if ('connection' in event) assert.equal(event.owner, 'ada')
          if (event.type === 'connection.needs_reconnect') assert.equal(event.reason, 'refused')
          if (event.type === 'client.misconfigured') assert.equal(event.reason, 'invalid_client')
        }
        const generations = consumer.events.flatMap((event) =>
          event.type === 'connection.renewed' ? event.generation : [],
        )
        assert.deepEqual(generations, [2, 4])
        assert.equal(new Set(consumer.events.map(({ id }) => id)).size, 8)
        const { events } = await host.punctual.events.list()
        assert.deepEqual(new Set(events.map(({ state }) => state)), new Set(['done']))
      })
    }
  }

  test('of a grant is dispatched once for each connection that rests on it', async (t) => {
    const consumer = createConsumer()
    const host = await startQuietHost(t, { deliverTo: { handler: consumer.handler, types: ['connection.renewed'] } })
    const ada = await host.connect('calcom')
    host.person = 'bob'
    const bob = await host.connect('calcom')
    host.sandbox.clock.advance(3 * 3600)
    await ada.token()
    await consumer.until(2)
    await settle()
    assert.deepEqual(
      consumer.events.map((event) => 'owner' in event && [event.connection, event.owner]).sort(),
      [
        [ada.id, 'ada'],
        [bob.id, 'bob'],
      ].sort(),
    )
  })

  test('is not stored where no handler is configured', async (t) => {
    const host = await startQuietHost(t)
    await host.connect('calendly')
    assert.deepEqual((await host.punctual.events.list()).events, [])
  })

  test('is stored if its type is subscribed to, and not otherwise', async (t) => {
    const consumer = createConsumer()
    const host = await startQuietHost(t, {
      deliverTo: { handler: consumer.handler, types: ['connection.disconnected'] },
    })
    const connection = await host.connect('calendly')
    await connection.disconnect()
    await consumer.until(1)
    await settle()
    assert.deepEqual(consumer.types(), ['connection.disconnected'])
    assert.equal((await host.punctual.events.list()).events.length, 1)
  })

  test('is also reported to the listeners of this process', async (t) => {
    const host = await startQuietHost(t)
    const heard: string[] = []
    host.punctual.on(({ type }) => heard.push(type))
    const connection = await host.connect('calendly')
    host.sandbox.clock.advance(3 * 3600)
    await connection.token()
    await settle()
    assert.deepEqual(heard, ['connection.created', 'grant.renewed', 'connection.renewed'])
  })
})
