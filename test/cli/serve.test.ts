import assert from 'node:assert/strict'
import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createDrain } from '../../src/cli/commands/drain.ts'
import { belowPath } from '../../src/cli/commands/mount-path.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { freePort } from '../../tools/execute.ts'
import { createBrowser } from '../support/browser.ts'
import { testKey } from '../support/settings.ts'
import { emptyFolder, run, startServe } from './start.ts'

/** Starts the service in front of a sandbox; it and its sandbox end with the test. */
async function serve(
  t: TestContext,
  settings: Record<string, string> = {},
  { folder = emptyFolder(), sleep }: { folder?: string; sleep?: () => Promise<void> } = {},
) {
  const sandbox = await createSandbox({ sleep })
  t.after(() => sandbox.close())
  const { auth, api } = sandbox.calendly.hosts
  const service = await startServe(folder, { CALENDLY_AUTH_URL: auth, CALENDLY_API_URL: api, ...settings })
  t.after(() => service.stop('SIGKILL'))
  const ask = async (method: string, path: string, body?: object, key: string | null = service.key) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const response = await fetch(service.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return { status: response.status, json: (await response.json()) as Record<string, string> }
  }
  async function connect(): Promise<string> {
    const returnTo = `${service.url}/docs`
    const session = await ask('POST', '/v1/connect-sessions', { owner: 'ada', returnTo })
    const browser = createBrowser()
    const consent = await browser.open(`${session.json.url}?client=calendly`)
    const { url } = await browser.send(consent.url, { decision: 'allow', account: 'ada' })
    assert.equal(url.searchParams.get('punctual_session'), session.json.id)
    const { json } = await ask('POST', `/v1/connect-sessions/${session.json.id}/complete`, { owner: 'ada' })
    return json.id ?? ''
  }
  return { sandbox, service, ask, connect, folder }
}

test('a key file that others may read is told as it starts', async (t) => {
  const folder = emptyFolder()
  const keys = join(folder, 'keys')
  writeFileSync(keys, `${testKey}\n`, { mode: 0o644 })
  const { service } = await serve(t, { PUNCTUAL_KEYS_FILE: keys }, { folder })
  assert.match(service.output(), /^Others may read the key file \S+keys\. Run chmod 600 \S+keys\.$/m)
  await service.stop()
})

test('in an empty folder it makes key, database and a first API key, and says what it has understood', async (t) => {
  const { service, ask, folder } = await serve(t)
  const [first = '', second = ''] = service.output().split('\n')
  assert.match(first, /^http:\/\/localhost:\d+\/ {2}the service: /)
  assert.match(second, /^pk_000000000000_[\w-]{43} {2}the first API key, with the scope admin\. It is shown only now$/)
  assert.match(
    service.output(),
    /^Calendly: the built-in client of the sandbox at http:\/\/127\.0\.0\.1:\d+\. It needs/m,
  )
  assert.doesNotMatch(service.output(), /Cal\.com/)
  assert.match(
    service.output(),
    /^The connect page has no name of an application \(PUNCTUAL_CONNECT_NAME\), speaks the browser's language\.$/m,
  )
  assert.match(service.output(), /^An API key may make 600 requests in a minute\.$/m)
  assert.doesNotMatch(service.output(), /Others may read/)
  assert.equal((await ask('GET', '/v1/connections')).status, 200)
  const body = new URLSearchParams({ key: service.key ?? '', to: '/operator/clients' })
  const form = { method: 'POST', headers: { origin: service.url }, body, redirect: 'manual' } as const
  const { headers } = await fetch(`${service.url}/operator/sign-in`, form)
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  const page = await fetch(new URL(headers.get('location') ?? '', service.url), { headers: { cookie } })
  assert.match(await page.text(), /first key \(000000000000\).*Circuit breaker/s)
  const mode = (path: string) => statSync(join(folder, 'data', path)).mode & 0o777
  assert.deepEqual([mode('.'), mode('key'), mode('punctual.db')], [0o700, 0o600, 0o600])

  const { code, stderr } = await service.stop()
  assert.deepEqual([code, stderr], [0, ''])
  const again = await serve(t, {}, { folder })
  assert.equal(again.service.key, null, 'a database that has a key gets no other')
  assert.equal((await again.ask('GET', '/v1/connections', undefined, service.key)).status, 200)
})

test('it says what it has understood of the settings', async (t) => {
  const { service } = await serve(t, {
    CALENDLY_SCOPES: 'users:read event_types:read',
    PUNCTUAL_RETURN_TO: 'https://app.example.com/settings',
    PUNCTUAL_CONNECT_NAME: 'Acme',
    PUNCTUAL_CONNECT_COLOUR: '#1a73e8',
    PUNCTUAL_CONNECT_LANGUAGE: 'de',
    PUNCTUAL_REQUESTS_PER_MINUTE: '1200',
  })
  for (const line of [
    /^ {2}and the scopes users:read event_types:read, as you have set\.$/m,
    /^The connect page names "Acme", has the colour #1a73e8, speaks de\.$/m,
    /^A person comes back to any page of http:\/\/localhost:\d+ or https:\/\/app\.example\.com\/settings\.$/m,
    /^An API key may make 1200 requests in a minute\.$/m,
  ])
    assert.match(service.output(), line)
})

test('a start that fails says why once', async () => {
  const folder = emptyFolder()
  const path = join(folder, 'punctual.db')
  writeFileSync(path, 'no database')
  const hosts = { CALENDLY_AUTH_URL: 'http://127.0.0.1:1', CALENDLY_API_URL: 'http://127.0.0.1:1', PUNCTUAL_PORT: '0' }
  const keys = Buffer.alloc(32, 7).toString('base64url')
  const { code, stdout, stderr } = await run(
    ['serve'],
    { ...hosts, PUNCTUAL_KEYS: keys, PUNCTUAL_DATABASE: path },
    folder,
  )
  assert.equal(code, 1)
  assert.match(stderr, /is not a SQLite database/)
  assert.equal(`${stdout}${stderr}`.match(/not a SQLite database/g)?.length, 1, `${stdout}${stderr}`)
})

test('two processes share one SQLite file and its folder: a key of one works at the other, and is revoked at both', async (t) => {
  const first = await serve(t)
  const second = await serve(t, sandboxOf(first.sandbox), { folder: first.folder })
  assert.equal(second.service.key, null)
  const { key } = first.service
  const connection = await first.connect()
  const seen = await second.ask('GET', `/v1/connections/${connection}`, undefined, key)
  assert.deepEqual([seen.status, seen.json.status], [200, 'active'])
  const settings = { PUNCTUAL_DATA: join(first.folder, 'data') }
  assert.equal((await run(['api-keys', 'revoke', '000000000000'], settings, first.folder)).code, 0)
  for (const { ask } of [first, second]) assert.equal((await ask('GET', '/v1/connections', undefined, key)).status, 401)
  assert.deepEqual((await second.service.stop()).code, 0)
})

test('without any client, or with an address that is not of this machine, it says so and ends', async () => {
  const none = await run(['serve'])
  assert.deepEqual([none.code, none.stdout], [2, ''])
  assert.match(
    none.stderr,
    /^No OAuth app is configured: set CALENDLY_CLIENT_ID and .* start "punctual sandbox" and .*\.\n$/,
  )
  const app = { CALCOM_CLIENT_ID: 'id', CALCOM_CLIENT_SECRET: 'hush', PUNCTUAL_PORT: '0' }
  const away = await run(['serve'], { ...app, PUNCTUAL_HOST: '192.0.2.1' })
  assert.deepEqual([away.code, away.stdout], [2, ''])
  assert.match(away.stderr, /^PUNCTUAL_HOST is "192\.0\.2\.1", which is not an address of this machine: .*\n$/)
})

test('a request that is under way at the signal is finished', async (t) => {
  const [arrived, arrive] = gate()
  const [released, release] = gate()
  // The provider is slow until the signal has been sent.
  const sleep = () => {
    arrive()
    return released
  }
  const { sandbox, service, ask, connect } = await serve(t, {}, { sleep })
  const connection = await connect()
  const body = JSON.stringify({ kind: 'delay', ms: 1, endpoint: 'api' })
  const headers = { 'content-type': 'application/json' }
  assert.equal((await fetch(`${sandbox.url}/control/faults`, { method: 'POST', headers, body })).status, 201)
  const answer = ask('GET', `/v1/connections/${connection}/event-types`)
  await arrived
  const ended = service.stop()
  await service.until(/^SIGTERM: finishing/m)
  release()
  assert.equal((await answer).status, 200)
  assert.equal((await ended).code, 0)
})

test('a service that stops says that it is not ready, and still takes requests for a moment', async () => {
  const { fetch: answer, whenQuiet } = createDrain(async () => Response.json('answered'))
  const ask = async (path: string) => answer(new Request(`http://localhost${path}`))
  assert.equal((await ask('/readyz')).status, 200)
  const quiet = whenQuiet()
  const [ready, other] = [await ask('/punctual/readyz'), await ask('/v1/connections')]
  assert.deepEqual([ready.status, await ready.json()], [503, { status: 'not_ready', reason: 'stopping' }])
  assert.deepEqual([other.status, other.headers.get('connection'), await other.json()], [200, 'close', 'answered'])
  await quiet
})

test('with PUNCTUAL_TOKENS=off no key reads a token', async (t) => {
  const { service, ask, connect } = await serve(t, { PUNCTUAL_TOKENS: 'off' })
  assert.match(service.output(), /^No API key reads a token/m)
  const { status, json } = await ask('POST', `/v1/connections/${await connect()}/token`, {})
  assert.deepEqual([status, json.code, json.reason], [403, 'forbidden', 'tokens_off'])
})

test('with PUNCTUAL_TOKENS=off no token leaves in an answer of a provider that repeats it', async (t) => {
  const repeating = createHttpServer(async (request, response) => {
    const authorization = request.headers.authorization ?? ''
    if (request.url?.endsWith('/users/me')) {
      const path = request.url.replace(/^.*(?=\/users)/, '')
      const answer = await fetch(`${sandbox.calendly.hosts.api}${path}`, { headers: { authorization } })
      return void response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
    }
    response.writeHead(200, { 'content-type': 'application/json', 'x-echo': authorization })
    response.end(JSON.stringify({ sent: authorization, collection: [{ name: authorization }], pagination: {} }))
  }).listen(0, '127.0.0.1')
  await once(repeating, 'listening')
  t.after(() => repeating.close())
  const { port } = repeating.address() as AddressInfo
  const { sandbox, ask, connect, service } = await serve(t, {
    CALENDLY_API_URL: `http://127.0.0.1:${port}`,
    PUNCTUAL_TOKENS: 'off',
  })
  const path = `/v1/connections/${await connect()}`
  for (const method of ['GET', 'POST']) {
    const response = await fetch(`${service.url}${path}/proxy/echo`, {
      method,
      headers: { authorization: `Bearer ${service.key}` },
    })
    assert.equal(response.headers.get('x-echo'), 'Bearer [secret]')
    assert.equal(((await response.json()) as { sent: string }).sent, 'Bearer [secret]')
  }
  // Whatever the model makes of such an answer.
  assert.doesNotMatch(JSON.stringify(await ask('GET', `${path}/event-types`)), /Bearer (?!\[secret\])/)
})

test('below a path an account is connected, whether a proxy keeps the path or removes it', async (t) => {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const { service, ask, connect } = await serve(t, { PUNCTUAL_PORT: port, PUNCTUAL_URL: `${origin}/punctual` })
  assert.equal(service.url, `${origin}/punctual`)
  assert.equal((await ask('GET', `/v1/connections/${await connect()}`)).json.status, 'active')
  const headers = { authorization: `Bearer ${service.key}` }
  assert.equal((await fetch(`${origin}/v1/connections`, { headers })).status, 200)
})

test('what is percent-encoded in a path stays so when the path of the service is removed', async () => {
  const seen = belowPath('/a/b', async (request) => Response.json([request.url, request.method, await request.text()]))
  const answer = async (path: string) => {
    const request = new Request(`http://localhost${path}`, { method: 'POST', body: 'body' })
    return (await seen(request)).json()
  }
  const at = (path: string) => [`http://localhost${path}`, 'POST', 'body']
  assert.deepEqual(await answer('/a/b/x%2Fy?z=%2F'), at('/x%2Fy?z=%2F'))
  assert.deepEqual(await answer('/a/b'), at('/'))
  assert.deepEqual(await answer('/a/bc'), at('/a/bc'))
  assert.deepEqual(await answer('/x%2Fy'), at('/x%2Fy'))
})

function sandboxOf({ calendly }: Awaited<ReturnType<typeof createSandbox>>): Record<string, string> {
  return { CALENDLY_AUTH_URL: calendly.hosts.auth, CALENDLY_API_URL: calendly.hosts.api }
}

function gate(): [opened: Promise<void>, open: () => void] {
  const { promise, resolve } = Promise.withResolvers<void>()
  return [promise, resolve]
}
