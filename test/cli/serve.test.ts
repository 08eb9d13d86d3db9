import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createDrain } from '../../src/cli/commands/drain.ts'
import { belowPath } from '../../src/cli/commands/mount-path.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { freePort } from '../../tools/execute.ts'
import { createBrowser } from '../support/browser.ts'
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
  assert.equal((await ask('GET', '/v1/connections')).status, 200)
  const mode = (path: string) => statSync(join(folder, 'data', path)).mode & 0o777
  assert.deepEqual([mode('.'), mode('key'), mode('punctual.db')], [0o700, 0o600, 0o600])

  const { code, stderr } = await service.stop()
  assert.deepEqual([code, stderr], [0, ''])
  const again = await serve(t, {}, { folder })
  assert.equal(again.service.key, null, 'a database that has a key gets no other')
  assert.equal((await again.ask('GET', '/v1/connections', undefined, service.key)).status, 200)
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

function gate(): [opened: Promise<void>, open: () => void] {
  const { promise, resolve } = Promise.withResolvers<void>()
  return [promise, resolve]
}
