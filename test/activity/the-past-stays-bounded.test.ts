// However much happens, little of it is kept: in memory until it is written, and in the store.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCounts } from '../../src/activity/counts.ts'
import { createBounds } from '../../src/activity/keep-bounded.ts'
import { createRecentCalls } from '../../src/activity/recent-calls.ts'
import { systemRandom } from '../../src/core/clock.ts'
import type { Store } from '../../src/core/store/store.ts'
import { createGrantRecords } from '../../src/records/grants.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { claimBy, connect, virtualClock } from '../store/fixtures.ts'
import { startQuietHost, testKey } from '../support/host.ts'

const minute = 60_000
const error = { code: 'provider_refused', reason: null, client: 'c', connection: null, message: 'No.' } as const

test('what waits to be written stays small', () => {
  let at = 0
  const counts = createCounts({ monotonic: () => at })
  for (let n = 0; n < 3000; n++) {
    counts.tally('call', 'ok', `client ${n}`)
    counts.error({ ...error, connection: `c${n}` })
    counts.error({ ...error, reason: `reason ${n}` })
    counts.log('refusal', null, { n })
  }
  for (let n = 0; n < 100; n++) {
    at += 10 * minute
    counts.tally('call', 'ok', 'later')
  }
  const { tallies, errors, log } = counts.take()
  assert.equal(tallies.length, 24)
  assert.ok(tallies.every((bucket) => bucket.counts.size <= 2000))
  assert.deepEqual([errors.length, log.length], [500, 1000])
  assert.deepEqual([errors[0]?.count, errors[0]?.connections.size], [3000, 1000])
  assert.ok(counts.isEmpty())
})

test('what could not be written is counted on', () => {
  let at = 0
  const counts = createCounts({ monotonic: () => at })
  counts.tally('call', 'ok', 'c')
  counts.error({ ...error, connection: 'c1', message: 'First.' })
  counts.log('refusal', 'c', { n: 1 })
  const batch = counts.take()
  at = 5000
  counts.tally('call', 'ok', 'c')
  counts.error({ ...error, connection: 'c2', message: 'Second.' })
  counts.log('refusal', 'c', { n: 2 })
  counts.putBack(batch)
  const { tallies, errors, log } = counts.take()
  assert.deepEqual(
    tallies.flatMap((bucket) => [...bucket.counts.values()]),
    [{ kind: 'call', outcome: 'ok', client: 'c', count: 2 }],
  )
  assert.deepEqual(
    errors.map(({ count, sentence, connections }) => [count, sentence, [...connections].sort()]),
    [[2, 'Second.', ['c1', 'c2']]],
  )
  assert.deepEqual(
    log.map(({ data }) => data.n),
    [1, 2],
  )
})

test('calls of a thousand connections are remembered', () => {
  const calls = createRecentCalls({ now: () => 0 })
  const call = {
    kind: 'call',
    client: 'c',
    method: 'GET',
    outcome: 'ok',
    status: 200,
    durationMs: 1,
    waitMs: 0,
  } as const
  for (let n = 0; n < 1001; n++) calls.add({ ...call, connection: `c${n}` })
  assert.deepEqual([calls.of('c0').length, calls.of('c1').length, calls.of('c1000').length], [0, 1, 1])
})

test('a grant is trimmed after fifty entries, and a process that stops trims nothing', async () => {
  const asked: string[] = []
  const trim = async (...values: unknown[]) => {
    asked.push(values.join(' '))
    return 3
  }
  const stop = new AbortController()
  const store = { history: { trim } } as unknown as Store
  const bounds = createBounds({ store, most: 200, stopping: () => stop.signal })
  for (let generation = 1; generation < 50; generation++) bounds.wrote('renewed', generation)
  await bounds.keep()
  assert.deepEqual(asked, [])
  bounds.wrote('renewed', 50)
  for (let n = 0; n < 50; n++) bounds.wrote('failing', null)
  await bounds.keep()
  assert.deepEqual(asked.splice(0), ['renewed 200 500', 'failing 200 500'])
  bounds.wrote('renewed', 100)
  stop.abort()
  await bounds.keep()
  assert.deepEqual(asked, [])
})

test('a process that did not come back to its lease is in the life of the grant', async (t) => {
  const store = memory()
  const host = await startQuietHost(t, { store })
  const connection = await host.connect('calendly')
  const row = await store.connections.get(connection.id)
  await store.grants.claim(row?.grant ?? '', 1, claimBy('suspended'))
  await host.clock.sleep(31_000)
  assert.equal((await connection.refresh()).outcome, 'renewed')
  const { items } = await host.punctual.operator.history(connection.id)
  assert.deepEqual(
    items.map(({ kind }) => kind),
    ['refreshed', 'refresh_lost', 'connected'],
  )
  assert.match(items[1]?.sentence ?? '', /did not finish/)
})

test('a fallback set that is used is in the life of the grant', async () => {
  const store = memory()
  await store.open(virtualClock())
  const grants = createGrantRecords({ store, vault: createVault(createKeyring([testKey]), systemRandom) })
  const { grant, id } = (await connect(store)).connection
  await connect(store, { grant: { keepReplaced: true } })
  assert.equal(await grants.useFallback(grant, 2), true)
  const [newest] = await store.history.of(id, 1)
  assert.deepEqual([newest?.type, newest?.data], ['grant.fallback_used', { generation: 2 }])
})
