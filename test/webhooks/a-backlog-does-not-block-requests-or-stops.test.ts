// A backlog of work that became due while no process ran: it is done, and meanwhile the process serves its timers and
// sockets and can be stopped. On SQLite every statement returns at once, so the work itself must yield to the event loop.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import type { Punctual, Store } from '../../src/index.ts'
import { nodeListener } from '../../src/node.ts'
import { createConsumer, stores } from '../outbox/consumer.ts'
import { delivery, subscription } from '../store/fixtures.ts'
import { startHost } from '../support/host.ts'

const due = 160

/** Requests a page from a real server of that Punctual. */
async function asking(t: TestContext, punctual: Punctual): Promise<() => Promise<number>> {
  const server = createServer(nodeListener(punctual))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return async () => {
    const { port } = server.address() as AddressInfo
    const request = get({ host: '127.0.0.1', port, path: '/integrations/nowhere' })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    response.resume()
    return response.statusCode ?? 0
  }
}

/** Events of one connection, or of many. */
async function fill(store: Store, orderingKeyOf: (n: number) => string): Promise<void> {
  for (let n = 0; n < due; n++) {
    const facts = { type: 'connection.created', orderAt: n, connection: orderingKeyOf(n), body: null as never }
    await store.outbox.accept([delivery(`k${n}`, { orderingKey: orderingKeyOf(n), ...facts })])
  }
}

for (const { name, open } of stores) {
  describe(`while ${due} are due: ${name}`, () => {
    for (const [whose, orderingKeyOf] of [
      ['of one connection', () => 'c1'],
      ['of many connections', (n: number) => `c${n}`],
    ] as const) {
      test(`events ${whose} are dispatched, and a request is answered before the last of them`, async (t) => {
        const consumer = createConsumer()
        const store = await open(t)
        const host = await startHost(t, { store, deliverTo: (event) => void consumer.events.push(event) })
        await host.punctual.ready()
        await fill(store, orderingKeyOf)
        const ask = await asking(t, host.punctual)
        host.punctual.start()
        assert.equal(await ask(), 404)
        const before = consumer.events.length
        assert.ok(before < due / 2, `${before} had been dispatched`)
        while (consumer.events.length < due) await new Promise(setImmediate)
        assert.equal(new Set(consumer.events.map(({ id }) => id)).size, due)
      })
    }

    test('a stop leaves the other events pending', async (t) => {
      const store = await open(t)
      let dispatched = 0
      const host = await startHost(t, { store, deliverTo: () => void dispatched++ })
      await host.punctual.ready()
      await fill(store, (n) => `c${n}`)
      host.punctual.start()
      while (dispatched === 0) await new Promise(setImmediate)
      await host.punctual.stop()
      assert.ok(dispatched < due / 2, `${dispatched} had been dispatched`)
      const at = dispatched
      await new Promise(setImmediate)
      assert.equal(dispatched, at)
    })

    test('subscriptions are checked, and a request is answered before the last of them', async (t) => {
      const store = await open(t)
      let checked = 0
      const update: Store['subscriptions']['update'] = (...change) => {
        checked++
        return store.subscriptions.update(...change)
      }
      const host = await startHost(t, { store: { ...store, subscriptions: { ...store.subscriptions, update } } })
      await host.punctual.ready()
      // Their connection does not exist, so no provider is asked.
      for (let n = 0; n < due; n++)
        await store.subscriptions.insert(subscription(`hook_${n}`, { scope: `s${n}` }), null, 0)
      const ask = await asking(t, host.punctual)
      host.punctual.start()
      assert.equal(await ask(), 404)
      const before = checked
      assert.ok(before < due / 2, `${before} had been checked`)
      while (checked < due) await new Promise(setImmediate)
      await host.punctual.stop()
    })

    test('a stop leaves the other subscriptions to the next process', async (t) => {
      const store = await open(t)
      let checked = 0
      const get: Store['subscriptions']['get'] = (id) => {
        checked++
        return store.subscriptions.get(id)
      }
      const host = await startHost(t, { store: { ...store, subscriptions: { ...store.subscriptions, get } } })
      await host.punctual.ready()
      for (let n = 0; n < due; n++)
        await store.subscriptions.insert(subscription(`hook_${n}`, { scope: `s${n}` }), null, 0)
      host.punctual.start()
      while (checked === 0) await new Promise(setImmediate)
      await host.punctual.stop()
      assert.ok(checked < due / 2, `${checked} had been checked`)
      // Those that the process had taken, but not checked, are due at once.
      await store.open({ now: () => host.sandbox.clock.now(), monotonic: () => 0, sleep: async () => {} })
      assert.equal((await store.subscriptions.takeDue(2 * due, 1)).length + checked, due)
    })
  })
}
