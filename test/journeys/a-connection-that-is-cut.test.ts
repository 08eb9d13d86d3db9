// A server may close a connection at the moment when it is used again: the request has arrived, and no answer comes.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { createPunctual } from '../../src/index.ts'
import { defineProvider } from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'
import { cookieOf } from '../support/host.ts'
import { baseUrl, testKey } from '../support/settings.ts'

const tokens = '{"access_token":"access","refresh_token":"refresh","token_type":"bearer","expires_in":3600}'

test('a reading call is repeated after a cut connection, and a changing call is sent once', async (t) => {
  const seen: string[] = []
  let cut = false
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (data) => {
      const [line = ''] = String(data).split('\r\n')
      seen.push(line.split(' ').slice(0, 2).join(' '))
      if (cut) {
        cut = false
        socket.destroy()
        return
      }
      const body = line.includes('/token') ? tokens : '{}'
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const acme = defineProvider({
    ...{ name: 'acme', issuer, apiBase: issuer },
    ...{ authorizationEndpoint: `${issuer}/authorize`, tokenEndpoint: `${issuer}/token` },
    identify: async () => ({ id: 'ada', name: null, email: null, timeZone: null }),
  })
  const through: string[] = []
  const punctual = createPunctual({
    ...{ baseUrl, keys: [testKey], store: memory(), journal: null, currentOwner: () => 'ada' },
    clients: [acme({ clientId: 'app', clientSecret: 'the-secret', scopes: ['x'] })],
    fetch: (input, init) => {
      through.push(`${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`)
      return fetch(input, init)
    },
  })
  t.after(() => punctual.stop())
  const { url, headers } = await punctual.begin({ client: 'acme', owner: 'ada', returnTo: '/' })
  const back = `${baseUrl}/callback/acme?code=code&state=${url.searchParams.get('state')}`
  await punctual.handler(new Request(back, { headers: { cookie: cookieOf(headers) } }))
  const [connection] = (await punctual.connections.list()).connections
  assert.ok(connection)

  assert.equal((await connection.fetch('/before')).status, 200)
  cut = true
  assert.equal((await connection.fetch('/reads')).status, 200)
  cut = true
  await assert.rejects(connection.fetch('/changes', { method: 'POST', body: '{}' }), {
    code: 'provider_unavailable',
    reason: 'outcome_unknown',
  })
  assert.deepEqual(seen, ['POST /token', 'GET /before', 'GET /reads', 'GET /reads', 'POST /changes'])
  assert.deepEqual(through, seen, 'every request goes through the function that is given')
})
