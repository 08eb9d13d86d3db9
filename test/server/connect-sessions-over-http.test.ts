// Connecting an account from a back end in any language: a session, the person's trip, and who is signed in.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Service, startService } from './service.ts'

const request = { owner: 'ada', returnTo: '/settings' }
const complete = ({ ask }: Service, id: string, owner: string, key?: string) =>
  ask('POST', `/v1/connect-sessions/${id}/complete`, { body: { owner }, ...(key !== undefined && { key }) })

test('a session connects once the back end says who is signed in', async (t) => {
  const service = await startService(t)
  const { ask, page, host } = service
  const { status, body } = await ask('POST', '/v1/connect-sessions', { body: { ...request, clients: ['calcom'] } })
  assert.equal(status, 201)
  assert.match(body.url, new RegExp(`/connect/${String(body.id).slice(0, 30)}$`))
  const back = await page.travel(body.id, 'calcom')
  assert.equal(back.searchParams.get('punctual_session'), body.id)
  assert.equal(host.tokenRequests(), 0)
  const connected = await complete(service, body.id, 'ada')
  assert.deepEqual([connected.body.owner, connected.body.client, connected.body.status], ['ada', 'calcom', 'active'])
  assert.deepEqual((await complete(service, body.id, 'ada')).body, connected.body)
  assert.equal(host.tokenRequests(), 1)

  const repair = await ask('POST', '/v1/connect-sessions', { body: { ...request, connection: connected.body.id } })
  await page.travel(repair.body.id, 'calcom')
  assert.equal((await complete(service, repair.body.id, 'ada')).body.id, connected.body.id)
})

test('an owner that did not begin is refused before any token request, and the right one still completes', async (t) => {
  const service = await startService(t)
  const { ask, page, host } = service
  const { id } = (await ask('POST', '/v1/connect-sessions', { body: request })).body
  await page.travel(id, 'calendly')
  for (let tries = 0; tries < 3; tries++) {
    const { status, body } = await complete(service, id, 'mallory')
    assert.deepEqual([status, body.code, body.reason], [403, 'attempt_refused', 'another_person'])
  }
  assert.equal(host.tokenRequests(), 0)
  assert.equal((await complete(service, id, 'ada')).status, 200)
})

test('a key of one owner begins and completes for that owner alone', async (t) => {
  const service = await startService(t)
  const { ask, page, key } = service
  const mine = await key(['connections:write'], 'ada')
  const own = (await ask('POST', '/v1/connect-sessions', { body: request, key: mine })).body
  await page.travel(own.id, 'calendly')
  assert.equal((await complete(service, own.id, 'ada', mine)).status, 200)

  const others = (await ask('POST', '/v1/connect-sessions', { body: { ...request, owner: 'bob' } })).body
  await page.travel(others.id, 'calendly')
  const found = await complete(service, others.id, 'ada', mine)
  const missing = await complete(service, 'session_AAAAAAAAAAAAAAAAAAAAAA', 'ada', mine)
  assert.equal(found.status, 404)
  assert.deepEqual({ ...found.body, requestId: '' }, { ...missing.body, requestId: '' })
  assert.equal((await complete(service, others.id, 'bob')).status, 200)
})

test('what cannot be asked of a person is refused before there is a session', async (t) => {
  const { refused } = await startService(t)
  for (const wrong of [
    { returnTo: 'https://evil.example/' },
    { returnTo: 'javascript:alert(1)' },
    { owner: '' },
    { owner: '  ' },
    { returnTo: '' },
    { returnTo: 'docs' },
    { scopes: [] },
    { clients: ['calendly'], scopes: ['users:read'], features: ['me'] },
    { anotherAccount: true },
    { owner: 'o'.repeat(256) },
    { clients: ['nobody'] },
    { clients: [] },
    { scopes: ['users:read'] },
    { features: ['fly'] },
  ])
    await refused('invalid_argument', 'POST', '/v1/connect-sessions', { body: { ...request, ...wrong } })
  await refused('connection_not_found', 'POST', '/v1/connect-sessions', { body: { ...request, connection: 'con_1' } })
})

test('a session that nobody has come back with, or that is over, is not completed', async (t) => {
  const service = await startService(t)
  const { ask, host } = service
  const { id } = (await ask('POST', '/v1/connect-sessions', { body: request })).body
  assert.deepEqual((await complete(service, id, 'ada')).body.reason, 'open')
  host.sandbox.clock.advance(31 * 60)
  assert.equal((await complete(service, id, 'ada')).body.code, 'connect_session_not_found')
  const bound = await service.key(['connections:write'], 'ada')
  for (const unknown of ['session_x', 'attempt_x', 'nothing', '%00', '__proto__'])
    for (const key of [undefined, bound])
      assert.equal((await complete(service, unknown, 'ada', key)).body.code, 'connect_session_not_found', unknown)
})

test('whether another owner has a connection is not told to who would repair it', async (t) => {
  const service = await startService(t)
  const { ask, key } = service
  const others = await service.connect('calendly', 'bob')
  const mine = await key(['connections:write'], 'ada')
  const repair = async (connection: string) => {
    const { status, body } = await ask('POST', '/v1/connect-sessions', { body: { ...request, connection }, key: mine })
    return { status, body: { ...body, requestId: '' } }
  }
  const missing = await repair('connection_unknown')
  assert.equal(missing.status, 404)
  assert.deepEqual(await repair(others), missing)
})

test('a back end that completes after the person declined is told so', async (t) => {
  const service = await startService(t)
  const { id } = (await service.ask('POST', '/v1/connect-sessions', { body: request })).body
  await service.page.travel(id, 'calendly', { allow: false })
  const { status, body } = await complete(service, id, 'ada')
  assert.deepEqual([status, body.reason], [403, 'access_denied'])
  assert.match(body.detail, /declined at the provider/)
})

test('a session can be read: open, failed with its reason, held, completed, expired', async (t) => {
  const service = await startService(t)
  const { ask, page, key, host, refused } = service
  const { id } = (await ask('POST', '/v1/connect-sessions', { body: { ...request, clients: ['calcom'] } })).body
  const read = async (given = id) => (await ask('GET', `/v1/connect-sessions/${given}`)).body
  const states = async () =>
    Object.fromEntries(Object.entries(await read()).filter(([name]) => /state|error|connection/.test(name)))
  assert.deepEqual(await states(), { state: 'open', error: null, connection: null })
  await page.travel(id, 'calcom', { allow: false })
  assert.deepEqual(await states(), { state: 'failed', error: 'access_denied', connection: null })
  const declined = await complete(service, id, 'ada')
  assert.deepEqual([declined.status, declined.body.reason, declined.body.retryable], [403, 'access_denied', false])
  await page.travel(id, 'calcom')
  assert.deepEqual(await states(), { state: 'held', error: null, connection: null })
  assert.equal(host.tokenRequests(), 0)

  const reader = await key(['connections:read'], 'bob')
  const hidden = await refused('connect_session_not_found', 'GET', `/v1/connect-sessions/${id}`, { key: reader })
  const unknown = await refused('connect_session_not_found', 'GET', '/v1/connect-sessions/session_x', { key: reader })
  assert.deepEqual({ ...hidden, requestId: '' }, { ...unknown, requestId: '' })
  assert.equal(
    (await ask('GET', `/v1/connect-sessions/${id}`, { key: await key(['connections:read'], 'ada') })).status,
    200,
  )

  const { body } = await complete(service, id, 'ada')
  assert.deepEqual(await states(), { state: 'completed', error: null, connection: body.id })
  const late = (await ask('POST', '/v1/connect-sessions', { body: request })).body
  host.sandbox.clock.advance(31 * 60)
  const expired = await read(late.id)
  assert.equal(expired.state, 'expired', JSON.stringify([late, expired]))
  assert.equal((await states()).state, 'completed')
})
