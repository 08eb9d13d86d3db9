// Much that fell due while nothing ran: it is worked through, and meanwhile the process serves its timers and sockets and
// can be stopped. On SQLite every statement is answered at once: nothing but the work itself gives the turn away.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import type { Punctual, Store } from '../../src/index.ts'
import { nodeListener } from '../../src/node.ts'
import { createConsumer, stores } from '../outbox/consumer.ts'
import { delivery, subscription } from '../store/fixtures.ts'
import { startHost } from '../support/host.ts'

const due = 160

/** Asks a real server of that Punctual for a page. */
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
async function fill(store: Store, subjectOf: (n: number) => string): Promise<void> {
  for (let n = 0; n < due; n++) {
    const facts = { type: 'connection.created', orderAt: n, connection: subjectOf(n), body: null as never }
    await store.outbox.accept(delivery(`k${n}`, { orderingKey: subjectOf(n), ...facts }))
  }
}

for (const { name, open } of stores) {
  describe(`while ${due} are due: ${name}`, () => {
    for (const [whose, subjectOf] of [
      ['of one connection', () => 'c1'],
      ['of many connections', (n: number) => `c${n}`],
    ] as const) {
      it(`events ${whose} are handed over, and a request is answered before the last of them`, async (t) => {
        const taker = createConsumer()
        const store = await open(t)
        const host = await startHost(t, { store, deliverTo: (event) => void taker.events.push(event) })
        await host.punctual.ready()
        await fill(store, subjectOf)
        const ask = await asking(t, host.punctual)
        host.punctual.start()
        assert.equal(await ask(), 404)
        const before = taker.events.length
        assert.ok(before < due / 2, `${before} had been handed over`)
        while (taker.events.length < due) await new Promise(setImmediate)
        assert.equal(new Set(taker.events.map(({ id }) => id)).size, due)
      })
    }

    it('a stop leaves the rest of the events where they are', async (t) => {
      const store = await open(t)
      let handed = 0
      const host = await startHost(t, { store, deliverTo: () => void handed++ })
      await host.punctual.ready()
      await fill(store, (n) => `c${n}`)
      host.punctual.start()
      while (handed === 0) await new Promise(setImmediate)
      await host.punctual.stop()
      assert.ok(handed < due / 2, `${handed} had been handed over`)
      const at = handed
      await new Promise(setImmediate)
      assert.equal(handed, at)
    })

    it('subscriptions are looked at, and a request is answered before the last of them', async (t) => {
      const store = await open(t)
      let looked = 0
      const update: Store['subscriptions']['update'] = (...given) => {
        looked++
        return store.subscriptions.update(...given)
      }
      const host = await startHost(t, { store: { ...store, subscriptions: { ...store.subscriptions, update } } })
      await host.punctual.ready()
      // Their connection is not there: nobody has to be asked.
      for (let n = 0; n < due; n++)
        await store.subscriptions.insert(subscription(`hook_${n}`, { scope: `s${n}` }), null, 0)
      const ask = await asking(t, host.punctual)
      host.punctual.start()
      assert.equal(await ask(), 404)
      const before = looked
      assert.ok(before < due / 2, `${before} had been looked at`)
      while (looked < due) await new Promise(setImmediate)
      await host.punctual.stop()
    })

    it('a stop leaves the rest of the subscriptions to the next who looks', async (t) => {
      const store = await open(t)
      let looked = 0
      const get: Store['subscriptions']['get'] = (id) => {
        looked++
        return store.subscriptions.get(id)
      }
      const host = await startHost(t, { store: { ...store, subscriptions: { ...store.subscriptions, get } } })
      await host.punctual.ready()
      for (let n = 0; n < due; n++)
        await store.subscriptions.insert(subscription(`hook_${n}`, { scope: `s${n}` }), null, 0)
      host.punctual.start()
      while (looked === 0) await new Promise(setImmediate)
      await host.punctual.stop()
      assert.ok(looked < due / 2, `${looked} had been looked at`)
      // Those that had been taken are due at once.
      await store.open({ now: () => host.sandbox.clock.now(), monotonic: () => 0, sleep: async () => {} })
      assert.equal((await store.subscriptions.takeDue(2 * due, 1)).length + looked, due)
    })
  })
}
