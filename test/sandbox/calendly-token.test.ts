// Calendly's token, revoke and introspect endpoints: every message, single use, the limit, the switches.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Reply } from './app.ts'
import {
  basic,
  box,
  calendlyToken,
  calendlyUrl,
  call,
  codeFor,
  connectCalendly,
  form,
  redirectUri,
  refreshCalendly,
  send,
} from './app.ts'

const invalidGrant = {
  error: 'invalid_grant',
  error_description:
    'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
}
const invalidClient = {
  error: 'invalid_client',
  error_description:
    'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
}

function isError(reply: Reply, status: number, body: { error: string; error_description: string }): void {
  assert.equal(reply.status, status)
  assert.deepEqual(reply.body, body)
  assert.match(reply.headers.get('www-authenticate') ?? '', new RegExp(`^Bearer realm="[^"]*", error="${body.error}"`))
  assert.equal(reply.headers.get('cache-control'), 'no-store')
}

const grant = (code: string) => ({ grant_type: 'authorization_code', code, redirect_uri: redirectUri })

test('a code becomes tokens in the documented shape', async () => {
  const sandbox = await box()
  const reply = await calendlyToken(sandbox, grant(await codeFor(sandbox, calendlyUrl(sandbox), 'ben')))
  assert.equal(reply.status, 200)
  assert.equal(reply.headers.get('cache-control'), 'no-store')
  const { access_token, refresh_token, ...rest } = reply.body
  assert.deepEqual(rest, {
    token_type: 'Bearer',
    expires_in: 7200,
    created_at: Date.UTC(2026, 10, 21, 12) / 1000,
    scope: 'users:read event_types:read',
    owner: `${sandbox.calendly.hosts.api}/users/BENCARTER0000002`,
    organization: `${sandbox.calendly.hosts.api}/organizations/NORTHWINDSTUDIO1`,
  })
  assert.match(refresh_token, /^[0-9a-f]{64}$/)
  const [header = '', payload = ''] = access_token.split('.')
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'HS256' })
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  assert.deepEqual(Object.keys(claims), ['iss', 'iat', 'jti', 'user_uuid', 'app_uid', 'exp'])
  assert.equal(claims.exp - claims.iat, 7200)
})

test('missing and unknown parameters are errors of the token endpoint', async () => {
  const sandbox = await box()
  const missing = (name: string) => ({
    error: 'invalid_request',
    error_description: `Missing required parameter: ${name}.`,
  })
  isError(await calendlyToken(sandbox, {}), 400, missing('grant_type'))
  isError(await calendlyToken(sandbox, { grant_type: 'authorization_code' }), 400, missing('code'))
  isError(await calendlyToken(sandbox, { grant_type: 'refresh_token' }), 400, missing('refresh_token'))
  isError(await calendlyToken(sandbox, { grant_type: 'authorization_code', code: 'x' }), 400, missing('redirect_uri'))
  isError(await calendlyToken(sandbox, { grant_type: 'password' }), 400, {
    error: 'unsupported_grant_type',
    error_description: 'The authorization grant type is not supported by the authorization server.',
  })
})

test('a code works once, for 10 minutes, for its client, with its address', async () => {
  const sandbox = await box({
    clients: [{ provider: 'calendly', id: 'other', secret: 'other', redirectUris: 'loopback' }],
  })
  const code = await codeFor(sandbox, calendlyUrl(sandbox))
  const wrongUri = { ...grant(code), redirect_uri: `${redirectUri}/` }
  isError(await calendlyToken(sandbox, wrongUri), 400, invalidGrant)
  const foreign = { method: 'POST', headers: basic('other', 'other'), body: form(grant(code)) }
  isError(await send(sandbox, `${sandbox.calendly.hosts.auth}/oauth/token`, foreign), 400, invalidGrant)
  assert.equal((await calendlyToken(sandbox, grant(code))).status, 200)
  isError(await calendlyToken(sandbox, grant(code)), 400, invalidGrant)
  assert.equal(sandbox.requests().at(-1)?.why, 'the code has been used already')
  const late = await codeFor(sandbox, calendlyUrl(sandbox))
  sandbox.clock.advance(600)
  isError(await calendlyToken(sandbox, grant(late)), 400, invalidGrant)
  assert.equal(sandbox.requests().at(-1)?.why, 'the code is older than 10 minutes')
  isError(await calendlyToken(sandbox, grant('nobody-issued-this')), 400, invalidGrant)
})

test('client authentication: raw Basic credentials, the body or JSON, but never two at once', async () => {
  const sandbox = await box()
  const { clientId, clientSecret, hosts } = sandbox.calendly
  const url = `${hosts.auth}/oauth/token`
  assert.match(clientId, /^(?=.*-)(?=.*_)[\w-]{43}$/)
  const tokens = await connectCalendly(sandbox)
  const body = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  const post = (fields: Record<string, string | undefined>, headers: Record<string, string> = {}) =>
    send(sandbox, url, { method: 'POST', headers, body: form(fields) })
  isError(await post(body), 401, invalidClient)
  isError(await post(body, basic('nobody', clientSecret)), 401, invalidClient)
  isError(await post(body, basic(clientId, 'wrong')), 401, invalidClient)
  const encoded = clientId.replaceAll('-', '%2D').replaceAll('_', '%5F')
  isError(await post(body, basic(encoded, clientSecret)), 401, invalidClient)
  assert.match(sandbox.requests().at(-1)?.why ?? '', /percent-encoded/)
  const both = { ...body, client_id: clientId, client_secret: clientSecret }
  isError(await post(both, basic(clientId, clientSecret)), 400, {
    error: 'invalid_request',
    error_description: 'The request utilizes more than one mechanism for authenticating the client.',
  })
  const first = await post(both)
  assert.equal(first.status, 200)
  const json = { ...both, refresh_token: first.body.refresh_token }
  const headers = { 'content-type': 'application/json' }
  assert.equal((await send(sandbox, url, { method: 'POST', headers, body: JSON.stringify(json) })).status, 200)
})

test('a native client needs its verifier and no secret', async () => {
  const sandbox = await box()
  const { clientId, hosts } = sandbox.calendlyNative
  const verifier = 'v'.repeat(43)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const parameters = { client_id: clientId, code_challenge: challenge, code_challenge_method: 'S256' }
  const code = await codeFor(sandbox, calendlyUrl(sandbox, parameters))
  const post = (fields: Record<string, string>) =>
    send(sandbox, `${hosts.auth}/oauth/token`, { method: 'POST', body: form({ client_id: clientId, ...fields }) })
  isError(await post(grant(code)), 400, {
    error: 'invalid_request',
    error_description: 'Missing required parameter: code_verifier.',
  })
  isError(await post({ ...grant(code), code_verifier: 'w'.repeat(43) }), 400, invalidGrant)
  const { status, body } = await post({ ...grant(code), code_verifier: verifier })
  assert.equal(status, 200)
  assert.equal((await post({ grant_type: 'refresh_token', refresh_token: body.refresh_token })).status, 200)
})

test('a refresh token works once; the first request gets tokens, and the old access token is revoked', async () => {
  const sandbox = await box()
  const first = await connectCalendly(sandbox)
  const second = await refreshCalendly(sandbox, first.refresh_token)
  assert.equal(second.status, 200)
  assert.notEqual(second.body.refresh_token, first.refresh_token)
  isError(await refreshCalendly(sandbox, first.refresh_token), 400, invalidGrant)
  assert.equal((await refreshCalendly(sandbox, second.body.refresh_token)).status, 200)
  const me = await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, first.access_token)
  assert.equal(me.body.message, 'The access token was revoked')
  isError(await refreshCalendly(sandbox, first.access_token), 400, invalidGrant)
})

test('of two refreshes at the same moment one succeeds', async () => {
  const sandbox = await box()
  const { refresh_token } = await connectCalendly(sandbox)
  const replies = await Promise.all([1, 2, 3].map(() => refreshCalendly(sandbox, refresh_token)))
  assert.deepEqual(replies.map((reply) => reply.status).sort(), [200, 400, 400])
})

test('a refresh token does not expire', async () => {
  const sandbox = await box()
  const { refresh_token } = await connectCalendly(sandbox)
  sandbox.clock.advance(3 * 365 * 86_400)
  assert.equal((await refreshCalendly(sandbox, refresh_token)).status, 200)
})

test('a refresh may narrow the scope but not widen it', async () => {
  const sandbox = await box()
  const { refresh_token } = await connectCalendly(sandbox)
  const wide = { grant_type: 'refresh_token', refresh_token, scope: 'users:read webhooks:write' }
  isError(await calendlyToken(sandbox, wide), 400, {
    error: 'invalid_scope',
    error_description: 'The requested scope is invalid, unknown, or malformed.',
  })
  const narrow = await calendlyToken(sandbox, { ...wide, scope: 'users:read' })
  assert.equal(narrow.body.scope, 'users:read')
})

test('8 tokens a minute; the ninth is 429 and spends nothing', async () => {
  const sandbox = await box()
  let { refresh_token } = await connectCalendly(sandbox)
  for (let count = 2; count <= 8; count += 1) {
    const reply = await refreshCalendly(sandbox, refresh_token)
    assert.equal(reply.status, 200)
    refresh_token = reply.body.refresh_token
  }
  const refused = await refreshCalendly(sandbox, refresh_token)
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), null)
  assert.ok((await connectCalendly(sandbox, 'ben')).access_token, 'another user has a count of their own')
  sandbox.clock.advance(60)
  assert.equal((await refreshCalendly(sandbox, refresh_token)).status, 200)
})

test('declined scopes are not granted', async () => {
  const sandbox = await box()
  const target = await sandbox.authorize({ url: calendlyUrl(sandbox), declineScopes: ['event_types:read'] })
  const reply = await calendlyToken(sandbox, grant(target.searchParams.get('code') ?? ''))
  assert.equal(reply.body.scope, 'users:read')
})

test('revoke ends the pair, checks the client, and accepts an unknown token', async () => {
  const sandbox = await box({
    clients: [{ provider: 'calendly', id: 'other', secret: 'other', redirectUris: 'loopback' }],
  })
  const { clientId, clientSecret, hosts } = sandbox.calendly
  const post = (fields: Record<string, string | undefined>) =>
    send(sandbox, `${hosts.auth}/oauth/revoke`, { method: 'POST', body: form(fields) })
  const own = { client_id: clientId, client_secret: clientSecret }
  const tokens = await connectCalendly(sandbox)
  const refusal = { error: 'unauthorized_client', error_description: 'You are not authorized to revoke this token' }
  const foreign = await post({ client_id: 'other', client_secret: 'other', token: tokens.refresh_token })
  assert.deepEqual([foreign.status, foreign.body], [403, refusal])
  const unproven = await post({ client_id: clientId, client_secret: 'wrong', token: tokens.refresh_token })
  assert.deepEqual([unproven.status, unproven.body], [403, refusal])
  const empty = await post(own)
  assert.equal(empty.status, 400)
  assert.equal(empty.body.error, 'invalid_request')
  assert.deepEqual([(await post({ ...own, token: 'nobody' })).status], [200])
  const done = await post({ ...own, token: tokens.refresh_token })
  assert.deepEqual([done.status, done.body], [200, {}])
  const me = await call(sandbox, `${hosts.api}/users/me`, tokens.access_token)
  assert.deepEqual([me.status, me.body.message], [401, 'The access token was revoked'])
  isError(await refreshCalendly(sandbox, tokens.refresh_token), 400, invalidGrant)
})

test('introspect says whether a token is active', async () => {
  const sandbox = await box()
  const { clientId, clientSecret, hosts } = sandbox.calendly
  const post = (fields: Record<string, string | undefined>) =>
    send(sandbox, `${hosts.auth}/oauth/introspect`, { method: 'POST', body: form(fields) })
  const own = { client_id: clientId, client_secret: clientSecret }
  const tokens = await connectCalendly(sandbox, 'ada')
  const iat = Date.UTC(2026, 10, 21, 12) / 1000
  assert.deepEqual((await post({ ...own, token: tokens.access_token })).body, {
    active: true,
    scope: 'users:read event_types:read',
    client_id: clientId,
    token_type: 'Bearer',
    exp: iat + 7200,
    iat,
    owner: `${hosts.api}/users/ADALINDQVIST0001`,
    organization: `${hosts.api}/organizations/NORTHWINDSTUDIO1`,
  })
  sandbox.clock.advance(7200)
  assert.deepEqual((await post({ ...own, token: tokens.access_token })).body, { active: false })
  assert.deepEqual((await post({ ...own, token: 'nobody' })).body, { active: false })
  isError(await post({ ...own, client_secret: 'wrong', token: 'x' }), 401, invalidClient)
})

test('switches: grace, family, the old access token, the old refresh behaviour', async () => {
  const grace = await box({ switches: { calendlyRefreshGraceSeconds: 10 } })
  const first = await connectCalendly(grace)
  assert.equal((await refreshCalendly(grace, first.refresh_token)).status, 200)
  grace.clock.advance(10)
  assert.equal((await refreshCalendly(grace, first.refresh_token)).status, 200)
  grace.clock.advance(1)
  assert.equal((await refreshCalendly(grace, first.refresh_token)).status, 400)

  const family = await box({ switches: { calendlyReuseRevokesFamily: true } })
  const root = await connectCalendly(family)
  const child = await refreshCalendly(family, root.refresh_token)
  assert.equal((await refreshCalendly(family, root.refresh_token)).status, 400)
  assert.equal((await refreshCalendly(family, child.body.refresh_token)).status, 400)

  const kept = await box({ switches: { calendlyOldAccessTokenOnRefresh: 'kept' } })
  const before = await connectCalendly(kept)
  await refreshCalendly(kept, before.refresh_token)
  assert.equal((await call(kept, `${kept.calendly.hosts.api}/users/me`, before.access_token)).status, 200)

  const legacy = await box({ switches: { calendlyLegacyRefresh: true } })
  const old = await connectCalendly(legacy)
  const one = await refreshCalendly(legacy, old.refresh_token)
  assert.equal((await refreshCalendly(legacy, old.refresh_token)).status, 200, 'reusable')
  assert.equal((await call(legacy, `${legacy.calendly.hosts.api}/users/me`, one.body.access_token)).status, 200)
  assert.equal((await refreshCalendly(legacy, old.refresh_token)).status, 400, 'until a token made from it is used')
})
