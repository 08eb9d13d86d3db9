import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PunctualError } from '../core/errors.ts'
import { createServer } from './app.ts'

const up = { ready: async () => {}, handler: async () => new Response('punctual') }

test('readiness depends on the store, and health does not', async () => {
  const down = {
    ...up,
    ready: () => Promise.reject(new PunctualError('store_unavailable', 'gone', { reason: 'disk_full' })),
  }
  assert.equal((await createServer({ punctual: down }).request('/healthz')).status, 200)
  assert.equal((await createServer({ punctual: up }).request('/readyz')).status, 200)
  const answer = await createServer({ punctual: down }).request('/readyz')
  assert.equal(answer.status, 503)
  assert.deepEqual(await answer.json(), { status: 'not_ready', reason: 'disk_full' })
})

test('Punctual serves connect, callback and webhooks, and the dashboard serves the rest', async () => {
  const app = createServer({ punctual: up, dashboard: () => new Response('dashboard') })
  for (const path of ['/connect/one', '/callback/one?code=1', '/webhooks/one']) {
    assert.equal(await (await app.request(path)).text(), 'punctual')
  }
  for (const path of ['/', '/connections']) assert.equal(await (await app.request(path)).text(), 'dashboard')
  assert.equal((await createServer({ punctual: up }).request('/')).status, 404)
})

test('the page of connect sessions serves those, and Punctual every other address below connect', async () => {
  const app = createServer({ punctual: up, connectPage: () => new Response('page') })
  for (const path of ['/connect/session_one', '/connect/session_one?client=x', '/connect/session_one/done'])
    assert.equal(await (await app.request(path)).text(), 'page')
  for (const path of ['/connect/one', '/connect/session', '/connect/one/session_one'])
    assert.equal(await (await app.request(path)).text(), 'punctual')
})

test('an address that is only read refuses every other method with a problem document', async () => {
  const app = createServer({ punctual: up, dashboard: () => new Response('dashboard') })
  for (const path of ['/livez', '/healthz', '/readyz'])
    for (const method of ['POST', 'DELETE', 'OPTIONS']) {
      const answer = await app.request(path, { method })
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD'])
      const { code, requestId } = (await answer.json()) as Record<string, string>
      assert.deepEqual([code, requestId], ['method_not_allowed', answer.headers.get('x-request-id')])
    }
  assert.equal((await app.request('/livez', { method: 'HEAD' })).status, 200)
})

test('every answer has security headers, and keeps those it already has', async () => {
  const own = new Response('x', { headers: { 'content-security-policy': 'own' } })
  const app = createServer({
    punctual: { ...up, handler: async () => Response.redirect('http://localhost/') },
    dashboard: () => own,
  })
  for (const path of ['/healthz', '/connect/one', '/readyz']) {
    const { headers } = await app.request(path)
    assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
  }
  assert.equal((await app.request('/')).headers.get('content-security-policy'), 'own')
})

test('a fault is reported, and the client gets no details', async () => {
  const faults: unknown[] = []
  const fault = new Error('password=hush')
  const app = createServer({
    punctual: { ...up, handler: () => Promise.reject(fault) },
    onFault: (error) => faults.push(error),
  })
  const answer = await app.request('/callback/one')
  assert.equal(answer.status, 500)
  assert.ok(!(await answer.text()).includes('hush'))
  assert.deepEqual(faults, [fault])
})

test('with an origin, only health is answered under another host name or to another site', async () => {
  const origin = 'http://localhost:4600'
  const app = createServer({ punctual: up, dashboard: () => new Response('dashboard'), origin })
  const status = async (path: string, init: RequestInit = {}, host = 'localhost:4600') =>
    (await app.request(`http://${host}${path}`, init)).status
  for (const path of ['/', '/connect/one', '/callback/one', '/webhooks/one/1', '/nowhere']) {
    assert.equal(await status(path), 200)
    assert.equal(await status(path, {}, 'evil.example:4600'), 421)
    assert.equal(await status(path, {}, '127.0.0.1:4600'), 307)
    assert.equal(await status(path, {}, 'app.localhost:4600'), 307)
    assert.equal(await status(path, { headers: { 'sec-fetch-site': 'cross-site' } }), 403)
    assert.equal(await status(path, { method: 'POST' }), path.startsWith('/webhooks/') ? 200 : 403)
  }
  for (const path of ['/healthz', '/readyz']) assert.equal(await status(path, {}, 'evil.example'), 200)
})
