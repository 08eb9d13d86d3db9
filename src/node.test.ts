import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'

import { nodeListener, nodeRequest } from './node.ts'

async function served(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback/one?state=x`
}

test('a request of Node reaches the handler as a standard request, from which Node’s can be read', async (t) => {
  const seen: unknown[] = []
  const handler = async (request: Request) => {
    seen.push(new URL(request.url).pathname, request.headers.get('x-a'), nodeRequest(request)?.headers['x-a'])
    return new Response('done', { status: 303, headers: { location: '/there' } })
  }
  const address = await served(t, nodeListener({ handler }))
  const response = await fetch(address, { headers: { 'x-a': 'b' }, redirect: 'manual' })
  assert.deepEqual([response.status, response.headers.get('location'), await response.text()], [303, '/there', 'done'])
  assert.deepEqual(seen, ['/callback/one', 'b', 'b'])
})

test('a fault is passed to the framework, or answered with an empty 500', async (t) => {
  const handler = async () => {
    throw new Error('broken')
  }
  const bare = await fetch(await served(t, nodeListener({ handler })))
  assert.deepEqual([bare.status, await bare.text()], [500, ''])
  const listener = nodeListener({ handler })
  const framed = await served(t, (request, response) => {
    void listener(request, response, (error) => response.writeHead(502).end(String(error)))
  })
  const answer = await fetch(framed)
  assert.deepEqual([answer.status, await answer.text()], [502, 'Error: broken'])
})

test('a request whose Host header is not a host gets a 400, and no fault is reported', async (t) => {
  const handler = async () => new Response()
  const faults: unknown[] = []
  const listener = nodeListener({ handler })
  const address = await served(
    t,
    (request, response) => void listener(request, response, (error) => faults.push(error)),
  )
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  socket.end('GET /callback/one HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')
  const [said] = await once(socket, 'data')
  assert.match(String(said), /^HTTP\/1\.1 400 /)
  assert.deepEqual(faults, [])
})

test('a request that did not come through Node has no request of Node', () => {
  assert.equal(nodeRequest(new Request('http://localhost/')), undefined)
})
