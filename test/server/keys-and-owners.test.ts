// Who may do what: API keys, their scopes, their owner, their limit, and a service that gives its tokens to nobody.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from '../../src/server/api/request/operation.ts'
import { operations } from '../../src/server/api/routes/all.ts'
import { manualClock } from '../support/manual-clock.ts'
import { startService } from './service.ts'

const addressOf = ({ path }: Operation) => path.replaceAll(/\{\w+\}/g, 'id')

test('a key that is absent, wrong, revoked or in another form opens nothing, in the same words', async (t) => {
  const { ask, key, page } = await startService(t)
  const revoked = await key(['admin'])
  assert.equal((await ask('GET', '/v1/connections', { key: revoked })).status, 200)
  await page.punctual.apiKeys.revoke(revoked.split('_')[1] ?? '')
  const right = await key(['admin'])
  const attempts = [
    { key: null },
    { key: revoked },
    { key: `${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}` },
    { key: right.slice(0, -1) },
    { key: 'pk_000000000000_x' },
    { key: 'x'.repeat(5000) },
    { key: null, headers: { authorization: `Basic ${right}` } },
    { key: null, headers: { authorization: right } },
    { key: null, headers: { 'x-api-key': right } },
  ]
  const answers = await Promise.all(attempts.map((attempt) => ask('GET', '/v1/connections', attempt)))
  for (const { status, body, headers } of answers) {
    assert.equal(status, 401)
    assert.equal(body.code, 'unauthorized')
    assert.equal(headers.get('www-authenticate'), 'Bearer realm="punctual"')
    assert.equal(headers.get('ratelimit'), null)
    assert.deepEqual({ ...body, requestId: '' }, { ...answers[0]?.body, requestId: '' })
  }
  assert.equal((await ask('GET', `/v1/connections?key=${right}`, { key: null })).status, 401)
  assert.equal((await ask('GET', '/v1/connections', { key: right })).status, 200)
  assert.equal(
    (await ask('GET', '/v1/connections', { key: null, headers: { authorization: `bearer ${right}` } })).status,
    200,
  )
})

test('each operation needs its own scope, and admin holds them all', async (t) => {
  const { ask, key } = await startService(t)
  const scopes = [...new Set(operations.map(({ scope }) => scope))]
  const admin = await key(['admin'])
  for (const operation of operations) {
    const { scope } = operation
    const others = await key(scopes.filter((other) => other !== scope && other !== 'admin'))
    const method = operation.method.toUpperCase()
    const refusal = await ask(method, addressOf(operation), { key: others })
    assert.equal(refusal.status, 403, operation.id)
    assert.deepEqual([refusal.body.code, refusal.body.reason], ['forbidden', 'scope'])
    assert.deepEqual(refusal.body.scopes, [scope])
    for (const allowed of [await key([scope]), admin])
      assert.notEqual((await ask(method, addressOf(operation), { key: allowed })).body.code, 'forbidden', operation.id)
  }
})

test('a key of one owner sees that owner alone, and another owner’s ids are not found in the same words', async (t) => {
  const { ask, refused, key, connect } = await startService(t)
  const [ada, bob] = [await connect('calcom', 'ada'), await connect('calendly', 'bob')]
  const mine = { key: await key(['admin'], 'ada') }

  const list = async (query: string) =>
    (await ask('GET', `/v1/connections${query}`, mine)).body.connections.map(({ id }: { id: string }) => id)
  assert.deepEqual(await list(''), [ada])
  assert.deepEqual(await list('?owner=ada'), [ada])
  assert.equal((await ask('GET', `/v1/connections/${ada}`, mine)).body.owner, 'ada')
  assert.deepEqual((await ask('GET', '/v1/connections')).body.connections.length, 2)

  const attempts: [string, string, unknown?][] = [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/token', {}],
    ['GET', '/capabilities'],
    ['GET', '/event-types'],
    ['GET', '/event-types/1'],
    ['GET', '/slots?eventType=1&from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z'],
    ['GET', '/bookings'],
    ['GET', '/bookings/1'],
    ['POST', '/bookings/1/no-show', { host: true }],
    ['GET', '/webhooks'],
    ['PUT', '/webhooks', { bookings: true }],
    ['DELETE', '/webhooks'],
  ]
  for (const [method, below, body] of attempts) {
    const call = { ...mine, ...(body !== undefined && { body }) }
    const others = await refused('connection_not_found', method, `/v1/connections/${bob}${below}`, call)
    const unknown = await refused('connection_not_found', method, `/v1/connections/con_unknown${below}`, call)
    assert.deepEqual({ ...others, requestId: '' }, { ...unknown, requestId: '' })
  }
  assert.equal((await ask('GET', `/v1/connections/${bob}`)).status, 200)
})

test('a request that names another owner than that of its key is refused', async (t) => {
  const { refused, key } = await startService(t)
  const mine = { key: await key(['admin'], 'ada') }
  for (const [method, path, body] of [
    ['GET', '/v1/connections?owner=bob'],
    ['GET', '/v1/events?owner=bob'],
    ['POST', '/v1/connect-sessions', { owner: 'bob', returnTo: '/done' }],
    ['POST', '/v1/connect-sessions/session_1/complete', { owner: 'bob' }],
  ] as const) {
    const { status, reason } = await refused('forbidden', method, path, { ...mine, ...(body && { body }) })
    assert.deepEqual([status, reason], [403, 'owner'], path)
  }
})

test('with tokens switched off no key reads one, and the document has no such operation', async (t) => {
  const { url, refused, connect } = await startService(t, { api: { tokens: false } })
  const { status, reason } = await refused('forbidden', 'POST', `/v1/connections/${await connect('calcom')}/token`)
  assert.deepEqual([status, reason], [403, 'tokens_off'])
  const document = await (await fetch(`${url}/openapi.json`)).text()
  assert.doesNotMatch(document, /accessToken/)
})

test('each key has a limit of its own, counted in windows of a minute', async (t) => {
  const clock = manualClock()
  const { ask, key } = await startService(t, { api: { requestsPerMinute: 2, clock } })
  const one = { key: await key(['connections:read']) }
  const headersOf = async (call: { key: string }) => {
    const { status, headers, body } = await ask('GET', '/v1/connections', call)
    return [status, headers.get('ratelimit'), headers.get('retry-after'), body.retryAfterMs ?? null]
  }
  assert.deepEqual(await headersOf(one), [200, '"default";r=1;t=60', null, null])
  clock.pass(15_000)
  assert.deepEqual(await headersOf(one), [200, '"default";r=0;t=45', null, null])
  assert.deepEqual(await headersOf(one), [429, '"default";r=0;t=45', '45', 45_000])
  const { headers, body } = await ask('GET', '/v1/connections', one)
  assert.equal(headers.get('ratelimit-policy'), '"default";q=2;w=60')
  assert.equal(body.code, 'too_many_requests')
  const other = { key: await key(['connections:read']) }
  assert.deepEqual(await headersOf(other), [200, '"default";r=1;t=60', null, null])
  clock.pass(45_000)
  assert.deepEqual(await headersOf(one), [200, '"default";r=1;t=60', null, null])
  assert.deepEqual(await headersOf(other), [200, '"default";r=0;t=15', null, null])
  clock.pass(15_000)
  assert.deepEqual(await headersOf(other), [200, '"default";r=1;t=60', null, null])
})
