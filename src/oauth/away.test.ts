// Answers that report nothing about the grant: none of them counts as a refusal, and only those that certainly had no
// effect count as harmless.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { TransportError } from '../core/http.ts'
import { secret } from '../core/secret.ts'
import { clientAt, handClock, json, page, serve } from './real-server.test.ts'
import { refresh } from './refresh.ts'

const start = Date.parse('2026-11-21T12:00:00Z')
const request = { refreshToken: secret('refresh-1'), deadlineMs: 20_000 }

async function outcomeOf(t: TestContext, respond: Parameters<typeof serve>[1]): Promise<Record<string, unknown>> {
  const server = await serve(t, respond)
  const outcome = await refresh({ fetch, clock: handClock(start) }, clientAt(server.url), request)
  assert.equal(server.received.length, 1, 'a refresh token is presented once')
  const { cause, ...rest } = { cause: undefined, ...outcome }
  assert.doesNotMatch(inspect(cause, { depth: 9 }), /refresh-1|client-secret/)
  return rest
}

const away = (reason: string, status: number | null, more: object = {}) => {
  return { kind: 'away', harmless: false, reason, retryAfterMs: null, status, ...more }
}
const no = (status: number) => away('unexpected', status, { definite: true })
const tokens = { access_token: 'access-1', token_type: 'bearer', refresh_token: 'refresh-2', expires_in: 7200 }
const whole = JSON.stringify(tokens)
const html = '<html><body>{"error":"invalid_grant"}</body></html>'

describe('an answer that reports nothing about the grant has the outcome "away"', () => {
  const all: [string, Parameters<typeof serve>[1], object][] = [
    ['HTML with 200', page(200, html), away('not_json', 200)],
    ['HTML with 400', page(400, html), away('not_json', 400)],
    ['HTML with 403, as a proxy in front answers', page(403, html), away('not_json', 403)],
    ['an empty body', page(200, ''), away('not_json', 200)],
    ['no content', (response) => response.writeHead(204).end(), away('not_json', 204)],
    ['JSON cut in the middle', page(200, whole.slice(0, 60)), away('truncated', 200)],
    ['JSON that is not an object', json(200, [tokens]), away('unexpected', 200)],
    ['neither tokens nor an error', json(200, { ok: true }), away('unexpected', 200)],
    ['an access token that is not a text', json(200, { ...tokens, access_token: 7 }), away('unexpected', 200)],
    ['a refresh token that is not a text', json(200, { ...tokens, refresh_token: 7 }), away('unexpected', 200)],
    [
      'a token of a type that Punctual cannot present',
      json(200, { ...tokens, token_type: 'mac' }),
      away('unexpected', 200),
    ],
    ['a token bound by DPoP', json(200, { ...tokens, token_type: 'DPoP' }), away('unexpected', 200)],
    ['a 4xx without an error', json(404, { message: 'no route' }), away('unexpected', 404)],
    ['a 400 whose error is an object, which is a no', json(400, { status: 'error', error: { code: 'X' } }), no(400)],
    ['a 401 with a message alone, which is a no', json(401, { message: 'Unauthorized' }), no(401)],
    ['a 403 with an error in words, which is a no', json(403, { error: 'Not allowed' }), no(403)],
    ['a 403 that is a list', json(403, ['no']), away('unexpected', 403)],
    ['a gateway’s error', json(404, { error: 'Not Found' }), away('unexpected', 404)],
    ['a 5xx, whatever its body', json(500, { error: 'invalid_grant' }), away('server_error', 500)],
    ['a 5xx with tokens', json(503, tokens, { 'retry-after': '7' }), away('server_error', 503, { retryAfterMs: 7000 })],
    ['a reset on a 5xx', json(502, {}, { 'x-ratelimit-reset': '7' }), away('server_error', 502)],
    ['server_error with 400', json(400, { error: 'server_error' }), away('server_error', 400)],
    ['temporarily_unavailable with 200', json(200, { error: 'temporarily_unavailable' }), away('server_error', 200)],
    ['a redirect', page(302, whole, { location: '/elsewhere' }), away('redirected', 302)],
    ['a redirect that keeps the form', page(307, '', { location: '/elsewhere' }), away('redirected', 307)],
  ]
  for (const [what, respond, expected] of all) {
    test(what, async (t) => assert.deepEqual(await outcomeOf(t, respond), expected))
  }
})

describe('a rate limit has the outcome "away" and is harmless', () => {
  const later = new Date(start + 90_000).toUTCString()
  const earlier = new Date(start - 90_000).toUTCString()
  const all: [string, Record<string, string>, number | null][] = [
    ['names no time', {}, null],
    ['names its end in seconds', { 'retry-after': '12', 'x-ratelimit-reset': '60' }, 12],
    ['names its end by a date', { 'retry-after': later }, 90],
    ['names its end by a date that has passed', { 'retry-after': earlier }, 0],
    ['names its end by a reset', { 'x-ratelimit-reset': '60' }, 60],
    [
      'names its end by the reset of a named limit',
      { 'x-ratelimit-reset-default': '41', 'x-ratelimit-limit-default': '120' },
      41,
    ],
    ['names its end by several resets', { 'x-ratelimit-reset-short': '3', 'x-ratelimit-reset-long': '33.2' }, 34],
    ['has a wrong Retry-After and a right reset', { 'retry-after': '-5', 'x-ratelimit-reset': '9' }, 9],
    ['has a point in time as its reset', { 'x-ratelimit-reset': '1795262400' }, null],
  ]
  for (const [what, headers, seconds] of all) {
    test(`that ${what}`, async (t) => {
      const outcome = await outcomeOf(t, json(429, { error: 'invalid_grant' }, headers))
      assert.deepEqual(
        outcome,
        away('rate_limited', 429, { harmless: true, retryAfterMs: seconds === null ? null : seconds * 1000 }),
      )
    })
  }
})

describe('a connection that fails has the outcome "away"', () => {
  test('and harmless when no server listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const { cause, ...outcome } = {
      cause: undefined,
      ...(await refresh({ fetch, clock: handClock() }, clientAt(`http://127.0.0.1:${port}`), request)),
    }
    assert.deepEqual(outcome, away('network', null, { harmless: true }))
    assert.ok((cause as unknown) instanceof TransportError)
  })

  test('and not harmless when it breaks after the request', async (t) => {
    assert.deepEqual(await outcomeOf(t, (response) => response.destroy()), away('network', null))
  })

  test('when the body breaks off', async (t) => {
    const respond = await outcomeOf(t, (response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write(whole, () => response.destroy())
    })
    assert.deepEqual(respond, away('truncated', null))
  })

  test('when the body is too long', async (t) => {
    const respond = await outcomeOf(t, (response) => {
      const pour = () => {
        while (response.write(' '.repeat(65_536)));
        response.once('drain', pour)
      }
      pour()
    })
    assert.deepEqual(respond, away('too_long', null))
  })

  test('when the body never ends: at the deadline, not before', async (t) => {
    const server = await serve(t, (response) => response.writeHead(200).write(whole))
    const clock = handClock()
    let settled = false
    const answered = server.answered()
    const outcome = refresh({ fetch, clock }, clientAt(server.url), request).finally(() => {
      settled = true
    })
    await answered
    clock.advance(19_999)
    await new Promise(setImmediate)
    assert.equal(settled, false)
    clock.advance(1)
    const { kind, harmless, reason } = (await outcome) as { kind: string; harmless: boolean; reason: string }
    assert.deepEqual({ kind, harmless, reason }, { kind: 'away', harmless: false, reason: 'timeout' })
  })

  test('when the request may not leave, and nothing is sent', async (t) => {
    const server = await serve(t, () => {})
    const late = { refreshToken: secret('refresh-1'), mayLeave: () => false, still: () => {} }
    const outcome = await refresh({ fetch, clock: handClock() }, clientAt(server.url), late)
    assert.ok(outcome.kind === 'away')
    assert.deepEqual([outcome.reason, outcome.harmless, server.received.length], ['too_late', true, 0])
  })

  test('when the request may no longer leave once it is connected, and nothing is sent', async (t) => {
    const server = await serve(t, () => {})
    let asked = 0
    const late = { refreshToken: secret('refresh-1'), mayLeave: () => ++asked === 1, still: () => {} }
    const outcome = await refresh({ fetch, clock: handClock() }, clientAt(server.url), late)
    assert.ok(outcome.kind === 'away')
    assert.equal(asked, 2, 'it is asked before the call, and right before the bytes are written')
    assert.deepEqual([outcome.reason, outcome.harmless, server.received.length], ['too_late', true, 0])
  })

  test('without the secrets in the error of the fetch function', async () => {
    const failing = async (url: string | URL, init?: RequestInit): Promise<Response> => {
      throw Object.assign(new TypeError(`no match for ${url} ${init?.body}`), { init: { headers: init?.headers } })
    }
    for (const clientAuthentication of ['client_secret_post', 'client_secret_basic_raw'] as const) {
      const client = clientAt('https://auth.example.com', { clientAuthentication })
      const outcome = await refresh({ fetch: failing, clock: handClock() }, client, request)
      assert.ok(outcome.kind === 'away')
      assert.ok(outcome.cause instanceof TransportError)
      const basic = Buffer.from('client_id-1:client-secret').toString('base64')
      const shown = inspect(outcome, { depth: 9, showHidden: true })
      for (const hidden of ['refresh-1', 'client-secret', basic]) assert.ok(!shown.includes(hidden), shown)
    }
  })
})

test('plain http to another machine is refused', async () => {
  const never = () => assert.fail('it was sent')
  const client = clientAt('http://auth.example.com')
  await assert.rejects(
    refresh({ fetch: never, clock: handClock() }, client, request),
    /only requests to HTTPS are allowed/,
  )
})
