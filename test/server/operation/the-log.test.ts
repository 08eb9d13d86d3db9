import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { createOperation, type OperationOptions } from '../../../src/server/index.ts'
import { setFault } from '../../support/host.ts'
import { startService } from '../service.ts'

type Line = Readonly<Record<string, unknown>>

/** An operation whose lines are kept. */
async function recorded(options: OperationOptions = {}) {
  const texts: string[] = []
  const operation = await createOperation({ traces: false, writeLog: (line) => texts.push(line), ...options })
  return { operation, texts, lines: () => texts.map((text) => JSON.parse(text) as Line) }
}

test('a request is logged once, with its route, its connection and its id', async (t) => {
  const { operation, texts, lines } = await recorded()
  const { url, connect, key } = await startService(t, { operation })
  const id = await connect('calendly')
  texts.length = 0
  const authorization = `Bearer ${await key(['connections:read'])}`
  await fetch(`${url}/v1/connections/${id}?x=1`, { headers: { authorization, 'x-request-id': 'mine-1' } })
  await fetch(`${url}/v1/connections/${id}`, { headers: { authorization } })
  await fetch(`${url}/v1/nowhere?code=hush`)
  await fetch(`${url}/livez`)
  const [refused, found, nowhere, live] = lines()
  assert.deepEqual(Object.keys(refused ?? {}), [
    'level',
    'time',
    'requestId',
    'method',
    'route',
    'status',
    'durationMs',
    'connection',
    'apiKey',
    'code',
    'message',
  ])
  assert.deepEqual([refused?.code, refused?.reason], ['invalid_argument', undefined])
  assert.deepEqual([refused?.requestId, refused?.status, refused?.level], ['mine-1', 400, 'info'])
  assert.match(String(found?.time), /^\d{4}-\d\d-\d\dT.+Z$/)
  assert.deepEqual(
    [found?.method, found?.route, found?.status, found?.connection, found?.message],
    ['GET', '/v1/connections/{id}', 200, id, 'request'],
  )
  assert.match(String(found?.requestId), /^req_/)
  assert.deepEqual([nowhere?.status, live?.route], [404, '/livez'])
  assert.equal(lines().length, 4)
})

test('a code of ours is shown, and one of a provider is hidden', async () => {
  const { operation, lines } = await recorded()
  const at = new Date(0)
  operation.onEvent({
    type: 'fault',
    at,
    code: 'deliver_to_failed',
    reason: 'not_taken',
    message: 'No answer.',
  } as never)
  operation.log.info('no', { code: 'Zm9vYmFy' })
  operation.log.info('no', { code: 'a1b2_c3d4' })
  assert.deepEqual(
    lines().map(({ code }) => code),
    ['deliver_to_failed', '[secret]', '[secret]'],
  )
})

test('what happens in a request has its id, and faults have where they happened', async (t) => {
  const { operation, lines } = await recorded({ logLevel: 'debug' })
  const { url, connect, key, page } = await startService(t, { operation, punctual: { measure: operation.measure } })
  page.punctual.on(operation.onEvent)
  const id = await connect('calendly')
  const authorization = `Bearer ${await key(['calls'])}`
  await fetch(`${url}/v1/connections/${id}/proxy/users/me`, { headers: { authorization, 'x-request-id': 'call-1' } })
  const own = lines().filter(({ requestId }) => requestId === 'call-1')
  assert.deepEqual(
    own.map(({ message, connection, outcome }) => [message, connection, outcome]),
    [
      ['call', id, 'ok'],
      ['request', id, undefined],
    ],
  )
  assert.ok(
    lines().some(
      ({ message, client, requestId }) => message === 'connection.created' && client === 'calendly' && requestId,
    ),
  )
  operation.onFault(Object.assign(new TypeError('password=hush'), { token: 'hush' }))
  const fault = lines().at(-1)
  assert.deepEqual([fault?.level, fault?.message, fault?.reason], ['error', 'fault', 'TypeError'])
  assert.match(String(fault?.frames), /^at .+the-log\.test\.ts/)
  assert.ok(!JSON.stringify(fault).includes('hush'))
})

test('a level leaves out what is less urgent', async () => {
  const { operation, lines } = await recorded({ logLevel: 'warn' })
  operation.log.info('no')
  operation.log.warn('yes', { client: 'calendly', connection: null })
  assert.deepEqual(
    lines().map(({ time: _, ...line }) => line),
    [{ level: 'warn', client: 'calendly', message: 'yes' }],
  )
  await assert.rejects(createOperation({ logLevel: 'loud' as 'warn' }), { code: 'invalid_argument' })
})

test('a line never has a token, a key, an authorization, a cookie or the query of a callback', async (t) => {
  const { operation, texts } = await recorded({ logLevel: 'debug' })
  const { url, connect, key, host, page } = await startService(t, {
    operation,
    punctual: { measure: operation.measure },
  })
  page.punctual.on(operation.onEvent)
  const secrets: string[] = []
  const canary = (name: string) => {
    secrets.push(`canary${name}4f1d8e20b7`)
    return secrets.at(-1) as string
  }
  const id = await connect('calendly')
  const text = await key(['admin'])
  const authorization = `Bearer ${text}`
  secrets.push(text, text.split('_').at(-1) ?? '')
  const token = await (await page.punctual.connections.get(id)).token()
  secrets.push(token.accessToken)
  const ask = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, { redirect: 'manual', ...init })
  await ask(`/callback/calendly?code=${canary('code')}&state=${canary('state')}`)
  await ask(`/connect/calendly?returnTo=${canary('return')}`)
  await ask(`/webhooks/calendly/${canary('hook')}`, { method: 'POST', body: canary('body') })
  await ask('/v1/connections', {
    headers: { authorization: `Bearer pk_aaaaaaaaaaaa_${canary('key')}aaaaaaaaaaaaaaaaaaa` },
  })
  await ask(`/v1/connections/${id}/token`, {
    method: 'POST',
    headers: { authorization, cookie: `a=${canary('cookie')}` },
  })
  await ask(`/v1/connections/${id}/proxy/users/me?token=${canary('query')}`, { headers: { authorization } })
  await ask(`/v1/connections/${id}/proxy/users/${canary('path')}`, { headers: { authorization } })
  await ask(`/v1/connections/${id}`, { headers: { authorization: `Basic ${canary('basic')}` } })
  await setFault(host, { endpoint: 'api', kind: 'status', status: 500, body: { title: canary('answer') }, count: 4 })
  await ask(`/v1/connections/${id}/proxy/users/me`, { headers: { authorization } })
  operation.onFault(new Error(`failed with ${canary('error')}`, { cause: new Error(canary('cause')) }))
  assert.ok(texts.length > 12)
  const written = texts.join('')
  const metrics = await (await ask('/metrics')).text()
  for (const secret of secrets) {
    assert.ok(!written.includes(secret), `the log has ${secret}`)
    assert.ok(!metrics.includes(secret), `the metrics have ${secret}`)
  }
})

test('what looks like a secret is hidden, even if a caller of the log has made a mistake', async () => {
  const { operation, texts } = await recorded()
  const mistakes = [
    `pk_abcdefghijkl_${'A'.repeat(43)}`,
    `Bearer ${'B'.repeat(20)}`,
    `https://app.example.com/callback/calendly?code=${'C'.repeat(20)}&state=${'D'.repeat(20)}`,
    `{"access_token":"${'E'.repeat(20)}"}`,
    `whsec_${'F'.repeat(20)}`,
    `session_${'G'.repeat(22)}`,
    `eyJhbGciOiJIUzI1NiJ9.${'H'.repeat(20)}.${'I'.repeat(20)}`,
  ]
  for (const mistake of mistakes) operation.log.error(mistake, { detail: mistake })
  assert.equal(texts.length, mistakes.length)
  assert.doesNotMatch(texts.join(''), /([A-I])\1{9}/)
  for (const text of texts) JSON.parse(text)
})

test('lines that are held when the process ends are written', () => {
  const server = JSON.stringify(new URL('../../../src/server/index.ts', import.meta.url))
  for (const [end, status] of [
    ['process.exit(3)', 3],
    ['', 0],
  ] as const) {
    const program = `
      const { createOperation } = await import(${server})
      const { log } = await createOperation({ traces: false })
      log.info('first')
      log.info('last')
      ${end}`
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    const messages = ended.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Line).message)
    assert.deepEqual([messages, ended.status], [['first', 'last'], status])
  }
})
