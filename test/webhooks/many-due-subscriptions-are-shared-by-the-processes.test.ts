// Many subscriptions that are due at the same time: the processes share them, and a provider that hangs does not delay
// those of another provider.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection } from '../../src/index.ts'
import { setFault } from '../support/host.ts'
import { type Case, cases, type Listening, startListening } from './host.ts'

/** That many more subscriptions of a connection, due at once. */
async function insertDue({ store }: Listening, { id, account, client }: Connection, many: number): Promise<void> {
  for (let at = 0; at < many; at++) {
    const row = { connection: id, client, account: account.id, events: ['x'], secrets: null }
    await store.subscriptions.insert({ id: `${id}_${at}`, scope: `s${at}`, ...row }, null, 0)
    await store.subscriptions.update(`${id}_${at}`, ['creating'], { state: 'removing', reference: 'none' })
  }
}

for (const of of cases) {
  test(`many due subscriptions at ${of.client} are shared by the processes, and each is checked once`, async (t) => {
    const host = await startListening(t)
    const connection = await host.join(of)
    await insertDue(host, connection, 120)
    const [one, two] = [host.another(), host.another()]
    const before = host.sandbox.requests().length
    for (const each of [one, two]) each.start()
    await host.clock.sleep(10_000)
    assert.deepEqual(await host.punctual.webhooks.list(connection), [])
    for (const each of [one, two]) await each.stop()
    const deleted = host.sandbox.requests().slice(before)
    assert.equal(deleted.filter(({ method }) => method === 'DELETE').length, 120)
  })
}

test('a provider that hangs does not delay the subscriptions of another provider', async (t) => {
  const [hanging, well] = cases as [Case, Case]
  const host = await startListening(t)
  const stuck = await host.join(hanging)
  const connection = await host.join(well)
  const made = await host.punctual.webhooks.subscribe(connection, well.events)
  const [one] = await host.standing()
  const { status } = await connection.fetch(`${well.hooks}/${one?.id}`, { method: 'DELETE' })
  assert.equal(status, 200)
  await insertDue(host, stuck, 200)
  host.sandbox.clock.advance(60)
  await host.store.subscriptions.hasten(connection.id)
  await setFault(host, { kind: 'hang', provider: hanging.client, endpoint: 'api', count: null })
  host.punctual.start()
  await host.clock.sleep(150_000)
  const [replacement] = await host.punctual.webhooks.list(connection)
  assert.ok(replacement && replacement.id !== made.id && replacement.state === 'active')
  assert.equal((await host.punctual.webhooks.list(stuck)).length, 200)
  await host.punctual.stop()
})
