// Every known deviation of a token endpoint's answer, over real HTTP: whole answers here, broken
// ones in away.test.ts.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { secret } from '../core/secret.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import { exchange } from './exchange.ts'
import type { TokenOutcome } from './outcome.ts'
import { clientAt, handClock, json, page, type Received, serve } from './real-server.test.ts'
import { refresh } from './refresh.ts'

const tokens = {
  access_token: 'access-1',
  token_type: 'Bearer',
  refresh_token: 'refresh-2',
  expires_in: 7200,
  scope: 'a b',
}

type Respond = Parameters<typeof serve>[1]

async function outcomeOf(
  t: TestContext,
  respond: Respond,
  changes: Parameters<typeof clientAt>[1] = {},
): Promise<TokenOutcome> {
  const server = await serve(t, respond)
  const parts = { fetch, clock: handClock(5_000) }
  return refresh(parts, clientAt(server.url, changes), { refreshToken: secret('refresh/1 +'), deadlineMs: 20_000 })
}

async function issued(t: TestContext, respond: Respond): Promise<TokenAnswer> {
  const outcome = await outcomeOf(t, respond)
  assert.equal(outcome.kind, 'issued', inspect(outcome))
  assert.ok(outcome.kind === 'issued')
  return outcome.answer
}

/** The answer to `tokens` with these members changed. */
const having = (changes: Record<string, unknown>) => json(200, { ...tokens, ...changes })

describe('a token set is issued', () => {
  test('by the standard’s answer, and timed from when the request was sent', async (t) => {
    const server = await serve(t, json(200, { ...tokens, created_at: 1, owner: 'https://api.example.com/users/1' }))
    const clock = handClock(5_000)
    const slowFetch: typeof fetch = async (...request) => {
      clock.advance(3_000)
      return fetch(...request)
    }
    const outcome = await exchange({ fetch: slowFetch, clock }, clientAt(server.url), {
      redirectUri: 'https://app.example.com/',
      code: secret('code-1'),
      codeVerifier: null,
      deadlineMs: 20_000,
    })
    assert.ok(outcome.kind === 'issued')
    assert.equal(outcome.sentAt, 5_000)
    assert.equal(outcome.answer.accessToken.reveal(), 'access-1')
    assert.equal(outcome.answer.refreshToken?.reveal(), 'refresh-2')
    assert.equal(outcome.answer.expiresInMs, 7_200_000)
    assert.deepEqual(outcome.answer.scopes, ['a', 'b'])
    assert.deepEqual(outcome.answer.extra, { owner: 'https://api.example.com/users/1' })
    assert.doesNotMatch(inspect(outcome, { depth: 9 }) + JSON.stringify(outcome), /access-1|refresh-2|code-1/)
  })

  test('by a 201', async (t) => {
    assert.equal((await issued(t, json(201, tokens))).accessToken.reveal(), 'access-1')
  })

  test('by JSON with the content type of HTML', async (t) => {
    assert.equal((await issued(t, page(200, JSON.stringify(tokens)))).accessToken.reveal(), 'access-1')
  })

  test('by JSON with a byte order mark, and by a compressed body', async (t) => {
    assert.equal((await issued(t, page(200, `\ufeff${JSON.stringify(tokens)}`))).accessToken.reveal(), 'access-1')
    const packed = gzipSync(JSON.stringify(tokens))
    const respond: Respond = (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed)
    assert.equal((await issued(t, respond)).refreshToken?.reveal(), 'refresh-2')
  })

  test('even if the headers have a challenge', async (t) => {
    assert.equal(
      (await issued(t, json(200, tokens, { 'www-authenticate': 'Bearer error="x"' }))).expiresInMs,
      7_200_000,
    )
  })

  test('in an envelope, in either spelling', async (t) => {
    const answer = await issued(t, json(200, { status: 'success', data: tokens }))
    assert.equal(answer.refreshToken?.reveal(), 'refresh-2')
    const data = { accessToken: 'access-1', refreshToken: 'refresh-2', expiresIn: 60 }
    const camel = await issued(t, json(200, { status: 'success', data }))
    assert.equal(camel.accessToken.reveal(), 'access-1')
    assert.equal(camel.refreshToken?.reveal(), 'refresh-2')
    assert.equal(camel.expiresInMs, 60_000)
    assert.deepEqual(camel.extra, {})
  })

  test('without a refresh token if the answer has none', async (t) => {
    for (const refresh_token of [undefined, null, '']) {
      assert.equal((await issued(t, having({ refresh_token }))).refreshToken, null)
    }
  })

  test('with a lifetime only if the answer has one', async (t) => {
    for (const [expires_in, expected] of [
      [undefined, null],
      [null, null],
      ['1800', 1_800_000],
      [3599.7, 3_599_700],
      [0, null],
      [3_153_600_000, 3_153_600_000_000],
      [9.3e18, null],
      [-1, null],
      ['soon', null],
      ['', null],
      [{}, null],
    ]) {
      assert.equal((await issued(t, having({ expires_in }))).expiresInMs, expected, inspect(expires_in))
    }
  })

  test('with scopes as a text, as a list, or without scopes', async (t) => {
    for (const [scope, expected] of [
      ['a  b', ['a', 'b']],
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      ['', null],
      [' ', null],
      [[], null],
      ['a,b', ['a,b']],
      [undefined, null],
      [null, null],
      [7, null],
    ]) {
      assert.deepEqual((await issued(t, having({ scope }))).scopes, expected, inspect(scope))
    }
  })

  test('with commas between its scopes, if they are then exactly the requested ones', async (t) => {
    const assertScopes = async (scope: string, scopes: string[]) => {
      const server = await serve(t, having({ scope }))
      const request = { refreshToken: secret('r'), scopes, deadlineMs: 20_000 }
      const outcome = await refresh({ fetch, clock: handClock(5_000) }, clientAt(server.url), request)
      return outcome.kind === 'issued' ? outcome.answer.scopes : outcome
    }
    for (const [scope, asked, expected] of [
      ['read,write', ['read', 'write'], ['read', 'write']],
      ['write, read', ['read', 'write'], ['write', 'read']],
      ['read,write', ['read'], ['read,write']],
      ['read', ['read', 'write'], ['read']],
      ['read,write', ['read,write'], ['read,write']],
      ['read,write', [], ['read,write']],
    ] as const) {
      assert.deepEqual(await assertScopes(scope, [...asked]), expected, `${scope} for ${asked}`)
    }
  })

  test('encoded as a form, under its content type', async (t) => {
    const form = (text: string, type = 'application/x-www-form-urlencoded; charset=utf-8') =>
      page(200, text, { 'content-type': type })
    const text = 'access_token=a%2B1&expires_in=3600&refresh_token=r1&scope=a+b&token_type=bearer'
    const answer = await issued(t, form(text))
    assert.equal(answer.accessToken.reveal(), 'a+1')
    assert.equal(answer.refreshToken?.reveal(), 'r1')
    assert.deepEqual([answer.expiresInMs, answer.scopes], [3_600_000, ['a', 'b']])
    assert.equal((await issued(t, form(JSON.stringify(tokens)))).refreshToken?.reveal(), 'refresh-2')
    const refusal = await outcomeOf(t, form('error=invalid_grant&error_description=gone'))
    assert.deepEqual([refusal.kind, 'error' in refusal && refusal.error], ['refused', 'invalid_grant'])
    const other = await outcomeOf(t, form(text, 'text/html'))
    assert.deepEqual([other.kind, 'reason' in other && other.reason], ['away', 'not_json'])
  })

  test('only with an access token that a header can carry', async (t) => {
    for (const access_token of ['two words', 'line\nbreak', 'nul\0', 'café', '\u{1f511}', ' ']) {
      const outcome = await outcomeOf(t, having({ access_token }))
      assert.deepEqual([outcome.kind, 'reason' in outcome && outcome.reason], ['away', 'unexpected'], access_token)
    }
    assert.equal((await issued(t, having({ access_token: 'a!"~/+=._-' }))).accessToken.reveal(), 'a!"~/+=._-')
  })

  test('with a token type that is absent or written in capitals', async (t) => {
    for (const token_type of [undefined, null, '', 'BEARER']) {
      assert.equal((await issued(t, having({ token_type }))).accessToken.reveal(), 'access-1')
    }
  })

  test('without any token in the members beyond the standard’s', async (t) => {
    const beyond = {
      id_token: 'e30.e30.',
      session_token: 'x',
      echo: { of: ['access-1'] },
      again: 'refresh-2',
      organization: 'o',
    }
    assert.deepEqual((await issued(t, having(beyond))).extra, { organization: 'o' })
  })
})

describe('a refusal', () => {
  const invalidGrant = { error: 'invalid_grant', error_description: 'refresh_token_revoked' }
  const refused = { kind: 'refused', error: 'invalid_grant', description: 'refresh_token_revoked', status: 400 }

  test('is the error of the body, whatever challenge the headers have', async (t) => {
    const headers = { 'www-authenticate': 'Bearer realm="x", error="invalid_token"' }
    assert.deepEqual(await outcomeOf(t, json(400, invalidGrant, headers)), refused)
    assert.deepEqual(await outcomeOf(t, json(401, { error: 'invalid_client' }, headers)), {
      kind: 'refused',
      error: 'invalid_client',
      description: null,
      status: 401,
    })
  })

  test('may have the status of a success', async (t) => {
    assert.deepEqual(await outcomeOf(t, json(200, invalidGrant)), { ...refused, status: 200 })
  })

  test('may have a description that is not a text', async (t) => {
    const outcome = await outcomeOf(t, json(400, { error: 'invalid_grant', error_description: { code: 1 } }))
    assert.deepEqual(outcome, { ...refused, description: null })
  })

  test('keeps its code, unless the code is one of the secrets', async (t) => {
    const known = await outcomeOf(t, json(400, { error: 'invalid_grant' }), { clientSecret: 'grant' })
    assert.ok(known.kind === 'refused')
    assert.equal(known.error, 'invalid_grant')
    const echo = await outcomeOf(t, json(400, { error: 'no:client-secret' }))
    assert.ok(echo.kind === 'refused')
    assert.equal(echo.error, 'no:[secret]')
  })

  const echoes: [string, (request: Received) => string][] = [
    ['the refresh token', ({ form }) => String(form.get('refresh_token'))],
    ['the refresh token in an address', ({ form }) => encodeURIComponent(String(form.get('refresh_token')))],
    ['the whole form', ({ form }) => form.toString()],
    ['the header', ({ headers }) => String(headers.authorization)],
    ['the header, decoded', ({ headers }) => Buffer.from(String(headers.authorization).slice(6), 'base64').toString()],
  ]
  for (const clientAuthentication of [
    'client_secret_post',
    'client_secret_basic',
    'client_secret_basic_raw',
  ] as const) {
    for (const [what, echo] of echoes) {
      test(`repeats no secret that was sent: ${clientAuthentication}, ${what}`, async (t) => {
        const outcome = await outcomeOf(
          t,
          (response, request) =>
            json(400, { error: 'invalid_grant', error_description: `got\n${echo(request)}` })(response),
          { clientAuthentication },
        )
        assert.ok(outcome.kind === 'refused')
        const text = String(outcome.description)
        assert.match(text, /^got /)
        const credentials = ['client-secret', 'client%2Dsecret'].map((value) =>
          Buffer.from(`client_id-1:${value}`).toString('base64'),
        )
        const encoded = Buffer.from('client%5Fid%2D1:client%2Dsecret').toString('base64')
        for (const form of ['refresh/1', 'refresh%2F1', 'client-secret', 'client%2Dsecret', ...credentials, encoded]) {
          assert.ok(!text.includes(form), text)
        }
      })
    }
  }

  test('has at most 200 characters of description, which never end within a secret', async (t) => {
    const description = `${'x'.repeat(195)}refresh/1 +${'y'.repeat(300)}`
    const outcome = await outcomeOf(t, json(400, { error: 'invalid_grant', error_description: description }))
    assert.ok(outcome.kind === 'refused')
    assert.equal(outcome.description?.length, 200)
    assert.ok(!outcome.description.includes('refre'))
  })
})
