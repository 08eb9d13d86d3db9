// The token goes to the provider's API and nowhere else: a foreign server listens on this machine, and must never be called.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'

import type { Connection } from '../../src/index.ts'
import { type Host, setFault, startHost } from '../support/host.ts'

interface Setup {
  readonly host: Host
  readonly connection: Connection
  readonly api: string
  readonly foreignHost: string
  /** The requests that the foreign server received. */
  readonly foreignRequests: IncomingHttpHeaders[]
  /** The addresses of all requests since the connection was made. */
  readonly sent: { readonly url: string; readonly headers: Headers }[]
}

async function connectBesideForeignServer(t: TestContext): Promise<Setup> {
  const foreignRequests: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    foreignRequests.push(request.headers)
    response.end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const sent: Setup['sent'] = []
  const host = await startHost(t, {
    fetch: (input, init) => {
      sent.push({ url: String(input), headers: new Headers(init?.headers) })
      return fetch(input, init)
    },
  })
  const connection = await host.connect('calendly')
  sent.length = 0
  const foreignHost = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { host, connection, api: host.sandbox.calendly.hosts.api, foreignHost, foreignRequests, sent }
}

/** Each of these leads to another host than the API's, or out of its base path. */
function hostile(api: string, foreignHost: string): string[] {
  const { host, port } = new URL(api)
  return [
    '',
    'users/me',
    'users',
    '?x=/users/me',
    '#/users/me',
    `//${foreignHost}/users/me`,
    `///${foreignHost}/users/me`,
    `////${foreignHost}`,
    `/\\${foreignHost}/users/me`,
    `\\\\${foreignHost}/users/me`,
    `\\/${foreignHost}`,
    `/users\\..\\..\\..`,
    `http://${foreignHost}/calendly/api/users/me`,
    `HTTP://${foreignHost}/calendly/api/users/me`,
    `https://${host}/calendly/api/users/me`,
    `http:${foreignHost}/calendly/api`,
    `http:/${foreignHost}/calendly/api`,
    `http:\\\\${foreignHost}\\calendly\\api`,
    `http://${host}@${foreignHost}/calendly/api/users/me`,
    `http://user:word@${host}/calendly/api/users/me`,
    `http://user@${host}/calendly/api/users/me`,
    `http://${host}:80@${foreignHost}/`,
    `http://${host}.evil.example/calendly/api`,
    `http://evil.example/${host}/calendly/api`,
    `http://evil.example?http://${host}/calendly/api`,
    `http://evil.example#${api}`,
    `http://127.0.0.1:${Number(port) + 1}/calendly/api/users/me`,
    `http://127.0.0.1/calendly/api/users/me`,
    `http://127.0.0.2:${port}/calendly/api/users/me`,
    `http://localhost:${port}/calendly/api/users/me`,
    `http://[::1]:${port}/calendly/api/users/me`,
    `http://0.0.0.0:${port}/calendly/api/users/me`,
    'http://аpi.calendly.com/users/me',
    'https://api.calendly.com/users/me',
    'ftp://127.0.0.1/users/me',
    'ws://127.0.0.1/users/me',
    'file:///etc/passwd',
    'data:application/json,{}',
    'javascript:alert(1)',
    'blob:null/1',
    ...outsideBase(api),
    ...withStrangeCharacters(foreignHost),
  ]
}

/** Addresses on the API's host, outside its base path. */
function outsideBase(api: string): string[] {
  const { host } = new URL(api)
  return [
    `${api}/../auth/oauth/token`,
    `${api}/%2e%2e/auth/oauth/token`,
    `${api}x/users/me`,
    `${api}%2f..%2f..%2fcontrol/accounts`,
    `http://${host}/control/accounts`,
    `http://${host}/calendly/auth/oauth/token`,
    `http://${host}/`,
    '/..',
    '/../auth/oauth/token',
    '/users/../../auth/oauth/token',
    '/.%2e/auth/oauth/token',
    '/%2E%2E/auth/oauth/token',
    '/%2e%2e%2fauth/oauth/token',
    '/users/..%2f..%2fauth',
    '/users/..%5c..%5cauth',
    '/users/%252e%252e%252fauth',
    '/%2e%2e;/auth/oauth/token',
  ]
}

/** White space and invisible characters, which parsers of addresses read differently. */
function withStrangeCharacters(foreignHost: string): string[] {
  return [
    `/.\t./auth`,
    '/users\n/me',
    '/users\r\nhost: evil.example/me',
    '/users/me\0',
    '/users/me ',
    ' /users/me',
    `\thttp://${foreignHost}/`,
    `\u00a0http://${foreignHost}/`,
    '/users/\u200bme',
    '/users/\u202eme',
    `/\t/${foreignHost}/users/me`,
    `/\n/${foreignHost}/users/me`,
  ]
}

describe('an address that is not the API’s', () => {
  test('is refused before anything is sent, in fetch and in pages', async (t) => {
    const { connection, api, foreignHost, foreignRequests, sent } = await connectBesideForeignServer(t)
    const all = hostile(api, foreignHost)
    assert.ok(all.length >= 40 && new Set(all).size === all.length)
    for (const address of all) {
      await assert.rejects(connection.fetch(address), { code: 'invalid_argument' }, JSON.stringify(address))
      await assert.rejects(
        connection.fetch(address, { method: 'POST', body: '{}', redirect: 'follow' }),
        { code: 'invalid_argument' },
        JSON.stringify(address),
      )
      assert.throws(() => connection.pages(address), { code: 'invalid_argument' }, JSON.stringify(address))
      const position = `0:${address}`
      assert.throws(
        () => connection.pages('/event_types', { from: position }),
        { code: 'invalid_argument' },
        JSON.stringify(position),
      )
    }
    assert.deepEqual(sent, [])
    assert.deepEqual(foreignRequests, [])
  })

  test('is refused by a sentence that says what an address must be', async (t) => {
    const { connection, api } = await connectBesideForeignServer(t)
    await assert.rejects(connection.fetch('//evil.example'), (error: Error) => {
      assert.equal(
        error.message,
        `fetch: path must begin with one "/" and stay below ${api}, or be an address there. The token is sent nowhere else.`,
      )
      return true
    })
  })

  test('is never reached by a redirect, even if the caller requests it', async (t) => {
    const { host, connection, api, foreignHost, foreignRequests, sent } = await connectBesideForeignServer(t)
    for (const status of [301, 302, 303, 307, 308]) {
      await setFault(host, { kind: 'redirect', endpoint: 'api', status, location: `http://${foreignHost}/users/me` })
      const answer = await connection.fetch('/users/me', { redirect: 'follow' })
      assert.equal(answer.status, status)
      assert.equal(answer.headers.get('location'), `http://${foreignHost}/users/me`)
    }
    assert.deepEqual(foreignRequests, [])
    for (const { url } of sent) assert.ok(url.startsWith(`${api}/`), url)
  })

  test('is never reached by the next page of a list', async (t) => {
    const { host, connection, foreignHost, foreignRequests, sent } = await connectBesideForeignServer(t)
    const path = `/event_types?user=${encodeURIComponent(connection.account.id)}&count=2`
    for (const next of [
      `http://${foreignHost}/calendly/api/event_types`,
      `//${foreignHost}/event_types`,
      '/users/me',
    ]) {
      await setFault(host, {
        ...{ kind: 'set', provider: 'calendly', endpoint: '/event_types' },
        fields: { pagination: { next_page: next } },
      })
      const items: unknown[] = []
      const reading = async () => {
        for await (const item of connection.pages(path)) items.push(item)
      }
      await assert.rejects(reading, { code: 'provider_unavailable', reason: 'unexpected_answer' })
      assert.equal(items.length, 2)
    }
    assert.equal(sent.length, 3)
    assert.deepEqual(foreignRequests, [])
  })
})

describe('a caller', () => {
  test('can send no other token and name no other host', async (t) => {
    const { connection, api, sent } = await connectBesideForeignServer(t)
    const { accessToken } = await connection.token()
    const headers = { Authorization: 'Bearer another', host: 'evil.example', 'x-kept': 'yes' }
    assert.equal((await connection.fetch(`${api}/users/me`, { headers })).status, 200)
    const [request] = sent
    assert.equal(request?.headers.get('authorization'), `Bearer ${accessToken}`)
    assert.equal(request?.headers.get('host'), null)
    assert.equal(request?.headers.get('x-kept'), 'yes')
  })
})
