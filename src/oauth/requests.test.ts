// The exact keys of every form that is sent, for every grant and type of client. Some servers refuse a form with one key
// more.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Client, ClientAuthentication } from '../core/provider.ts'
import { secret } from '../core/secret.ts'
import { exchange } from './exchange.ts'
import { clientAt, handClock, json, type RealServer, type Received, serve } from './real-server.test.ts'
import { refresh } from './refresh.ts'
import { revoke } from './revoke.ts'

const tokens = { access_token: 'access-1', token_type: 'bearer', refresh_token: 'refresh-2', expires_in: 60 }
const parts = { fetch, clock: handClock() }
const deadlineMs = 20_000

async function requestOf(
  t: TestContext,
  changes: Parameters<typeof clientAt>[1],
  run: (client: Client) => Promise<unknown>,
): Promise<Received> {
  const server: RealServer = await serve(t, json(200, tokens))
  await run(clientAt(server.url, changes))
  assert.equal(server.received.length, 1)
  const [request] = server.received
  assert.ok(request)
  assert.equal(request.method, 'POST')
  assert.match(String(request.headers['content-type']), /^application\/x-www-form-urlencoded/)
  return request
}

const codeExchange = (codeVerifier: string | null) => (client: Client) =>
  exchange(parts, client, {
    redirectUri: 'https://app.example.com/callback/example',
    code: secret('code-1'),
    codeVerifier: codeVerifier === null ? null : secret(codeVerifier),
    deadlineMs,
  })
const refreshing = (client: Client) => refresh(parts, client, { refreshToken: secret('refresh-1'), deadlineMs })

const code = {
  grant_type: 'authorization_code',
  code: 'code-1',
  redirect_uri: 'https://app.example.com/callback/example',
}
const refreshForm = { grant_type: 'refresh_token', refresh_token: 'refresh-1' }
const inBody = { client_id: 'client_id-1', client_secret: 'client-secret' }
const raw = Buffer.from('client_id-1:client-secret').toString('base64')
const encoded = Buffer.from('client%5Fid%2D1:client%2Dsecret').toString('base64')

interface Case {
  readonly what: string
  readonly method?: ClientAuthentication
  readonly isPublic?: boolean
  readonly verifier?: string
  readonly form: Record<string, string>
  readonly authorization?: string
}

const cases: Case[] = [
  { what: 'post, no verifier', method: 'client_secret_post', form: inBody },
  { what: 'post, verifier', method: 'client_secret_post', verifier: 'v', form: { ...inBody, code_verifier: 'v' } },
  {
    what: 'raw Basic, verifier',
    method: 'client_secret_basic_raw',
    verifier: 'v',
    form: { code_verifier: 'v' },
    authorization: raw,
  },
  { what: 'encoded Basic', method: 'client_secret_basic', form: {}, authorization: encoded },
  { what: 'public, verifier', isPublic: true, verifier: 'v', form: { client_id: 'client_id-1', code_verifier: 'v' } },
  {
    what: 'public, Basic otherwise',
    isPublic: true,
    method: 'client_secret_basic_raw',
    form: { client_id: 'client_id-1' },
  },
]

describe('a token request has exactly these keys', () => {
  for (const { what, method, isPublic, verifier, form, authorization } of cases) {
    const changes = { ...(method && { clientAuthentication: method }), ...(isPublic && { clientSecret: null }) }
    const header = authorization === undefined ? undefined : `Basic ${authorization}`

    test(`code exchange: ${what}`, async (t) => {
      const request = await requestOf(t, changes, codeExchange(verifier ?? null))
      assert.deepEqual(Object.fromEntries(request.form), { ...code, ...form })
      assert.equal(request.headers.authorization, header)
      assert.equal(request.path, '/token')
    })

    test(`refresh: ${what}`, async (t) => {
      const request = await requestOf(t, changes, refreshing)
      const { code_verifier: _, ...without } = form
      assert.deepEqual(Object.fromEntries(request.form), { ...refreshForm, ...without })
      assert.equal(request.headers.authorization, header)
    })
  }
})

describe('a revocation request has exactly these keys', () => {
  const revoking = (client: Client) => revoke(parts, client, { token: secret('t'), hint: 'refresh_token' })
  const at = (method: ClientAuthentication, typeHint: boolean) => (url: string) => ({
    revocation: { endpoint: `${url}/revoke`, clientAuthentication: method, typeHint },
  })
  const all: [string, (url: string) => object, string | null, Record<string, string>, string | undefined][] = [
    ['post, no hint', at('client_secret_post', false), 'client-secret', { ...inBody, token: 't' }, undefined],
    [
      'Basic, hint',
      at('client_secret_basic_raw', true),
      'client-secret',
      { token: 't', token_type_hint: 'refresh_token' },
      raw,
    ],
    ['public', at('client_secret_post', false), null, { client_id: 'client_id-1', token: 't' }, undefined],
  ]
  for (const [what, changes, clientSecret, form, authorization] of all) {
    test(what, async (t) => {
      const server = await serve(t, json(200, {}))
      const client = clientAt(server.url, { ...changes(server.url), clientSecret })
      assert.deepEqual(await revoking(client), { revoked: true })
      assert.deepEqual(Object.fromEntries(server.received[0]?.form ?? []), form)
      assert.equal(server.received[0]?.headers.authorization, authorization && `Basic ${authorization}`)
      assert.equal(server.received[0]?.path, '/revoke')
    })
  }
})
