import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { startProxied } from './upstream.ts'

test("the provider's answer keeps its status and body, and says what a failure means", async (t) => {
  const { at, caller, host, upstream } = await startProxied(t)
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(at(path), { ...init, headers: { authorization: `Bearer ${caller}`, ...init.headers } })
  const me = await ask('/users/me')
  assert.equal(me.status, 200)
  assert.match(((await me.json()) as { resource: { uri: string } }).resource.uri, /\/users\//)
  assert.equal(me.headers.get('punctual-failure'), null)
  assert.match(me.headers.get('x-request-id') ?? '', /^req_/)
  const none = await ask('/event_types/none')
  assert.deepEqual([none.status, none.headers.get('punctual-failure')], [404, 'provider_refused not_found'])
  assert.equal(host.sandbox.requests().at(-1)?.path.endsWith('/event_types/none'), true)
  const head = await ask('/upstream/thing', { method: 'HEAD' })
  assert.deepEqual([head.status, upstream.requests[0]?.method], [200, 'HEAD'])
})

test('the provider gets the token of the connection and what the caller means for it, and nothing else of the caller', async (t) => {
  const { at, caller, upstream } = await startProxied(t)
  const response = await fetch(at('/upstream/echo?user=https%3A%2F%2Fx.example%2Fusers%2F1&a=1'), {
    headers: {
      authorization: `Bearer ${caller}`,
      cookie: 'session=hush',
      'proxy-authorization': 'Basic aHVzaA==',
      te: 'trailers',
      'x-forwarded-for': '10.0.0.1',
      forwarded: 'for=10.0.0.1',
      'x-version': '2024-08-13',
      accept: 'application/json',
      'if-none-match': '"one"',
    },
  })
  assert.equal(response.status, 200)
  const [request] = upstream.requests
  assert.equal(request?.url, '/echo?user=https%3A%2F%2Fx.example%2Fusers%2F1&a=1')
  const { headers = {} } = request ?? {}
  assert.deepEqual(
    [headers['x-version'], headers.accept, headers['if-none-match']],
    ['2024-08-13', 'application/json', '"one"'],
  )
  assert.match(headers.authorization ?? '', /^Bearer (?!pk_)/)
  for (const name of ['cookie', 'proxy-authorization', 'te', 'x-forwarded-for', 'forwarded', 'x-request-id'])
    assert.equal(headers[name], undefined, name)
  assert.ok(!JSON.stringify(request?.rawHeaders).includes(caller))
})

test('headers that the request calls its own hop end here', async (t) => {
  const { send, connection, caller, upstream } = await startProxied(t)
  const lines = `Host: localhost\r\nAuthorization: Bearer ${caller}\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-End: 2\r\n\r\n`
  const answer = await send(`GET /v1/connections/${connection.id}/proxy/upstream/hop HTTP/1.1\r\n${lines}`)
  assert.match(answer, /^HTTP\/1.1 200/)
  assert.deepEqual([upstream.requests[0]?.headers['x-hop'], upstream.requests[0]?.headers['x-end']], [undefined, '2'])
})

test('what the provider says to browsers about its own origin stays behind', async (t) => {
  const { at, caller, upstream } = await startProxied(t)
  upstream.answer = (_, response) => {
    response.writeHead(207, {
      'set-cookie': ['one=1', 'two=2'],
      'strict-transport-security': 'max-age=1',
      'access-control-allow-origin': '*',
      'content-security-policy': "default-src 'unsafe-inline'",
      connection: 'keep-alive, x-hop',
      'x-hop': '1',
      etag: '"two"',
      'x-ratelimit-remaining': '7',
      'content-type': 'text/html',
      'cache-control': 'public, max-age=5, s-maxage=99, no-cache="set-cookie"',
      link: '<https://api.example.com/things?page=2>; rel="next"',
      refresh: '0; url=https://evil.example/',
      'x-frame-options': 'ALLOWALL',
      'referrer-policy': 'unsafe-url',
      'cross-origin-opener-policy': 'unsafe-none',
      'speculation-rules': '"/rules.json"',
      sourcemap: '/map',
      expires: 'Wed, 21 Oct 2099 07:28:00 GMT',
      'surrogate-control': 'max-age=9',
    })
    response.end('<p>hello</p>')
  }
  const response = await fetch(at('/upstream/page'), { headers: { authorization: `Bearer ${caller}` } })
  const { headers } = response
  assert.deepEqual([response.status, await response.text()], [207, '<p>hello</p>'])
  const kept = ['etag', 'x-ratelimit-remaining', 'content-type', 'cache-control'].map((name) => headers.get(name))
  assert.deepEqual(kept, ['"two"', '7', 'text/html', 'private, max-age=5, no-cache'])
  assert.equal(headers.get('link'), '<https://api.example.com/things?page=2>; rel="next"')
  for (const name of ['set-cookie', 'strict-transport-security', 'access-control-allow-origin', 'x-hop'])
    assert.equal(headers.get(name), null, name)
  for (const name of ['refresh', 'speculation-rules', 'sourcemap', 'expires', 'surrogate-control'])
    assert.equal(headers.get(name), null, name)
  const ours = ['x-frame-options', 'referrer-policy', 'cross-origin-opener-policy', 'x-content-type-options']
  assert.deepEqual(
    ours.map((name) => headers.get(name)),
    ['DENY', 'no-referrer', 'same-origin', 'nosniff'],
  )
  assert.match(headers.get('content-security-policy') ?? '', /^sandbox; default-src 'none'/)
})

test('an answer without a rule for caches is kept by none, and links that load something stay behind', async (t) => {
  const { at, caller, upstream } = await startProxied(t)
  for (const link of ['</a.css>; rel=preload; as=style', '<https://x.example/>; rel="next", </x>; rel=preconnect']) {
    upstream.answer = (_, response) => response.writeHead(200, { link }).end('{}')
    const { headers } = await fetch(at('/upstream/page'), { headers: { authorization: `Bearer ${caller}` } })
    assert.deepEqual([headers.get('link'), headers.get('cache-control')], [null, 'no-store'])
  }
})

test('a long request body reaches the provider while it still comes', async (t) => {
  const { at, caller, upstream } = await startProxied(t)
  const arrived = Promise.withResolvers<void>()
  let bytes = 0
  upstream.answer = async (request, response) => {
    for await (const chunk of request) {
      bytes += chunk.length
      if (bytes >= 150_000) arrived.resolve()
    }
    response.writeHead(201).end('{"made":true}')
  }
  async function* body() {
    yield new Uint8Array(150_000)
    // Without this byte of progress at the provider, the rest is never sent.
    await arrived.promise
    yield new Uint8Array(50_000)
  }
  const response = await fetch(at('/upstream/things'), {
    method: 'POST',
    headers: { authorization: `Bearer ${caller}`, 'content-type': 'application/octet-stream' },
    body: Readable.toWeb(Readable.from(body())),
    duplex: 'half',
  } as unknown as RequestInit)
  assert.deepEqual([response.status, await response.json(), bytes], [201, { made: true }, 200_000])
})

test('a long answer reaches the caller while it still comes', async (t) => {
  const { at, caller, upstream } = await startProxied(t)
  const began = Promise.withResolvers<void>()
  upstream.answer = async (_, response) => {
    response.write(Buffer.alloc(400_000, 32))
    await began.promise
    response.end(Buffer.alloc(100_000, 32))
  }
  const response = await fetch(at('/upstream/long'), { headers: { authorization: `Bearer ${caller}` } })
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes >= 300_000) began.resolve()
  }
  assert.equal(bytes, 500_000)
})

test('a short body is sent again with a refreshed token', async (t) => {
  const { at, caller, upstream } = await startProxied(t)
  const bodies: string[] = []
  upstream.answer = async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    bodies.push(text)
    const ended = { title: 'Unauthenticated', message: 'The access token expired' }
    if (bodies.length === 1) response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(ended))
    else response.writeHead(201).end('{}')
  }
  const init = { method: 'POST', headers: { authorization: `Bearer ${caller}` }, body: '{"a":1}' }
  assert.equal((await fetch(at('/upstream/things'), init)).status, 201)
  assert.deepEqual(bodies, ['{"a":1}', '{"a":1}'])
})

test('a caller that goes away ends the request at the provider', async (t) => {
  for (const method of ['GET', 'POST']) {
    const { at, caller, upstream, faults } = await startProxied(t)
    const ended = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    upstream.answer = (request) => {
      request.socket.on('close', () => ended.resolve())
      asked.resolve()
    }
    const leaving = new AbortController()
    const init = { method, signal: leaving.signal, headers: { authorization: `Bearer ${caller}` } }
    const call = fetch(at('/upstream/slow'), method === 'POST' ? { ...init, body: '{}' } : init)
    await asked.promise
    leaving.abort()
    await assert.rejects(call)
    await ended.promise
    assert.deepEqual(faults, [])
  }
})

test('a caller that goes away in the middle of an answer ends it at the provider', async (t) => {
  const { at, caller, upstream } = await startProxied(t)
  const ended = Promise.withResolvers<void>()
  upstream.answer = (request, response) => {
    request.socket.on('close', () => ended.resolve())
    response.write(Buffer.alloc(400_000, 32))
  }
  const leaving = new AbortController()
  const headers = { authorization: `Bearer ${caller}` }
  await fetch(at('/upstream/long'), { signal: leaving.signal, headers })
  leaving.abort()
  await ended.promise
})

test('a provider that does not answer in time is a problem', async (t) => {
  const { at, caller, upstream } = await startProxied(t, { api: { callTimeoutMs: 50 } })
  upstream.answer = () => {}
  const response = await fetch(at('/upstream/slow'), { headers: { authorization: `Bearer ${caller}` } })
  const { code, reason } = (await response.json()) as Record<string, unknown>
  assert.deepEqual([response.status, code, reason], [503, 'provider_unavailable', 'timeout'])
})
