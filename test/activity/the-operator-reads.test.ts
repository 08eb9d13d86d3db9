// What pages and commands read: the overview, connections, the life of a grant, recent calls and the audit.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PunctualError } from '../../src/core/errors.ts'
import { memory } from '../../src/store/memory.ts'
import { setFault, startHost, startQuietHost } from '../support/host.ts'

test('the overview shows how things stand, and asks no provider', async (t) => {
  const host = await startHost(t)
  const connection = await host.connect('calendly')
  await host.punctual.stop()
  const requests = host.sandbox.requests().length
  const { attention, connections, clients, events, runningSince, at } = await host.punctual.operator.overview()
  assert.deepEqual(attention, [])
  assert.deepEqual(connections?.calendly, { active: 1, needs_reconnect: 0, disconnected: 0 })
  assert.equal(clients[connection.client]?.health, 'accepted')
  assert.deepEqual(events?.pending, 0)
  assert.ok(runningSince <= at)
  assert.equal(host.sandbox.requests().length, requests)
})

test('the overview says what is wrong while the store is away, and when it is back', async (t) => {
  const inner = memory()
  let isAway = true
  const away = async () => {
    throw new PunctualError('store_unavailable', 'The database is full.', { reason: 'SQLITE_FULL' })
  }
  const store = {
    ...inner,
    ping: () => (isAway ? away() : inner.ping()),
    tallies: { ...inner.tallies, now: () => (isAway ? away() : inner.tallies.now()) },
  }
  const host = await startHost(t, { store })
  const { operator } = host.punctual
  const { attention, connections, events, clients } = await operator.overview()
  assert.deepEqual([connections, events, clients.calendly?.health], [null, null, null])
  assert.deepEqual(
    attention.map(({ kind }) => kind),
    ['disk_full'],
  )
  assert.match(attention[0]?.sentence ?? '', /The database is full\./)
  isAway = false
  assert.deepEqual((await operator.overview()).attention, [])
})

test('a grant that is over needs a person, and its life says why', async (t) => {
  const host = await startQuietHost(t)
  const connection = await host.connect('calendly')
  const { operator } = host.punctual
  await setFault(host, { kind: 'status', endpoint: 'token', status: 503, count: 1 })
  const failed = await connection.refresh()
  assert.deepEqual([failed.outcome, failed.reason, failed.generation], ['unavailable', 'server_error', null])
  const postponed = await connection.refresh()
  assert.deepEqual([postponed.outcome, postponed.reason], ['postponed', 'cooling'])
  assert.ok((postponed.retryAfterMs ?? 0) > 0)
  await host.clock.sleep(postponed.retryAfterMs ?? 0)
  const renewed = await connection.refresh()
  assert.deepEqual([renewed.outcome, renewed.generation, renewed.reason], ['renewed', 2, null])
  assert.ok((renewed.expiresAt?.getTime() ?? 0) > host.clock.now())
  const during = await operator.history(connection.id)
  assert.ok((during.nextRefreshAt?.getTime() ?? 0) > host.clock.now())
  assert.equal(during.isRefreshing, false)

  host.sandbox.revoke({ provider: 'calendly', account: connection.account.email ?? '' })
  const over = await connection.refresh()
  assert.deepEqual([over.outcome, over.reason], ['refused', 'refused'])
  assert.deepEqual((await connection.refresh()).outcome, 'refused', 'nothing is sent for a grant that is over')
  await host.connect('calendly')

  const { items, nextRefreshAt } = await operator.history(connection.id)
  assert.deepEqual(
    items.map(({ kind }) => kind),
    ['reconnected', 'needs_reconnect', 'refreshed', 'refresh_failed', 'connected'],
  )
  assert.ok(nextRefreshAt !== null)
  const failure = items[3]
  assert.deepEqual([failure?.ofGrant, failure?.data.reason], [true, 'server_error'])
  for (const { sentence } of items) assert.match(sentence, /^[A-Z].*[.]$/)
  const first = await operator.history(connection.id, { limit: 3 })
  const second = await operator.history(connection.id, { limit: 3, cursor: first.cursor })
  assert.deepEqual([...first.items, ...second.items], items)
  assert.equal(second.cursor, null)
})

test('calls of this process are shown, newest first, the last thirty', async (t) => {
  const host = await startHost(t)
  const connection = await host.connect('calendly')
  const { operator } = host.punctual
  assert.deepEqual(operator.calls(connection.id), [])
  await connection.fetch('/event_types/none')
  for (let n = 0; n < 31; n++) await connection.fetch('/users/me')
  const calls = operator.calls(connection.id)
  assert.equal(calls.length, 30)
  assert.ok(calls.every(({ outcome, method }) => outcome === 'ok' && method === 'GET'))
  await connection.fetch('/event_types/none')
  assert.deepEqual(
    operator
      .calls(connection.id)
      .slice(0, 2)
      .map(({ status }) => status),
    [404, 200],
  )
  assert.deepEqual(host.another().operator.calls(connection.id), [], 'they are of this process')
})

test('a connection is tested by one read', async (t) => {
  const host = await startHost(t)
  for (const client of ['calendly', 'calcom']) {
    const connection = await host.connect(client)
    const requests = host.sandbox.requests().length
    const { ok, outcome, error, status } = await connection.test()
    assert.deepEqual([ok, outcome, error, status], [true, 'ok', null, 200])
    assert.equal(host.sandbox.requests().length, requests + 1)
    await setFault(host, { kind: 'status', endpoint: 'api', status: 500, count: 3 })
    const away = await connection.test()
    assert.deepEqual(
      [away.ok, away.outcome, away.error?.code, away.status],
      [false, 'unavailable', 'provider_unavailable', 500],
    )
    await connection.disconnect()
    const gone = await connection.test()
    assert.deepEqual([gone.ok, gone.outcome, gone.error?.code], [false, 'disconnected', 'connection_not_found'])
    await assert.rejects(connection.refresh(), { code: 'connection_not_found' })
  }
})

test('connections are found by what is known of them, and listed page by page', async (t) => {
  const host = await startHost(t)
  const connection = await host.connect('calendly', { owner: host.person ?? '' })
  const { operator } = host.punctual
  const { name, email } = connection.account
  for (const text of [connection.id, 'ADA', name ?? '', (email ?? '').toUpperCase()]) {
    const { items, isCut, cursor } = await operator.connections({ text })
    assert.deepEqual([items.map(({ id }) => id), isCut, cursor], [[connection.id], false, null], text)
  }
  assert.deepEqual((await operator.connections({ text: 'ada', client: 'calcom' })).items, [])
  assert.deepEqual((await operator.connections({ text: connection.id, status: 'disconnected' })).items, [])
  assert.deepEqual(
    (await operator.connections({ text: ' ' })).items.map(({ id }) => id),
    [connection.id],
  )
  await host.connect('calcom')
  const first = await operator.connections({ limit: 1 })
  const second = await operator.connections({ limit: 1, cursor: first.cursor })
  assert.deepEqual([first.items[0]?.client, second.items[0]?.client, second.cursor], ['calendly', 'calcom', null])
})

test('the audit says who did what, newest first', async (t) => {
  const host = await startHost(t)
  const { operator } = host.punctual
  const entry = { actor: 'key one', action: 'disconnect', subject: 'conn_1', outcome: 'ok' }
  await operator.record(entry)
  await operator.record({ ...entry, action: 'replay' })
  const { items } = await host.another().operator.audit()
  assert.deepEqual(
    items.map(({ at: _, ...rest }) => rest),
    [{ ...entry, action: 'replay' }, entry],
  )
  const first = await operator.audit({ limit: 1 })
  assert.deepEqual((await operator.audit({ limit: 1, cursor: first.cursor })).items[0]?.action, 'disconnect')
})

test('wrong arguments are refused', async (t) => {
  const { operator } = (await startHost(t)).punctual
  const wrong = { code: 'invalid_argument' }
  await assert.rejects(operator.series({ kind: 'calls' as never }), wrong)
  await assert.rejects(operator.series({ kind: 'call', from: 5 as never }), wrong)
  await assert.rejects(operator.errors({ limit: 0 }), wrong)
  await assert.rejects(operator.audit({ cursor: 'x' }), wrong)
  await assert.rejects(operator.connections({ status: 'gone' as never }), wrong)
  await assert.rejects(operator.record({ actor: '', action: 'a', subject: 's', outcome: 'ok' }), wrong)
  await assert.rejects(operator.history('conn_none'), { code: 'connection_not_found' })
})
