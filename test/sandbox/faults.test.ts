// Each kind of fault, without a socket and over one: what the client sees, and whether the provider has committed.

import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import {
  box,
  call,
  connectCalcom,
  connectCalendly,
  control,
  form,
  refreshCalcom,
  refreshCalendly,
  start,
} from './app.ts'

async function fault(sandbox: Sandbox, body: object): Promise<string> {
  const reply = await control(sandbox, 'POST', 'faults', body)
  assert.equal(reply.status, 201, reply.text)
  return reply.body.fault.id
}

const refresh = { provider: 'calendly', endpoint: 'token', grantType: 'refresh_token' }

test('reset_before: refused, and nothing is spent; reset_after: cut, and the token is gone', async () => {
  const sandbox = await box()
  const { refresh_token } = await connectCalendly(sandbox)
  await fault(sandbox, { ...refresh, kind: 'reset_before' })
  await assert.rejects(refreshCalendly(sandbox, refresh_token), (error: TypeError) => {
    assert.equal(error.name, 'TypeError')
    assert.equal(error.message, 'fetch failed')
    assert.equal((error.cause as { code: string }).code, 'ECONNREFUSED')
    return true
  })
  assert.equal(sandbox.requests().at(-1)?.status, null)
  assert.equal(sandbox.requests().at(-1)?.fault, 'reset_before')
  const { body } = await refreshCalendly(sandbox, refresh_token)
  await fault(sandbox, { ...refresh, kind: 'reset_after' })
  const cut = await refreshCalendly(sandbox, body.refresh_token).catch((error: TypeError) => error.cause)
  assert.equal((cut as { code?: string }).code, 'ECONNRESET')
  assert.equal((await refreshCalendly(sandbox, body.refresh_token)).status, 400)
})

test('delay waits on the injected sleep, before the commit or after', async () => {
  const waits: number[] = []
  const sandbox = await box({ sleep: async (milliseconds) => void waits.push(milliseconds) })
  const { refresh_token } = await connectCalendly(sandbox)
  await fault(sandbox, { ...refresh, kind: 'delay', ms: 1234 })
  const { body } = await refreshCalendly(sandbox, refresh_token)
  await fault(sandbox, { ...refresh, kind: 'delay', ms: 99, after: true })
  assert.equal((await refreshCalendly(sandbox, body.refresh_token)).status, 200)
  assert.deepEqual(waits, [1234, 99])
})

test('a delayed request that is given up before the commit spends nothing', async () => {
  const sandbox = await box({
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  })
  const { refresh_token } = await connectCalendly(sandbox)
  await fault(sandbox, { ...refresh, kind: 'delay', ms: 60_000 })
  const giveUp = new AbortController()
  const { clientId, clientSecret, hosts } = sandbox.calendly
  const body = form({ client_id: clientId, client_secret: clientSecret, grant_type: 'refresh_token', refresh_token })
  const init = { method: 'POST', body, signal: giveUp.signal }
  const waiting = sandbox.handler(new Request(`${hosts.auth}/oauth/token`, init))
  setImmediate(() => giveUp.abort(new Error('given up')))
  await assert.rejects(waiting, { message: 'given up' })
  assert.equal(sandbox.requests().at(-1)?.why, 'the client gave up before the provider handled the request')
  assert.equal((await refreshCalendly(sandbox, refresh_token)).status, 200)
})

test('hang never answers: it ends when the client gives up, or the sandbox closes', async () => {
  const sandbox = await box()
  await fault(sandbox, { kind: 'hang', count: 2 })
  const giveUp = new AbortController()
  const url = `${sandbox.calendly.hosts.api}/users/me`
  const first = sandbox.handler(new Request(url, { signal: giveUp.signal }))
  setImmediate(() => giveUp.abort(new Error('given up')))
  await assert.rejects(first, { message: 'given up' })
  const second = sandbox.handler(new Request(url))
  setImmediate(() => void sandbox.close())
  await assert.rejects(second)
})

test('answers that replace the provider: status, html, error_200, rate_limited, redirect', async () => {
  const sandbox = await box()
  const { refresh_token } = await connectCalendly(sandbox)
  const with_ = async (body: object): Promise<Reply> => {
    await fault(sandbox, { ...refresh, ...body })
    return refreshCalendly(sandbox, refresh_token)
  }
  const away = await with_({ kind: 'status', status: 503, body: { a: 1 }, headers: { 'Retry-After': '7' } })
  assert.deepEqual([away.status, away.body, away.headers.get('retry-after')], [503, { a: 1 }, '7'])
  const page = await with_({ kind: 'html', status: 403 })
  assert.equal(page.status, 403)
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  const lie = await with_({ kind: 'error_200' })
  assert.deepEqual([lie.status, lie.body.error], [200, 'invalid_grant'])
  assert.equal((await with_({ kind: 'rate_limited' })).status, 429)
  const moved = await with_({ kind: 'redirect', location: 'https://login.example/' })
  assert.deepEqual([moved.status, moved.headers.get('location')], [302, 'https://login.example/'])
  assert.equal((await refreshCalendly(sandbox, refresh_token)).status, 200, 'none of them has spent the token')
  await fault(sandbox, { kind: 'rate_limited', provider: 'calcom', seconds: 30 })
  const limited = await call(sandbox, `${sandbox.calcom.hosts.api}/v2/me`, 'x')
  assert.deepEqual([limited.status, limited.headers.get('x-ratelimit-reset-default')], [429, '30'])
})

test('with after, the provider has committed before its answer is replaced', async () => {
  const sandbox = await box()
  const { refresh_token } = await connectCalendly(sandbox)
  await fault(sandbox, { ...refresh, kind: 'status', status: 502, after: true })
  assert.equal((await refreshCalendly(sandbox, refresh_token)).status, 502)
  assert.equal((await refreshCalendly(sandbox, refresh_token)).status, 400)
})

test('answers that are changed: wrapped, missing, set', async () => {
  const sandbox = await box()
  const { refresh_token } = await connectCalcom(sandbox)
  const on = { provider: 'calcom', endpoint: 'token' }
  await fault(sandbox, { ...on, kind: 'wrapped' })
  const wrapped = await refreshCalcom(sandbox, refresh_token)
  assert.equal(wrapped.body.status, 'success')
  await fault(sandbox, { ...on, kind: 'missing', fields: ['expires_in', 'scope'] })
  const missing = await refreshCalcom(sandbox, wrapped.body.data.refresh_token)
  assert.deepEqual(Object.keys(missing.body), ['access_token', 'token_type', 'refresh_token'])
  await fault(sandbox, {
    ...on,
    kind: 'set',
    status: 201,
    fields: { expires_in: '1800', scope: ['A'], token_type: null },
  })
  const set = await refreshCalcom(sandbox, missing.body.refresh_token)
  assert.deepEqual([set.status, set.body.expires_in, set.body.scope, set.body.token_type], [201, '1800', ['A'], null])
})

test('a body can be cut in half, or never end', async () => {
  const sandbox = await box({ sleep: async () => {} })
  const url = `${sandbox.calendly.hosts.api}/users/me`
  await fault(sandbox, { kind: 'truncated' })
  await assert.rejects((await sandbox.handler(new Request(url))).text(), { name: 'TypeError', message: 'terminated' })
  await fault(sandbox, { kind: 'endless' })
  const reader = (await sandbox.handler(new Request(url))).body?.getReader()
  let bytes = 0
  while (bytes < 1_000_000) bytes += (await reader?.read())?.value?.length ?? Number.POSITIVE_INFINITY
  assert.ok(Number.isFinite(bytes))
  await reader?.cancel()
})

test('skew moves the provider clock alone', async () => {
  const sandbox = await box()
  const id = await fault(sandbox, { kind: 'skew', provider: 'calendly', seconds: 90 })
  const calendly = await connectCalendly(sandbox)
  assert.equal(Number(calendly.created_at), start / 1000 + 90)
  const { headers } = await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, calendly.access_token)
  assert.equal(headers.get('date'), new Date(start + 90_000).toUTCString())
  assert.equal(sandbox.clock.now(), start)
  assert.equal((await control(sandbox, 'DELETE', `faults/${id}`)).status, 200)
  assert.equal(Number((await connectCalendly(sandbox)).created_at), start / 1000)
})

test('matching: provider, path, client and account; count; and the first that matches', async () => {
  const sandbox = await box()
  const ada = await connectCalendly(sandbox, 'ada')
  const ben = await connectCalendly(sandbox, 'ben')
  const me = `${sandbox.calendly.hosts.api}/users/me`
  const status = async (tokens: Record<string, string>, url = me) =>
    (await call(sandbox, url, tokens.access_token)).status
  await fault(sandbox, { kind: 'status', status: 500, account: 'BENCARTER0000002', count: 2 })
  assert.deepEqual([await status(ada), await status(ben), await status(ben), await status(ben)], [200, 500, 500, 200])
  await fault(sandbox, { kind: 'status', status: 501, endpoint: '/users', count: null })
  const types = `${sandbox.calendly.hosts.api}/event_types?user=${sandbox.calendly.hosts.api}/users/ADALINDQVIST0001`
  assert.deepEqual([await status(ada), await status(ada), await status(ada, types)], [501, 501, 200])
  await control(sandbox, 'DELETE', 'faults')
  await fault(sandbox, { kind: 'status', status: 502, client: 'somebody-else' })
  await fault(sandbox, { kind: 'status', status: 503, provider: 'calcom' })
  assert.equal(await status(ada), 200)
  assert.equal((await control(sandbox, 'GET', 'faults')).body.faults.length, 2)
})

test('the same seed hits the same requests', async () => {
  const draw = async (seed: number): Promise<string> => {
    const sandbox = await box()
    await fault(sandbox, { kind: 'status', status: 500, probability: 0.5, seed })
    let drawn = ''
    for (let count = 0; count < 40; count += 1) {
      drawn += (await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`)).status === 500 ? '1' : '0'
    }
    return drawn
  }
  const first = await draw(7)
  assert.equal(await draw(7), first)
  assert.ok((await draw(8)) !== first)
  assert.ok(/1/.test(first) && /0/.test(first))
})

test('over a socket: a reset is a reset, and half a body is half a body', async () => {
  await using sandbox = await createSandbox()
  const me = `${sandbox.calendly.hosts.api}/users/me`
  for (const kind of ['reset_before', 'reset_after']) {
    await fault(sandbox, { kind, provider: 'calendly' })
    await assert.rejects(fetch(me), (error: TypeError) => (error.cause as { code: string }).code === 'ECONNRESET')
  }
  await fault(sandbox, { kind: 'truncated', provider: 'calendly' })
  await assert.rejects(
    fetch(me).then((response) => response.text()),
    { name: 'TypeError' },
  )
  await fault(sandbox, { kind: 'endless', provider: 'calendly' })
  const reader = (await fetch(me)).body?.getReader()
  let bytes = 0
  while (bytes < 200_000) bytes += (await reader?.read())?.value?.length ?? Number.POSITIVE_INFINITY
  assert.ok(Number.isFinite(bytes))
  await reader?.cancel()
  assert.equal((await fetch(me)).status, 401, 'and the sandbox goes on')
})

test('over a socket: close ends a hanging request', async () => {
  const sandbox = await createSandbox()
  await fault(sandbox, { kind: 'hang', provider: 'calendly' })
  const { port } = new URL(sandbox.url)
  const socket = connect(Number(port), '127.0.0.1')
  const ended = new Promise((resolve) => socket.on('error', resolve).on('close', resolve))
  socket.write('GET /calendly/api/users/me HTTP/1.1\r\nHost: x\r\n\r\n')
  while (sandbox.requests().length === 0) await new Promise(setImmediate)
  await sandbox.close()
  await ended
})

test('over a socket: a client that gives up frees its hanging or delayed request', async () => {
  let waiting = 0
  await using sandbox = await createSandbox({
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        waiting += 1
        signal?.addEventListener('abort', () => {
          waiting -= 1
          reject(signal.reason)
        })
      }),
  })
  const id = await fault(sandbox, { kind: 'delay', ms: 60_000, provider: 'calendly', count: null })
  const giveUp = new AbortController()
  const gone = fetch(`${sandbox.calendly.hosts.api}/users/me`, { signal: giveUp.signal })
  while (waiting === 0) await new Promise(setImmediate)
  giveUp.abort(new Error('given up'))
  await assert.rejects(gone, { message: 'given up' })
  while (waiting > 0) await new Promise(setImmediate)
  await control(sandbox, 'DELETE', `faults/${id}`)
  assert.equal((await fetch(`${sandbox.calendly.hosts.api}/users/me`)).status, 401)
})
