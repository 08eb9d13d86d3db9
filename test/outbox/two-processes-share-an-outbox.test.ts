import assert from 'node:assert/strict'
import { test } from 'node:test'

import { startHost } from '../support/host.ts'
import { createConsumer, settle, stores } from './consumer.ts'

const owners = 40

for (const store of stores) {
  test(`two processes that share an outbox dispatch each event once, and those of a connection in order: ${store.name}`, async (t) => {
    const seen: string[] = []
    const open = new Set<string>()
    const done = Promise.withResolvers<void>()
    const consumer = createConsumer(async (event) => {
      assert.ok('connection' in event)
      assert.ok(!open.has(event.connection), 'two events of one connection are dispatched at once')
      open.add(event.connection)
      seen.push(`${event.connection} ${event.type}`)
      await new Promise((resolve) => setImmediate(resolve))
      open.delete(event.connection)
      if (seen.length === 2 * owners) done.resolve()
    })
    const host = await startHost(t, { store: await store.open(t), deliverTo: consumer.handler })
    const other = host.another()
    for (const punctual of [host.punctual, other]) punctual.start()
    for (let owner = 0; owner < owners; owner++) {
      host.person = `owner ${owner}`
      const connection = await host.connect('calcom', { through: owner % 2 ? other : host.punctual })
      await connection.disconnect()
    }
    await done.promise
    // The two share one store here, and the first that stops closes it.
    while ((await host.punctual.events.list({ state: 'pending' })).events.length > 0) await settle()
    for (const punctual of [host.punctual, other]) await punctual.stop()

    assert.equal(new Set(seen).size, 2 * owners)
    assert.equal(seen.length, 2 * owners)
    for (const line of seen.filter((line) => line.endsWith('created'))) {
      const ended = line.replace('created', 'disconnected')
      assert.ok(seen.indexOf(line) < seen.indexOf(ended), `${ended} came too early`)
    }
    const { events } = await host.punctual.events.list({ limit: 200 })
    assert.ok(events.length === 2 * owners && events.every(({ state }) => state === 'done'))
  })
}
