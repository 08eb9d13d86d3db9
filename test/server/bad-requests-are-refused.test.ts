// What is not a request that the API knows: each a problem document, before anything is done.

import assert from 'node:assert/strict'
import { connect as connectSocket } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { PunctualError, type Store } from '../../src/index.ts'
import { bodyLimitBytes } from '../../src/server/api/request/body.ts'
import { operations } from '../../src/server/api/routes/all.ts'
import { memory } from '../../src/store/memory.ts'
import { startService } from './service.ts'

test('an unknown address is a 404, and an unknown method a 405 that lists the known ones', async (t) => {
  const { ask, refused } = await startService(t)
  for (const path of ['/v1', '/v2/connections', '/v1/connections/', '/v1/connections/con_1/nothing', '/v1/%2e%2e/x'])
    assert.equal((await refused('route_not_found', 'GET', path)).status, 404)
  const allowed: Record<string, string> = {
    '/v1/connections': 'GET, HEAD',
    '/v1/connections/con_1': 'GET, HEAD, DELETE',
    '/v1/connections/con_1/bookings': 'GET, HEAD, POST',
    '/openapi.json': 'GET, HEAD',
    '/docs': 'GET, HEAD',
  }
  for (const [path, methods] of Object.entries(allowed)) {
    const answer = await ask('PATCH', path)
    assert.equal(answer.status, 405)
    assert.equal(answer.body.code, 'method_not_allowed')
    assert.equal(answer.headers.get('allow'), methods)
  }
})

test('a path or a query that is not well-formed UTF-8 is a 400 that names it, at every address', async (t) => {
  const { refused, faults } = await startService(t)
  const sentence = 'must be UTF-8, percent-encoded: write "%" itself as %25'
  const body = {}
  const withParameters = operations.filter(({ path }) => path.includes('{'))
  assert.ok(withParameters.length > 10)
  for (const { method, path, body: takes } of [
    ...withParameters,
    { method: 'get', path: '/v1/connections/{id}/proxy/users/me', body: undefined },
  ])
    for (const wrong of ['%ff', 'a%', '%zz', '%c3%28', 'ada%E0%A4%A'])
      for (const [, name = ''] of path.matchAll(/\{(\w+)\}/g)) {
        const address = path.replace(`{${name}}`, wrong).replaceAll(/\{\w+\}/g, 'one')
        const call = takes === undefined ? {} : { body }
        const { status, errors, detail } = await refused('invalid_argument', method.toUpperCase(), address, call)
        assert.deepEqual([status, errors], [400, [{ path: `path.${name}`, sentence }]], address)
        assert.equal(detail, `path.${name} ${sentence}.`)
      }
  const { errors } = await refused('invalid_argument', 'GET', '/v1/connections?owner=%ff')
  assert.deepEqual(errors, [{ path: 'query', sentence }])
  assert.deepEqual(faults, [])
})

test('a body that is too large, not JSON, malformed or no text is refused', async (t) => {
  const { refused } = await startService(t)
  const create = ['POST', '/v1/connect-sessions'] as const
  const large = { owner: 'o'.repeat(bodyLimitBytes), returnTo: '/' }
  assert.equal((await refused('body_too_large', ...create, { body: large })).status, 413)
  const headers = { 'content-type': 'text/plain' }
  assert.equal((await refused('unsupported_media_type', ...create, { body: '{}', headers })).status, 415)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  await refused('unsupported_media_type', ...create, { body: 'owner=ada', headers: form })
  for (const body of ['{"owner": "ada",}', '{', 'null,', "{'owner': 1}"]) {
    const { status, errors } = await refused('invalid_argument', ...create, { body })
    assert.equal(status, 400)
    assert.deepEqual(errors?.[0]?.path, 'body')
  }
  for (const body of ['null', '[]', '"text"', '1', `${'['.repeat(1999)}${']'.repeat(1999)}`]) {
    const { errors } = await refused('invalid_argument', ...create, { body })
    assert.deepEqual(errors, [{ path: 'body', sentence: 'must be an object' }])
  }
})

test('a body without a length is counted while it arrives', async (t) => {
  const { url, key } = await startService(t)
  const authorization = `Bearer ${await key(['admin'])}`
  const chunk = new Uint8Array(64 * 1024).fill(32)
  const stream = new ReadableStream({ pull: (controller) => controller.enqueue(chunk) })
  const response = await fetch(`${url}/v1/connect-sessions`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: stream,
    duplex: 'half',
  } as RequestInit)
  assert.equal(response.status, 413)
})

test('a body that does not arrive in time is a 408', async (t) => {
  const { url, key } = await startService(t, { api: { bodyTimeoutMs: 20 } })
  const socket = connectSocket(Number(new URL(url).port), '127.0.0.1')
  t.after(() => socket.destroy())
  const head = [
    'POST /v1/connect-sessions HTTP/1.1',
    'host: localhost',
    `authorization: Bearer ${await key(['admin'])}`,
    'content-type: application/json',
    'content-length: 20',
    'connection: close',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n{"owner"`)
  const [first = ''] = (await text(socket)).split('\r\n')
  assert.equal(first, 'HTTP/1.1 408 Request Timeout')
})

test('unknown members and wrong types are named, all of them, each with its place', async (t) => {
  const { refused } = await startService(t)
  const { errors, detail } = await refused('invalid_argument', 'POST', '/v1/connect-sessions', {
    body: { owner: 1, returnTo: null, clients: ['one', 2], anotherAccount: 'yes', scpoes: [], __proto__: {} },
  })
  assert.deepEqual(errors, [
    { path: 'body.owner', sentence: 'must be a text' },
    { path: 'body.returnTo', sentence: 'must be a text' },
    { path: 'body.clients.1', sentence: 'must be a text' },
    { path: 'body.anotherAccount', sentence: 'must be true or false' },
    {
      path: 'body',
      sentence:
        'has scpoes, which is not known here. Known are: owner, returnTo, clients, scopes, features, connection, anotherAccount',
    },
  ])
  assert.equal(detail, 'body.owner must be a text.')

  const query = await refused('invalid_argument', 'GET', '/v1/connections?limit=0&status=gone&onwer=ada')
  assert.deepEqual(query.errors, [
    { path: 'query.status', sentence: 'must be "active", "needs_reconnect" or "disconnected"' },
    { path: 'query.limit', sentence: 'must be a whole number from 1 to 200' },
    {
      path: 'query',
      sentence: 'has onwer, which is not known here. Known are: owner, client, status, cursor, limit',
    },
  ])
  const nothing = await refused('invalid_argument', 'GET', '/v1/connections/con_1?x=1')
  assert.match(nothing.detail, /has x, which is not known here\. Nothing is accepted here\./)
  const twice = await refused('invalid_argument', 'GET', '/v1/connections?owner=ada&owner=bob')
  assert.deepEqual(twice.errors, [{ path: 'query.owner', sentence: 'must be a text' }])
  for (const limit of ['1e2', '-1', '201', '1.5', '', ' 1', '%00', '9'.repeat(400)])
    await refused('invalid_argument', 'GET', `/v1/connections?limit=${limit}`)
})

test('a body of many mistakes costs little: what is too much is refused as a whole, and the first mistakes are named', async (t) => {
  const { refused } = await startService(t)
  const create = ['POST', '/v1/connect-sessions'] as const
  const body = (more: object) => ({ owner: 'ada', returnTo: '/', ...more })
  const many = { path: 'body', sentence: 'has more than 2000 values in its lists and objects' }
  for (const more of [
    { features: Array(60_000).fill('x') },
    { scopes: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`c${at}`, Array(50).fill(1)])) },
    Object.fromEntries(Array.from({ length: 2001 }, (_, at) => [`name${at}`, 1])),
  ])
    assert.deepEqual((await refused('invalid_argument', ...create, { body: body(more) })).errors, [many])
  const wrong = await refused('invalid_argument', ...create, { body: body({ features: Array(100).fill('x') }) })
  assert.equal(wrong.errors?.length, 20)
  const names = Object.fromEntries(['one', 'two', 'three', 'four', 'five'].map((name) => [name, 1]))
  const unknown = await refused('invalid_argument', ...create, { body: body(names) })
  assert.match(unknown.detail, /^body has one, two, three and 2 more, which is not known here\. Known are: owner/)
  for (const name of ['clients', 'scopes', 'features']) {
    const { errors = [] } = await refused('invalid_argument', ...create, {
      body: body({ [name]: Array(101).fill('book') }),
    })
    assert.match(errors[0]?.path ?? '', new RegExp(`^body\\.${name}`))
  }
  const long = await refused('invalid_argument', ...create, { body: body({ scopes: { ['x'.repeat(9000)]: 1 } }) })
  assert.ok(JSON.stringify(long).length < 2000)
})

test('a member with the name of the prototype is refused as unknown, wherever it is', async (t) => {
  const { refused } = await startService(t)
  const sentence = 'has a member __proto__, which is not known here'
  for (const body of [
    '{"owner":"ada","returnTo":"/","__proto__":{}}',
    '{"owner":"ada","returnTo":"/","scopes":{"__proto__":["a"]}}',
    '{"owner":"ada","returnTo":"/","scopes":{"calendly":["a"],"deep":[{"__proto__":1}]}}',
  ]) {
    const { errors } = await refused('invalid_argument', 'POST', '/v1/connect-sessions', { body })
    assert.deepEqual(errors, [{ path: 'body', sentence }])
  }
})

test('the address of the service leads to its documentation, with its own path', async (t) => {
  for (const [baseUrl, place] of [
    [undefined, '/docs'],
    ['https://app.example.com/punctual', 'https://app.example.com/punctual/docs'],
  ] as const) {
    const { url } = await startService(t, { api: baseUrl === undefined ? {} : { baseUrl } })
    const response = await fetch(`${url}/`, { redirect: 'manual' })
    assert.deepEqual([response.status, response.headers.get('location')], [302, place])
  }
})

test('what the database says of itself is told to no client', async (t) => {
  const sentence = 'The database /srv/secret/punctual.db refused a statement (SQLITE_FULL).'
  const failure = new PunctualError('store_unavailable', sentence, { reason: 'SQLITE_FULL', retryable: true })
  const { ask } = await startService(t, { punctual: { store: failing(memory(), failure) } })
  const { status, body } = await ask('GET', '/v1/connections')
  assert.deepEqual([status, body.code, body.reason], [503, 'store_unavailable', 'SQLITE_FULL'])
  assert.doesNotMatch(JSON.stringify(body), /srv|statement/)
})

test('hostile ids are ids that nobody has', async (t) => {
  const { refused } = await startService(t)
  const hostile = [
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    "'%20OR%201=1--",
    '%00',
    '%EF%BF%BE',
    '%252e%252e',
    '__proto__',
    'constructor',
    '%3Cscript%3E',
    'a'.repeat(2000),
  ]
  for (const id of hostile) {
    const { status, detail } = await refused('connection_not_found', 'GET', `/v1/connections/${id}`)
    assert.equal(status, 404)
    assert.doesNotMatch(detail, /script|passwd|proto/)
  }
  assert.equal((await refused('invalid_argument', 'GET', `/v1/connections/${'a'.repeat(3000)}`)).status, 400)
})

test('the caller’s request id is in the answer if it is a plain one', async (t) => {
  const { ask } = await startService(t)
  const headers = { 'x-request-id': 'order-1042_a' }
  assert.equal((await ask('GET', '/v1/connections', { headers })).headers.get('x-request-id'), 'order-1042_a')
  assert.equal((await ask('GET', '/v1/nothing', { headers })).body.requestId, 'order-1042_a')
  for (const wrong of ['a b', 'x'.repeat(101), '<b>', 'ä'])
    assert.match((await ask('GET', '/v1/nothing', { headers: { 'x-request-id': wrong } })).body.requestId, /^req_/)
})

test('no operation answers without a key', async (t) => {
  const { refused } = await startService(t)
  for (const { method, path } of operations) {
    const address = path.replaceAll(/\{\w+\}/g, 'id')
    const { status } = await refused('unauthorized', method.toUpperCase(), address, { key: null })
    assert.equal(status, 401)
  }
})

test('a fault is reported, and its answer does not tell it', async (t) => {
  const { ask, faults } = await startService(t, { punctual: { store: failing(memory()) } })
  const { status, body } = await ask('GET', '/v1/connections')
  assert.equal(status, 500)
  assert.equal(body.code, 'unexpected')
  assert.doesNotMatch(JSON.stringify(body), /hush/)
  assert.deepEqual(faults.map(String), ['Error: password=hush'])
})

/** A store whose list of connections fails with an error of its own. */
function failing(store: Store, error: Error = new Error('password=hush')): Store {
  const list = () => Promise.reject(error)
  return { ...store, connections: { ...store.connections, list } }
}
