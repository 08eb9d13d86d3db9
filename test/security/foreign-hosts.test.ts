// The service is asked by names that are not its own: by a rebound name, by a forged Host, and by what a proxy could say.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { createConnectPage } from '../../src/dashboard/connect-page/connect-page.ts'
import { createDashboardWithSignIn } from '../../src/dashboard/dashboard.ts'
import { createPunctual } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { createServer, listen } from '../../src/server/index.ts'
import { memory } from '../../src/store/memory.ts'
import { testKey } from '../support/settings.ts'

const baseUrl = 'https://app.example'
const forged: Record<string, string> = {
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  'x-forwarded-prefix': '//evil.example',
  'x-original-url': '/operator/connections',
  'x-rewrite-url': '/operator/connections',
  'x-host': 'evil.example',
  forwarded: 'host=evil.example;proto=http',
}

async function startService(t: { after(end: () => unknown): void }) {
  const clients = [calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })]
  const punctual = createPunctual({ baseUrl, keys: [testKey], store: memory(), clients, journal: null })
  const connectPage = createConnectPage({ punctual, clients, baseUrl })
  const sealer = { seal: (text: string) => text, open: (text: string) => text }
  const pages = createDashboardWithSignIn(
    { punctual, clients, baseUrl: `${baseUrl}/operator` },
    { apiKeys: punctual.apiKeys, sealer },
  )
  const { fetch } = createServer({
    punctual: { ...punctual, handler: connectPage.handler },
    connectPage: connectPage.fetch,
    operatorPages: pages.fetch,
    api: { clients, baseUrl },
  })
  const server = await listen({ port: 0, fetch: (asked) => fetch(asked) })
  t.after(async () => {
    await server.close(0)
    await punctual.stop()
  })
  const { key } = await punctual.apiKeys.create({ name: 'back end', scopes: ['admin'] })
  return {
    key,
    async ask(path: string, { method = 'GET', body = '', headers = {} as Record<string, string> } = {}) {
      const sent = request({
        port: server.port,
        host: '127.0.0.1',
        path,
        method,
        headers: { host: 'evil.example', ...headers },
      })
      sent.end(body)
      const [answer] = await once(sent, 'response')
      let text = ''
      for await (const part of answer.setEncoding('utf8')) text += part
      return { status: answer.statusCode as number, headers: answer.headers as Record<string, string>, text }
    },
  }
}

test('no answer leads to, names or believes a host that a request has named', async (t) => {
  const { ask, key } = await startService(t)
  const authorization = `Bearer ${key}`
  const created = await ask('/v1/connect-sessions', {
    method: 'POST',
    headers: { ...forged, authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ owner: 'ada', returnTo: '/done' }),
  })
  assert.equal(created.status, 201)
  const session = JSON.parse(created.text)
  assert.match(session.url, /^https:\/\/app\.example\/connect\/session_/)
  for (const path of [
    ...['/', '/docs', '/openapi.json', '/operator', '/operator/', '/operator/sign-in', '/connect/calendly', '/nowhere'],
    ...[
      '/callback/calendly?state=x&code=y',
      new URL(session.url).pathname,
      `${new URL(session.url).pathname}?client=calendly`,
    ],
    ...['/readyz', '/v1/connections', '//evil.example/', '/\\evil.example'],
  ]) {
    const { headers, text } = await ask(path, { headers: forged })
    assert.doesNotMatch(headers.location ?? '', /evil/, path)
    assert.doesNotMatch(text, /evil\.example/, path)
    const address = new URL(headers.location ?? '/', baseUrl)
    if (address.hostname === 'auth.calendly.com')
      assert.equal(address.searchParams.get('redirect_uri'), `${baseUrl}/callback/calendly`)
  }
})

test('a page at a rebound name signs nobody in without a key, and is not the origin of the operator’s pages', async (t) => {
  const { ask, key } = await startService(t)
  for (const headers of [
    { origin: 'http://evil.example' },
    { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
    { ...forged, origin: 'http://evil.example' },
  ]) {
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' } as Record<string, string>
    const answer = await ask('/operator/sign-in', { method: 'POST', headers: form, body: `key=${key}&to=` })
    assert.deepEqual([answer.status, answer.headers['set-cookie']], [403, undefined])
  }
  assert.equal((await ask('/operator/connections', { headers: forged })).status, 303)
  assert.equal((await ask('/v1/connections', { headers: forged })).status, 401)
})
