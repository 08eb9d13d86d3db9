// TLS ends in front of the application; the proxy removes the path's prefix or keeps it, and sets its own host.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createPunctual } from '../../src/index.ts'
import { nodeListener } from '../../src/node.ts'
import { calendly } from '../../src/providers/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { memory } from '../../src/store/memory.ts'
import { testKey } from '../support/settings.ts'

const baseUrl = 'https://app.example.com/tenant/integrations'
const app = { id: 'proxied', secret: 'the-secret-of-the-proxied-app' }

for (const prefix of ['', '/tenant/integrations']) {
  test(`the public address counts, however the proxy changes the request: ${prefix || 'prefix removed'}`, async (t) => {
    const redirectUris = [`${baseUrl}/callback/calendly`]
    const sandbox = await createSandbox({
      clients: [{ provider: 'calendly', kind: 'web', name: 'x', ...app, redirectUris, scopes: ['users:read'] }],
    })
    t.after(() => sandbox.close())
    const client = { clientId: app.id, clientSecret: app.secret, hosts: sandbox.calendly.hosts, scopes: ['users:read'] }
    const punctual = createPunctual({
      ...{ baseUrl, keys: [testKey], store: memory(), journal: null, clients: [calendly(client)] },
      currentOwner: ({ headers }) => headers.get('x-user'),
    })
    t.after(() => punctual.stop())
    const server = createServer(nodeListener(punctual)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const { port } = server.address() as AddressInfo
    const ask = async (path: string, more: Record<string, string> = {}, method = 'GET'): Promise<IncomingMessage> => {
      const proxied = {
        host: 'internal:8080',
        'x-forwarded-host': 'evil.example',
        'x-user': 'ada',
        connection: 'close',
      }
      const sent = request({ port, path: prefix + path, method, headers: { ...proxied, ...more } }).end()
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      return answer.resume()
    }

    const begun = await ask('/connect/calendly?returnTo=/settings%3Ftab%3D1')
    const url = new URL(begun.headers.location ?? '')
    assert.equal(url.searchParams.get('redirect_uri'), redirectUris[0])
    const [line = ''] = begun.headers['set-cookie'] ?? []
    assert.match(line, /^__Host-punctual-.*; Path=\/;.*; Secure$/)
    const cookie = `other=1; ${line.split(';')[0]}`
    const { search } = await sandbox.authorize({ url, account: 'ada' })
    for (const method of ['HEAD', 'OPTIONS'])
      assert.equal((await ask(`/callback/calendly${search}`, { cookie }, method)).statusCode, 405)
    const done = await ask(`/callback/calendly/${search}`, { cookie })
    assert.match(done.headers.location ?? '', /^https:\/\/app\.example\.com\/settings\?tab=1&punctual=connected/)
    assert.match(done.headers['set-cookie']?.[0] ?? '', /^__Host-punctual-.*=; Path=\/; Max-Age=0;.*; Secure$/)
  })
}
