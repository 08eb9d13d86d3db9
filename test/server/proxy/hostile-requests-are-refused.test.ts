// Requests that try to leave the provider's API, or that two servers could read differently: each gets a problem document,
// and nothing of it reaches the provider. They are sent as bytes, since no honest client sends them.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { manualClock } from '../../support/manual-clock.ts'
import { head, startProxied } from './upstream.ts'

/** Paths behind `/proxy`, as they are on the wire. */
const hostilePaths = [
  '/upstream/../../../users/me',
  '/upstream/..',
  '/upstream/.',
  '/upstream/./x',
  '/..;/upstream/x',
  '/upstream/..;a=b/x',
  '/%2e%2e/%2E%2E/upstream/x',
  '/upstream/.%2e/x',
  '/upstream/%2e/x',
  '/upstream/%252e%252e/x',
  '/upstream/%2f..%2fx',
  '/upstream%2fx',
  '/upstream/%2F%2Fevil.example',
  '/upstream/%5c%5cevil.example',
  '/upstream/\\..\\x',
  '\\\\evil.example/upstream/x',
  '//evil.example/upstream/x',
  '///evil.example/upstream/x',
  '/upstream//x',
  '/https://evil.example/upstream/x',
  '/https:/evil.example/upstream/x',
  '/HTTP:evil.example/upstream/x',
  '/user:word@evil.example/upstream/x',
  '/@evil.example/upstream/x',
  '/upstream/%00',
  '/upstream/x%00.json',
  '/upstream/%0d%0aHost:%20evil.example',
  '/upstream/%zz',
  '/upstream/%',
  '/upstream/%4',
  '/upstream/%ff',
  '/upstream/%c0%ae%c0%ae/x',
  '/upstream/%e0%80%ae/x',
  `/upstream/${'a'.repeat(9000)}`,
]

test('a path that could leave the API of the provider is a problem, and nothing is sent', async (t) => {
  const { send, connection, caller, upstream } = await startProxied(t)
  for (const path of hostilePaths) {
    const target = `/v1/connections/${connection.id}/proxy${path}`
    const answer = await send(head(`GET ${target}`, { authorization: `Bearer ${caller}` }))
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, path)
    assert.match(answer, /content-type: application\/problem\+json/i, path)
    assert.match(answer, /"code":"invalid_argument"/, path)
  }
  assert.equal(upstream.requests.length, 0)
})

test('a request that two servers may read differently is a problem, and nothing is sent', async (t) => {
  const { send, connection, caller, upstream } = await startProxied(t)
  const target = `/v1/connections/${connection.id}/proxy/upstream/x`
  const common = `Host: localhost\r\nAuthorization: Bearer ${caller}\r\n`
  const hidden = `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`
  const requests = [
    `GET ${target} HTTP/1.1\r\n${common}Host: evil.example\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\n${common}Host: localhost\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\nAuthorization: Bearer ${caller}\r\n\r\n`,
    `POST ${target} HTTP/1.1\r\n${common}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    `POST ${target} HTTP/1.1\r\n${common}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
    `POST ${target} HTTP/1.1\r\n${common}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
    `POST ${target} HTTP/1.1\r\n${common}Content-Length: +4\r\n\r\nabcd`,
    `POST ${target} HTTP/1.1\r\n${common}Content-Length: 0x4\r\n\r\nabcd`,
    `POST ${target} HTTP/1.1\r\n${common}Content-Length: 4, 4\r\n\r\nabcd`,
    `POST ${target} HTTP/1.1\r\n${common}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    `POST ${target} HTTP/1.1\r\n${common}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    `POST ${target} HTTP/1.1\r\n${common}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    `POST ${target} HTTP/1.1\r\n${common}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
    `POST ${target} HTTP/1.1\r\n${common}X-A: 1\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST ${target} HTTP/1.1\r\n${common}X-A: a\0b\r\n\r\n`,
    `POST ${target} HTTP/1.1\r\n${common}X-A: a\rX-B: b\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\n${common}: empty\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\n${common}X A: 1\r\n\r\n`,
    `GET ${target} x HTTP/1.1\r\n${common}\r\n`,
    `GET ${target} HTTP/9.9\r\n${common}\r\n`,
    `GET ${target} HTTP/1.1\r\n${common}X-Long: ${'a'.repeat(20_000)}\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\n${common}Content-Length: 3\r\nConnection: close\r\n\r\nabc`,
    `GET ${target} HTTP/1.1\r\n${common}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  ]
  for (const request of requests) {
    const answer = await send(request)
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, request)
    assert.match(answer, /content-type: application\/problem\+json/i, request)
    assert.equal(answer.split('HTTP/1.1 ').length, 2, `one answer to ${request}`)
  }
  assert.equal(upstream.requests.length, 0)
})

test('only methods of an API are passed on', async (t) => {
  const { send, connection, caller, upstream } = await startProxied(t)
  for (const method of ['TRACE', 'PROPFIND', 'LINK', 'QUERY']) {
    const line = `${method} /v1/connections/${connection.id}/proxy/upstream/x`
    const answer = await send(head(line, { authorization: `Bearer ${caller}` }))
    assert.match(answer, /^HTTP\/1\.1 405 /, method)
    assert.match(answer, /allow: GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE/i, method)
  }
  for (const method of ['GET', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const line = `${method} /v1/connections/${connection.id}/proxy/upstream/x`
    assert.match(await send(head(line, { authorization: `Bearer ${caller}` })), /^HTTP\/1\.1 200 /, method)
  }
  assert.deepEqual(
    upstream.requests.map(({ method }) => method),
    ['GET', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
  )
})

test('without a key, with another scope, or for the connection of another owner nothing is sent', async (t) => {
  const { at, key, upstream } = await startProxied(t)
  const ask = async (text: string | null) => {
    const response = await fetch(
      at('/upstream/x'),
      text === null ? {} : { headers: { authorization: `Bearer ${text}` } },
    )
    return [response.status, ((await response.json()) as { code: string }).code]
  }
  assert.deepEqual(await ask(null), [401, 'unauthorized'])
  assert.deepEqual(await ask(await key(['connections:read', 'tokens:read'])), [403, 'forbidden'])
  assert.deepEqual(await ask(await key(['calls'], 'ben')), [404, 'connection_not_found'])
  assert.equal(upstream.requests.length, 0)
})

test('a body that is too long is a problem, announced or not', async (t) => {
  const { send, at, connection, caller, upstream } = await startProxied(t)
  const line = `POST /v1/connections/${connection.id}/proxy/upstream/x`
  const announced = await send(head(line, { authorization: `Bearer ${caller}`, 'content-length': '33554433' }))
  assert.match(announced, /^HTTP\/1\.1 413 /)
  assert.equal(upstream.requests.length, 0)
  const cut = Promise.withResolvers<void>()
  upstream.answer = (request) => {
    request.resume()
    request.socket.on('close', () => cut.resolve())
  }
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      sent += 1_048_576
      controller.enqueue(new Uint8Array(1_048_576))
      if (sent > 40 * 1_048_576) controller.close()
    },
  })
  const init = { method: 'POST', headers: { authorization: `Bearer ${caller}` }, body, duplex: 'half' }
  const response = await fetch(at('/upstream/x'), init as RequestInit)
  assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [413, 'body_too_large'])
  await cut.promise
})

test('a body that does not come is a problem after its time, and nothing is sent', async (t) => {
  const clock = manualClock()
  let waits = Promise.withResolvers<void>()
  const noticed = {
    ...clock,
    sleep(ms: number, signal?: AbortSignal) {
      waits.resolve()
      return clock.sleep(ms, signal)
    },
  }
  const { open, connection, caller, upstream } = await startProxied(t, { api: { clock: noticed } })
  // Connecting has sent bodies too.
  waits = Promise.withResolvers<void>()
  const socket = open()
  const line = `POST /v1/connections/${connection.id}/proxy/upstream/x`
  socket.write(`${head(line, { authorization: `Bearer ${caller}`, 'content-length': '10' })}half`)
  await waits.promise
  clock.pass(30_000)
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 408 /)
  assert.equal(upstream.requests.length, 0)
})
