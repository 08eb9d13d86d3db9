import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/store/memory.ts'
import { setFault, startHost } from '../support/host.ts'

test('connections and events are counted for metrics, also for a client without any', async (t) => {
  const host = await startHost(t, { deliverTo: { handler: () => {}, types: ['connection.created'] } })
  await host.connect('calendly')
  await (await host.connect('calcom')).disconnect()
  const { at, connections, grantExpiryMinMs, events } = await host.punctual.statistics()
  assert.ok(at instanceof Date)
  assert.deepEqual(connections, {
    calendly: { active: 1, needs_reconnect: 0, disconnected: 0 },
    calcom: { active: 0, needs_reconnect: 0, disconnected: 1 },
    'calcom-public': { active: 0, needs_reconnect: 0, disconnected: 0 },
  })
  assert.ok(grantExpiryMinMs !== null && grantExpiryMinMs > 7_100_000 && grantExpiryMinMs <= 7_200_000)
  assert.deepEqual([events.dead, events.pending < 3], [0, true])
})

test('the store is counted once a minute at most, by one caller, and again after a failure', async (t) => {
  const store = memory()
  let counted = 0
  let isAway = true
  const statistics: typeof store.statistics = async () => {
    counted++
    if (isAway) throw new Error('away')
    return store.statistics()
  }
  const host = await startHost(t, { store: { ...store, statistics } })
  await assert.rejects(host.punctual.statistics())
  isAway = false
  const [one, two] = await Promise.all([host.punctual.statistics(), host.punctual.statistics()])
  assert.equal(one, two)
  host.sandbox.clock.advance(59)
  assert.equal(await host.punctual.statistics(), one)
  host.sandbox.clock.advance(2)
  assert.notEqual(await host.punctual.statistics(), one)
  assert.equal(counted, 3)
})

test('the health of a client is what its provider has said about it lately', async (t) => {
  const host = await startHost(t)
  const grants = await Promise.all([
    host.connect('calendly', { owner: 'ada', account: 'ada' }),
    host.connect('calendly', { owner: 'ada', account: 'ben' }),
  ])
  assert.deepEqual(await host.punctual.health(), {
    calendly: 'accepted',
    calcom: 'accepted',
    'calcom-public': 'accepted',
  })
  await setFault(host, {
    provider: 'calendly',
    endpoint: 'token',
    kind: 'status',
    status: 401,
    body: { error: 'invalid_client' },
    count: null,
  })
  host.sandbox.clock.advance(3 * 3600)
  const seen: string[] = []
  for (const connection of grants) {
    await assert.rejects(connection.token(), { code: 'client_misconfigured' })
    seen.push((await host.punctual.health()).calendly ?? '')
  }
  assert.deepEqual(seen, ['suspected', 'misconfigured'])
  await host.punctual.ready()
})
