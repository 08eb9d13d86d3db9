// What happens in a process is counted in memory and written in small batches; another process on the store reads it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../src/core/clock.ts'
import { PunctualError } from '../../src/core/errors.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { Punctual } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { setFault, startHost, startQuietHost } from '../support/host.ts'
import { manualClock } from '../support/manual-clock.ts'
import { cases, monday, startListening } from '../webhooks/host.ts'

/** The counts of one kind, by outcome. */
async function countsOf({ operator }: Punctual, kind: 'call' | 'refresh' | 'webhook' | 'dispatch' | 'connect') {
  const counts: Record<string, number> = {}
  for (const { outcome, count } of (await operator.series({ kind })).points)
    counts[outcome] = (counts[outcome] ?? 0) + count
  return counts
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await setImmediate()
}

test('calls, refreshes and attempts are counted over all processes', async (t) => {
  const host = await startHost(t)
  const other = host.another()
  const connection = await host.connect('calendly')
  await host.travel('calendly', { allow: false })
  for (let n = 0; n < 3; n++) await connection.fetch('/users/me')
  await connection.fetch('/event_types/none')
  assert.deepEqual(await countsOf(other, 'call'), {}, 'nothing is written on the path of a call')
  await host.punctual.stop()
  await (await other.connections.get(connection.id)).fetch('/users/me')
  await other.stop()
  assert.deepEqual(await countsOf(other, 'call'), { ok: 4, refused: 1 })
  assert.deepEqual(await countsOf(other, 'connect'), { connected: 1, refused: 1 })
  const { points, bucketMs } = await other.operator.series({ kind: 'connect' })
  assert.ok(points.every(({ client, at }) => client === 'calendly' && at.getTime() % bucketMs === 0))
})

/** A store that fails while it is away, and counts what it is asked to write. */
function awayStore() {
  const inner = memory()
  const state = { isAway: false, writes: 0 }
  const writes = <Name extends 'tallies' | 'errorGroups' | 'activityLog'>(name: Name, write: string): Store[Name] =>
    ({
      ...inner[name],
      async [write](...values: unknown[]) {
        state.writes++
        if (state.isAway) throw new PunctualError('store_unavailable', 'Away.', { reason: 'ECONNREFUSED' })
        return (inner[name] as unknown as Record<string, (...values: unknown[]) => unknown>)[write]?.(...values)
      },
    }) as unknown as Store[Name]
  const store: Store = {
    ...inner,
    tallies: writes('tallies', 'add'),
    errorGroups: writes('errorGroups', 'add'),
    activityLog: writes('activityLog', 'append'),
  }
  return { store, state }
}

/** A host on a clock that only the test moves, with a connection whose calls are counted. */
async function counting(t: Parameters<typeof startHost>[0]) {
  const { store, state } = awayStore()
  const clock = manualClock()
  const waits: { readonly ms: number; readonly isIdle: boolean }[] = []
  const watched: Clock = {
    ...clock,
    sleep(ms, signal, { isIdle = false } = {}) {
      waits.push({ ms, isIdle })
      return clock.sleep(ms, signal)
    },
  }
  const host = await startHost(t, { store, clock: watched }, { now: clock.now })
  return { host, clock, state, waits, connection: await host.connect('calendly') }
}

test('what was counted is written ten seconds later, also by a process that was not started', async (t) => {
  const { host, clock, state, waits, connection } = await counting(t)
  await connection.fetch('/users/me')
  await connection.fetch('/users/me')
  const idle = waits.filter(({ isIdle }) => isIdle)
  assert.deepEqual(idle, [{ ms: 10_000, isIdle: true }], 'one wait, which keeps no process alive')
  assert.equal(state.writes, 0)
  clock.pass(9999)
  await settle()
  assert.equal(state.writes, 0)
  clock.pass(1)
  await settle()
  assert.equal(state.writes, 1, 'one statement for all that was counted')
  assert.deepEqual(await countsOf(host.punctual, 'call'), { ok: 2 })
  clock.pass(60_000)
  await settle()
  assert.equal(state.writes, 1, 'nothing is written where nothing happens')
})

test('what the store does not accept is kept, reported once, and written later', async (t) => {
  const { host, clock, state, connection } = await counting(t)
  const faults: string[] = []
  host.punctual.on((event) => event.type === 'fault' && faults.push(`${event.code} ${event.reason}`))
  state.isAway = true
  for (let n = 0; n < 3; n++) {
    assert.equal((await connection.fetch('/users/me')).status, 200, 'it stops nothing')
    clock.pass(10_000)
    await settle()
  }
  assert.equal(state.writes, 3)
  assert.deepEqual(faults, ['store_unavailable ECONNREFUSED'])
  assert.deepEqual(await countsOf(host.punctual, 'call'), {})
  state.isAway = false
  await host.punctual.stop()
  assert.deepEqual(await countsOf(host.punctual, 'call'), { ok: 3 })
})

test('a stop ends although the store does not accept what was counted', async (t) => {
  const { host, state, connection } = await counting(t)
  await connection.fetch('/users/me')
  state.isAway = true
  await host.punctual.stop()
  assert.equal(state.writes, 1)
})

test('errors are grouped by code, reason and client, with the connections that they touched', async (t) => {
  const host = await startQuietHost(t)
  const [calendly, calcom] = [await host.connect('calendly'), await host.connect('calcom')]
  for (let n = 0; n < 2; n++) await calendly.fetch('/event_types/none')
  await assert.rejects(calcom.fetch('elsewhere'), { code: 'invalid_argument' })
  await setFault(host, { kind: 'status', endpoint: 'api', status: 500, count: 3 })
  await calendly.fetch('/users/me')
  await host.punctual.stop()
  const { items, cursor } = await host.punctual.operator.errors()
  assert.equal(cursor, null)
  assert.deepEqual(
    items.map(({ code, reason, client, count, connections }) => [code, reason, client, count, connections]).sort(),
    [
      ['invalid_argument', null, 'calcom', 1, 1],
      ['provider_refused', 'not_found', 'calendly', 2, 1],
      ['provider_unavailable', 'server_error', 'calendly', 1, 1],
    ],
  )
  for (const { sentence, firstAt, lastAt } of items) assert.ok(sentence.length > 10 && firstAt <= lastAt)
  const refused = items.find(({ code }) => code === 'provider_refused')
  const touched = await host.punctual.operator.connections({ error: refused?.id ?? '' })
  assert.deepEqual(
    touched.items.map(({ id }) => id),
    [calendly.id],
  )
  const first = await host.punctual.operator.errors({ limit: 2 })
  const second = await host.punctual.operator.errors({ limit: 2, cursor: first.cursor })
  assert.deepEqual([...first.items, ...second.items], items)
})

test('attempts that failed are listed with their owner and reason', async (t) => {
  const host = await startHost(t)
  await host.travel('calendly', { allow: false })
  host.person = 'bob'
  await host.travel('calcom', { owner: 'ada' })
  await host.punctual.stop()
  const { items } = await host.punctual.operator.attempts()
  assert.deepEqual(
    items.map(({ client, owner, reason }) => [client, owner, reason]),
    [
      ['calcom', 'ada', 'another_person'],
      ['calendly', 'ada', 'access_denied'],
    ],
  )
})

test('refused deliveries are listed one by one up to twenty a minute, and all are counted', async (t) => {
  const [one] = cases
  assert.ok(one)
  const host = await startListening(t, {})
  const connection = await host.join(one)
  await host.punctual.webhooks.subscribe(connection, one.events)
  await one.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  const [sent] = host.sent
  for (let n = 0; n < 25; n++) await host.post(sent?.url ?? '', { headers: {}, body: '{}' })
  await host.punctual.stop()
  const { operator } = host.punctual
  const { items } = await operator.refusals({ limit: 200 })
  assert.equal(items.length, 20)
  assert.deepEqual(
    [items[0]?.client, items[0]?.connection, items[0]?.reason],
    ['calendly', connection.id, 'not_signed'],
  )
  assert.deepEqual((await operator.refusals({ client: 'calcom' })).items, [])
  assert.equal((await countsOf(host.punctual, 'webhook')).refused, 25)
  const { attention } = await operator.overview()
  const refused = attention.find(({ kind }) => kind === 'webhooks_refused')
  assert.deepEqual([refused?.count, refused?.subject.client], [25, 'calendly'])
  assert.match(refused?.sentence ?? '', /not_signed/)
})
