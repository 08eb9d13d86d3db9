import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'

import type { PunctualOptions } from '../../src/index.ts'
import { setFault } from '../support/host.ts'
import { cases, type Listening, monday, startListening } from '../webhooks/host.ts'
import { createConsumer, settle } from './consumer.ts'

const types = ['webhook.received'] as const

for (const of of cases) {
  describe(`a delivery from ${of.client}`, () => {
    test('reaches the handler complete, in the order of its booking, and again until it is acknowledged', async (t) => {
      const consumer = createConsumer(({ dispatch }) => {
        if (dispatch < 3) throw new Error('not now')
      })
      const host = await startListening(t, { deliverTo: { handler: consumer.handler, types } })
      const connection = await host.join(of)
      await host.punctual.webhooks.subscribe(connection, of.events)
      host.punctual.start()
      const booking = await of.book(connection, `${monday}T10:00:00Z`)
      await of.cancel(connection, booking)
      await host.sandbox.delivered()
      await consumer.until(6)
      const [created, canceled] = of.events
      assert.deepEqual(
        consumer.events.map(
          (event) => event.type === 'webhook.received' && [event.name, event.dispatch, event.outOfOrder],
        ),
        [created, canceled].flatMap((name) => [1, 2, 3].map((dispatch) => [name, dispatch, false])),
      )
      const [first] = consumer.events
      assert.ok(first?.type === 'webhook.received')
      assert.deepEqual([first.connection, first.owner, first.client], [connection.id, 'ada', of.client])
      assert.deepEqual(first.body, JSON.parse(host.sent[0]?.body ?? ''))
      assert.ok(first.createdAt instanceof Date)
    })

    test('is posted to an address with our own signature and its payload, and no list shows its payload', async (t) => {
      const secret = `whsec_${randomBytes(24).toString('base64')}`
      const bodies: unknown[] = []
      let broken = true
      const received = Promise.withResolvers<void>()
      // The address is the host application's own; everything else goes to the sandbox.
      const fetch: PunctualOptions['fetch'] = async (input, init) => {
        const request = new Request(input, init)
        if (new URL(request.url).hostname !== 'app.example.com') return host.sandbox.handler(request)
        const text = await request.text()
        t.mock.timers.enable({ apis: ['Date'], now: Number(request.headers.get('webhook-timestamp')) * 1000 })
        bodies.push(new Webhook(secret).verify(text, Object.fromEntries(request.headers)))
        t.mock.timers.reset()
        if (bodies.length === 2) received.resolve()
        return new Response(null, { status: broken ? 500 : 200 })
      }
      const deliverTo = { url: 'https://app.example.com/hooks', secrets: [secret], types }
      const host: Listening = await startListening(t, { deliverTo, fetch })
      const app = host.punctual
      const connection = await host.join(of)
      await host.punctual.webhooks.subscribe(connection, of.events)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      app.start()
      await received.promise
      await settle()

      const { events } = await app.events.list()
      assert.doesNotMatch(JSON.stringify(events), /gil|guest/i)
      const [event] = events
      assert.ok(event)
      const { body, ...record } = await app.events.get(event.id)
      assert.deepEqual(body, JSON.parse(host.sent[0]?.body ?? ''))
      assert.deepEqual(record, event)
      assert.deepEqual([record.type, record.name, record.connection], ['webhook.received', of.events[0], connection.id])
      const [sent] = bodies as { type: string; data: Record<string, unknown> }[]
      assert.equal(sent?.type, 'webhook.received')
      assert.deepEqual(sent?.data.body, body)
      assert.deepEqual([sent?.data.name, sent?.data.outOfOrder, sent?.data.owner], [of.events[0], false, 'ada'])

      broken = false
      while ((await app.events.get(event.id)).state !== 'done') await settle()
      assert.equal((await app.events.get(event.id)).body, null, 'the body of a done event is deleted')
    })

    test('is marked as out of order if it arrives after a later one was dispatched', async (t) => {
      const consumer = createConsumer()
      const host = await startListening(t, { deliverTo: { handler: consumer.handler, types } })
      const connection = await host.join(of)
      await host.punctual.webhooks.subscribe(connection, of.events)
      host.punctual.start()
      const [created, canceled] = of.events
      await setFault(host, { kind: 'webhook_lost', event: created })
      const booking = await of.book(connection, `${monday}T10:00:00Z`)
      host.sandbox.clock.advance(60)
      await of.cancel(connection, booking)
      await host.sandbox.delivered()
      await consumer.until(1)
      await settle()
      await host.resend()
      await consumer.until(2)
      assert.deepEqual(
        consumer.events.map((event) => event.type === 'webhook.received' && [event.name, event.outOfOrder]),
        [
          [canceled, false],
          [created, true],
        ],
      )
    })

    test('is dispatched only by a process that has the key it is sealed with', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      await host.punctual.webhooks.subscribe(connection, of.events)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const consumer = createConsumer()
      const stranger = host.another({ keys: [randomBytes(32).toString('base64url')], deliverTo: consumer.handler })
      stranger.start()
      const pending = async () => (await host.punctual.events.list({ state: 'pending' })).events[0]
      while ((await pending())?.error === null) await settle()
      assert.equal((await pending())?.error, 'it cannot be opened with the keys at hand (unknown_key)')
      await stranger.stop()
      assert.deepEqual(consumer.types(), [])
      host.another({ deliverTo: consumer.handler }).start()
      await consumer.until(2)
      assert.deepEqual([...consumer.types()].sort(), ['booking.created', 'webhook.received'])
    })
  })
}
