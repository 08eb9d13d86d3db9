// The control endpoints: their answers, wrong input, and that no other site can use them.

import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { createSandbox } from '../../src/sandbox/index.ts'
import {
  box,
  calcomUrl,
  call,
  codeFor,
  connectCalcom,
  connectCalendly,
  control,
  form,
  refreshCalendly,
  send,
  start,
} from './app.ts'

test('the clock moves by seconds and spans, and to a date', async () => {
  const sandbox = await box()
  const move = async (body: unknown) => (await control(sandbox, 'POST', 'clock', body)).body
  assert.deepEqual((await control(sandbox, 'GET', 'clock')).body, { now: new Date(start).toISOString(), offset: 0 })
  assert.deepEqual(await move({ advance: 90 }), { now: new Date(start + 90_000).toISOString(), offset: 90 })
  assert.equal((await move({ advance: '3h' })).offset, 90 + 10_800)
  assert.equal((await move({ advance: '30m' })).offset, 90 + 10_800 + 1800)
  assert.equal((await move({ advance: '2d' })).offset, 90 + 10_800 + 1800 + 172_800)
  assert.equal((await move({ set: '2027-01-01T00:00:00Z' })).now, '2027-01-01T00:00:00.000Z')
  assert.equal(sandbox.clock.now(), Date.UTC(2027, 0))
  sandbox.clock.set(start)
  sandbox.clock.advance(1)
  assert.equal(sandbox.clock.now(), start + 1000)
})

test('wrong input gets 400 and one sentence', async () => {
  const sandbox = await box()
  const cases: [string, unknown][] = [
    ['clock', '{not json'],
    ['clock', {}],
    ['clock', { advance: 'soon' }],
    ['clock', { advance: 1, set: '2027-01-01' }],
    ['clock', { set: 'yesterday' }],
    ['clock', { advance: 1e300 }],
    ['clock', 'null'],
    ['clock', '[]'],
    ['faults', {}],
    ['faults', { kind: 'explode' }],
    ['faults', { kind: 'status' }],
    ['faults', { kind: 'delay' }],
    ['faults', { kind: 'missing', fields: { a: 1 } }],
    ['faults', { kind: 'hang', surprise: true }],
    ['faults', { kind: 'hang', count: 0 }],
    ['faults', '"text"'],
    ['accounts', { provider: 'calendly', id: 'x' }],
    ['accounts', { provider: 'outlook' }],
    [
      'accounts',
      { provider: 'calcom', id: '9', name: 'N', email: 'n@a.example', username: 'n', timeZone: 'Mars/Base' },
    ],
    ['accounts', { provider: 'calcom', id: '101', name: 'N', email: 'n@a.example', username: 'n', timeZone: 'UTC' }],
    ['clients', { provider: 'calendly' }],
    ['clients', { provider: 'calcom', redirectUris: ['http://app.example/'] }],
    ['clients', { provider: 'calcom', redirectUris: ['https://a.example/', 'https://a.example/'] }],
    ['switches', { calendlyRevokeEndsPair: 'yes' }],
    ['switches', { noSuchSwitch: true }],
  ]
  for (const [path, body] of cases) {
    const reply = await control(sandbox, 'POST', path, body)
    const name = `${path} ${JSON.stringify(body)}`
    assert.equal(reply.status, 400, name)
    assert.deepEqual(Object.keys(reply.body), ['error'], name)
    assert.match(reply.body.error, /^The [^\n]+\.$/, name)
  }
  assert.equal((await control(sandbox, 'POST', 'nothing', {})).status, 404)
  assert.equal((await control(sandbox, 'DELETE', 'faults/none')).status, 404)
  assert.equal((await control(sandbox, 'DELETE', 'grants/none')).status, 404)
  assert.equal((await control(sandbox, 'POST', 'grants/__proto__/revoke')).status, 404)
})

test('a page of another site cannot control the sandbox', async () => {
  const sandbox = await createSandbox()
  await connectCalendly(sandbox)
  const { port } = new URL(sandbox.url)
  const ask = (method: string, path: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method, headers: { connection: 'close', ...headers } })
      sent.on('error', reject).on('response', (answer) => resolve(answer.resume().statusCode ?? 0))
      sent.end()
    })
  const evil = `evil.example:${port}`
  for (const [expected, headers] of [
    [403, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    [403, { 'sec-fetch-site': 'same-site', origin: 'http://localhost:1' }],
    [421, { host: evil, 'sec-fetch-site': 'same-origin', origin: `http://${evil}` }],
    [421, { host: `localhost.evil.example:${port}` }],
    [403, { origin: 'https://evil.example' }],
    [403, { origin: 'http://127.0.0.1:1' }],
    [403, { origin: 'null' }],
    [403, { host: `10.0.0.7:${port}`, origin: 'http://10.0.0.8' }],
  ] as const) {
    for (const [method, path] of [
      ['POST', '/control/reset'],
      ['GET', '/control/grants'],
    ] as const) {
      assert.equal(await ask(method, path, headers), expected, `${method} ${path} ${JSON.stringify(headers)}`)
    }
  }
  assert.equal(await ask('GET', '/', { host: evil }), 421)
  assert.equal((await control(sandbox, 'GET', 'grants')).body.grants.length, 1)
  for (const headers of [
    {},
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { 'sec-fetch-site': 'none' },
    { origin: sandbox.url },
    { host: `localhost:${port}`, origin: `http://localhost:${port}` },
    { host: `box.localhost:${port}` },
    { host: `10.0.0.7:${port}`, origin: `http://10.0.0.7:${port}` },
  ] as Record<string, string>[]) {
    assert.equal(await ask('POST', '/control/reset', headers), 200, JSON.stringify(headers))
  }
  await sandbox.close()
})

test('a sandbox serves the host name of its own "url"', async () => {
  const sandbox = await box({ url: 'https://box.example' })
  assert.equal((await send(sandbox, 'https://box.example/control/reset', { method: 'POST' })).status, 200)
  const origin = { origin: 'https://box.example' }
  assert.equal((await send(sandbox, 'http://localhost/control/reset', { method: 'POST', headers: origin })).status, 200)
  const refused = await send(sandbox, 'https://other.example/control/reset', { method: 'POST' })
  assert.equal(refused.status, 421)
  assert.match(refused.body.error, /does not serve the name other\.example: open https:\/\/box\.example\/, or give/)
})

test('a person is redirected only to web addresses, or to a native app by the app’s own scheme', async () => {
  const sandbox = await box()
  const add = (provider: string, kind: object, address: string) =>
    control(sandbox, 'POST', 'clients', { provider, ...kind, redirectUris: [address] })
  for (const address of ['javascript:alert(1)', 'data:text/html,x', 'blob:http://localhost/1', 'file:///etc/passwd']) {
    for (const [provider, kind] of [
      ['calendly', { kind: 'web' }],
      ['calendly', { kind: 'native' }],
      ['calcom', { type: 'PUBLIC' }],
    ] as const) {
      assert.equal((await add(provider, kind, address)).status, 400, `${provider} ${address}`)
    }
  }
  assert.equal((await add('calendly', { kind: 'native' }, 'com.example.app:/callback')).status, 201)
  assert.equal((await add('calendly', { kind: 'web' }, 'com.example.app:/callback')).status, 400)
  assert.equal((await add('calendly', { kind: 'web' }, 'https://app.example/callback')).status, 201)
})

test('grants are listed with the time that is left, and can be revoked', async () => {
  const sandbox = await box()
  const tokens = await connectCalendly(sandbox, 'ada')
  await connectCalcom(sandbox, 'ben')
  sandbox.clock.advance(600)
  const { grants } = (await control(sandbox, 'GET', 'grants')).body
  const [first, second] = grants
  assert.deepEqual([first.accessExpiresIn, first.refreshExpiresIn, first.status], [6600, null, 'active'])
  assert.deepEqual([second.accessExpiresIn, second.refreshExpiresIn], [1200, 30 * 86_400 - 600])
  assert.deepEqual((await control(sandbox, 'DELETE', `grants/${first.id}`)).body, { revoked: 1 })
  assert.equal((await refreshCalendly(sandbox, tokens.refresh_token)).status, 400)
  const me = await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, tokens.access_token)
  assert.equal(me.body.message, 'The access token was revoked')
  assert.deepEqual((await control(sandbox, 'POST', `grants/${second.id}/revoke`)).body, { revoked: 1 })
  const after = (await control(sandbox, 'GET', 'grants')).body.grants
  assert.deepEqual(
    after.map((one: { status: string }) => one.status),
    ['ended', 'ended'],
  )
  await connectCalendly(sandbox, 'ada')
  assert.equal((await control(sandbox, 'GET', 'grants')).body.grants[0].status, 'active')
})

test('revoke(): by slug or email, of one client or all; a waiting code ends too', async () => {
  const sandbox = await box()
  const code = await codeFor(sandbox, calcomUrl(sandbox), 'ada')
  await connectCalcom(sandbox, 'ada')
  const native = sandbox.calcomPublic.clientId
  assert.equal(sandbox.revoke({ provider: 'calcom', account: 'ada@calcom.example', client: native }), 0)
  assert.equal(sandbox.revoke({ provider: 'calcom', account: 'ada@calcom.example' }), 1)
  const { clientId, clientSecret, hosts } = sandbox.calcom
  const fields = { grant_type: 'authorization_code', code, redirect_uri: 'http://127.0.0.1:4600/callback' }
  const body = form({ client_id: clientId, client_secret: clientSecret, ...fields })
  const { body: answer } = await send(sandbox, `${hosts.api}/v2/auth/oauth2/token`, { method: 'POST', body })
  assert.equal(answer.error_description, 'code_invalid_or_expired')
})

test('people and clients can be added; a generated secret is shown once', async () => {
  const sandbox = await box()
  const account = {
    provider: 'calcom',
    id: '900',
    name: null,
    email: 'ina@a.example',
    username: 'ina',
    timeZone: 'UTC',
  }
  assert.equal((await control(sandbox, 'POST', 'accounts', account)).status, 201)
  const made = await control(sandbox, 'POST', 'clients', {
    provider: 'calcom',
    type: 'CONFIDENTIAL',
    redirectUris: 'loopback',
  })
  assert.equal(made.status, 201)
  assert.match(made.body.client.id, /^[0-9a-f]{64}$/)
  assert.match(made.body.secret, /^[0-9a-f]{64}$/)
  assert.ok(await codeFor(sandbox, calcomUrl(sandbox, { client_id: made.body.client.id }), 'ina'))
  const listed = await control(sandbox, 'GET', 'clients')
  assert.ok(!listed.text.includes(made.body.secret) && !listed.text.includes('Digest'))
  assert.equal(listed.body.clients.length, 5)
})

test('reset sets everything back to the beginning', async () => {
  const sandbox = await box()
  const tokens = await connectCalcom(sandbox, 'ada')
  sandbox.clock.advance(60)
  await control(sandbox, 'POST', 'faults', { kind: 'hang', count: null })
  await control(sandbox, 'POST', 'switches', { calcomStateRequired: false })
  await control(sandbox, 'POST', 'reset')
  assert.equal(sandbox.clock.now(), start)
  assert.deepEqual(sandbox.requests(), [])
  assert.equal((await control(sandbox, 'GET', 'switches')).body.switches.calcomStateRequired, true)
  assert.deepEqual((await control(sandbox, 'GET', 'webhooks')).body, { webhooks: [], subscriptions: [] })
  assert.equal((await call(sandbox, `${sandbox.calcom.hosts.api}/v2/me`, tokens.access_token)).status, 401)
})

test('the overview needs no JavaScript, and a form that names no page leads to it', async () => {
  const sandbox = await box()
  await connectCalendly(sandbox, 'chloe')
  await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, 'dead')
  const page = await send(sandbox, `${sandbox.url}/`)
  assert.equal(page.status, 200)
  for (const text of ['Chloé Nguyễn-Łuczak', 'access: 2 h left', 'No access token like this was issued', 'Revoke']) {
    assert.ok(page.text.includes(text), text)
  }
  assert.ok(!/<script>|<style| style=| on\w+=|https?:\/\/(?!sandbox\.test)[^<]*\.(js|css)/.test(page.text))
  const headers = { accept: 'text/html' }
  const pressed = await send(sandbox, `${sandbox.url}/control/clock`, {
    method: 'POST',
    headers,
    body: form({ advance: '1h' }),
  })
  assert.deepEqual([pressed.status, pressed.headers.get('location')], [303, '/'])
  assert.equal(sandbox.clock.now(), start + 3_600_000)
  for (const file of ['/sandbox.css', '/sandbox.js'])
    assert.equal((await send(sandbox, sandbox.url + file)).status, 200)
})
