import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { textResponse } from './api/request/text-response.ts'
import { listen } from './listen.ts'

test('a server that closes finishes its requests and accepts no new ones', async () => {
  const [began, begin] = gate()
  const [released, release] = gate()
  const server = await listen({
    port: 0,
    fetch: async () => {
      begin()
      await released
      return new Response('finished')
    },
  })
  const agent = new Agent({ keepAlive: true })
  const answer = ask(server.url, agent)
  await began
  const closed = server.close()
  await assert.rejects(fetch(server.url))
  release()
  assert.equal(await answer, 'finished')
  await closed
  agent.destroy()
})

test('a text arrives as it is, with its length, its headers and each of its cookies', async () => {
  const server = await listen({
    port: 0,
    fetch: ({ url }) => {
      const headers = new Headers({ 'content-type': 'text/x-note', 'x-name': 'value' })
      if (url.endsWith('/cookies')) for (const cookie of ['a=1', 'b=2']) headers.append('set-cookie', cookie)
      return textResponse('Grüße', { status: 202, headers })
    },
  })
  for (const [path, method, body] of [
    ['/', 'GET', 'Grüße'],
    ['/cookies', 'GET', 'Grüße'],
    ['/', 'HEAD', ''],
  ] as const) {
    const response = await fetch(server.url + path, { method })
    const { status, headers } = response
    assert.deepEqual([status, await response.text()], [202, body])
    assert.deepEqual(
      [headers.get('content-type'), headers.get('x-name'), headers.get('content-length')],
      ['text/x-note', 'value', '7'],
    )
    assert.deepEqual(headers.getSetCookie(), path === '/' ? [] : ['a=1', 'b=2'])
  }
  await server.close()
})

test('a request that does not end is cut off after the grace period', async () => {
  const [began, begin] = gate()
  const server = await listen({
    port: 0,
    fetch: () => {
      begin()
      return new Promise<Response>(() => {})
    },
  })
  const answer = assert.rejects(fetch(server.url))
  await began
  await server.close(50)
  await answer
})

test('an idle connection is kept for longer than a proxy keeps it', async () => {
  const server = await listen({ port: 0, fetch: () => new Response('') })
  const agent = new Agent({ keepAlive: true })
  const response = await new Promise<IncomingMessage>((resolve) => get(server.url, { agent }, resolve))
  assert.equal(response.headers['keep-alive'], 'timeout=75')
  response.resume()
  agent.destroy()
  await server.close()
})

test('a port in use rejects with the error of the system', async () => {
  const server = await listen({ port: 0, fetch: () => new Response('') })
  await assert.rejects(listen({ port: server.port, fetch: () => new Response('') }), { code: 'EADDRINUSE' })
  await server.close()
})

test('a connection that sends more requests than it waits for is closed, and others are served', async () => {
  let began = 0
  const never = new Promise<Response>(() => {})
  const server = await listen({
    port: 0,
    fetch: (request) => {
      if (request.url.endsWith('/other')) return new Response('served')
      began++
      return never
    },
  })
  const socket = connect(server.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(300))
  await once(socket.resume(), 'close')
  assert.equal(began, 100)
  assert.equal(await (await fetch(`${server.url}/other`)).text(), 'served')
  await server.close(0)
})

function gate(): [opened: Promise<void>, open: () => void] {
  const { promise, resolve } = Promise.withResolvers<void>()
  return [promise, resolve]
}

async function ask(url: string, agent: Agent): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get(url, { agent }, resolve).on('error', reject),
  )
  let text = ''
  for await (const part of response) text += part
  return text
}
