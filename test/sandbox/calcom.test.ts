// Cal.com: the authorization page, how rotation ends other refresh tokens, the older endpoints, the API and its guards.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  box,
  calcomToken,
  calcomUrl,
  call,
  codeFor,
  connectCalcom,
  control,
  form,
  redirectUri,
  refreshCalcom,
  send,
} from './app.ts'

test('the authorization page: texts without a redirect, in the order of its checks', async () => {
  const sandbox = await box()
  const text = async (parameters: Record<string, string | undefined>) =>
    (await send(sandbox, calcomUrl(sandbox, parameters))).text.replaceAll('&#39;', "'")
  const id = sandbox.calcom.clientId
  assert.ok(
    (await text({ client_id: 'x', redirect_uri: 'https://evil.example' })).includes('OAuth client with ID not found'),
  )
  const mismatch = "redirect_uri does not match any of the OAuth client's registered redirect URIs"
  assert.ok((await text({ redirect_uri: 'https://evil.example/', scope: undefined })).includes(mismatch))
  assert.ok((await text({ scope: undefined })).includes('scope parameter is required for this OAuth client'))
  await control(sandbox, 'POST', 'clients', { provider: 'calcom', id, status: 'REJECTED' })
  assert.ok((await text({ scope: undefined })).includes('OAuth client has been rejected'))
})

test('only its owner may use a client that waits for approval', async () => {
  const sandbox = await box()
  const id = sandbox.calcom.clientId
  await control(sandbox, 'POST', 'clients', { provider: 'calcom', id, status: 'PENDING', owner: '101' })
  assert.ok(await codeFor(sandbox, calcomUrl(sandbox), 'ada'))
  const refused = await sandbox.authorize({ url: calcomUrl(sandbox), account: 'ben' }).catch(String)
  assert.match(String(refused), /OAuth client is not approved/)
})

test('errors that redirect, with their odd codes', async () => {
  const sandbox = await box()
  const back = async (parameters: Record<string, string | undefined>) =>
    Object.fromEntries((await sandbox.authorize({ url: calcomUrl(sandbox, parameters) })).searchParams)
  const state = 'the-state'
  const unknown = 'Requested scope is not a recognized scope'
  assert.deepEqual(await back({ scope: 'openid' }), { error: 'invalid_scope', error_description: unknown, state })
  const exceeds = "Requested scope exceeds the client's registered scopes"
  assert.deepEqual(await back({ scope: 'TEAM_BOOKING_READ' }), {
    error: 'invalid_request',
    error_description: exceeds,
    state,
  })
  const open = { client_id: sandbox.calcomPublic.clientId }
  const required = 'code_challenge required for public clients'
  assert.deepEqual(await back(open), { error: 'invalid_request', error_description: required, state })
  const method = 'code_challenge_method must be S256'
  const challenged = { ...open, code_challenge: 'c' }
  assert.deepEqual(await back(challenged), { error: 'invalid_request', error_description: method, state })
  assert.equal((await back({ state: undefined })).error, 'invalid_request')
  const no = await sandbox.authorize({ url: calcomUrl(sandbox), allow: false })
  assert.deepEqual(Object.fromEntries(no.searchParams), { error: 'access_denied', state })
})

test('success: code and state only, the query of the address is kept, commas separate scopes', async () => {
  const sandbox = await box()
  const parameters = { redirect_uri: `${redirectUri}?a=b`, state: 's t&x', scope: 'PROFILE_READ,SCHEDULE_READ' }
  const target = await sandbox.authorize({ url: calcomUrl(sandbox, parameters) })
  assert.match(target.href, /\?a=b&code=[\w-]{54}&state=s\+t%26x$/)
  const page = await send(sandbox, calcomUrl(sandbox))
  assert.ok(page.text.includes('>Allow</button>') && page.text.includes('>Go back</button>'))
})

test('a refresh ends every other refresh token of the same user and client', async () => {
  const sandbox = await box()
  const a = await connectCalcom(sandbox, 'ada')
  const b = await connectCalcom(sandbox, 'ada')
  const ben = await connectCalcom(sandbox, 'ben')
  const refreshed = await refreshCalcom(sandbox, a.refresh_token)
  assert.equal(refreshed.status, 200)
  assert.deepEqual((await refreshCalcom(sandbox, b.refresh_token)).body, {
    error: 'invalid_grant',
    error_description: 'refresh_token_revoked',
  })
  assert.equal((await refreshCalcom(sandbox, ben.refresh_token)).status, 200)
  assert.equal((await refreshCalcom(sandbox, refreshed.body.refresh_token)).status, 200)
})

test('30 days, sliding; 1800 s', async () => {
  const sandbox = await box()
  let { refresh_token } = await connectCalcom(sandbox, 'ada')
  for (let round = 0; round < 3; round += 1) {
    sandbox.clock.advance(29 * 86_400)
    const reply = await refreshCalcom(sandbox, refresh_token)
    assert.equal(reply.status, 200)
    refresh_token = reply.body.refresh_token
  }
  sandbox.clock.advance(30 * 86_400)
  assert.equal((await refreshCalcom(sandbox, refresh_token)).body.error_description, 'invalid_refresh_token')
  const { access_token } = await connectCalcom(sandbox, 'ada')
  const me = `${sandbox.calcom.hosts.api}/v2/me`
  sandbox.clock.advance(1799)
  assert.equal((await call(sandbox, me, access_token)).status, 200)
  sandbox.clock.advance(1)
  assert.equal((await call(sandbox, me, access_token)).status, 401)
})

test('access tokens are stateless: they outlive refreshes and, by default, a revocation by the user', async () => {
  const sandbox = await box()
  const me = `${sandbox.calcom.hosts.api}/v2/me`
  const tokens = await connectCalcom(sandbox, 'ada')
  await refreshCalcom(sandbox, tokens.refresh_token)
  assert.equal((await call(sandbox, me, tokens.access_token)).status, 200)
  assert.equal(sandbox.revoke({ provider: 'calcom', account: 'ada' }), 1)
  assert.equal((await call(sandbox, me, tokens.access_token)).status, 200)
  await control(sandbox, 'POST', 'switches', { calcomRevokeEndsAccessTokens: true })
  const again = await connectCalcom(sandbox, 'ada')
  sandbox.revoke({ provider: 'calcom', account: 'ada' })
  assert.equal((await call(sandbox, me, again.access_token)).status, 401)
})

test('the public client: PKCE and no secret', async () => {
  const sandbox = await box()
  const { clientId, hosts } = sandbox.calcomPublic
  const verifier = 'v'.repeat(43)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const parameters = { client_id: clientId, code_challenge: challenge, code_challenge_method: 'S256' }
  const code = await codeFor(sandbox, calcomUrl(sandbox, parameters))
  const fields = { client_id: clientId, grant_type: 'authorization_code', code, redirect_uri: redirectUri }
  const body = form({ ...fields, code_verifier: verifier })
  const { status, body: tokens } = await send(sandbox, `${hosts.api}/v2/auth/oauth2/token`, { method: 'POST', body })
  assert.equal(status, 200)
  const refresh = form({ client_id: clientId, grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
  assert.equal(
    (await send(sandbox, `${hosts.api}/v2/auth/oauth2/token`, { method: 'POST', body: refresh })).status,
    200,
  )
})

test('the token endpoint: repeated fields, wrong method, blocked after 120 a minute', async () => {
  const sandbox = await box()
  const url = `${sandbox.calcom.hosts.api}/v2/auth/oauth2/token`
  const twice = new URLSearchParams('client_id=a&client_id=b')
  assert.equal(
    (await send(sandbox, url, { method: 'POST', body: twice })).body.error_description,
    'client_id is required',
  )
  const wrong = await send(sandbox, url)
  assert.deepEqual([wrong.status, wrong.body.error.message], [404, 'Cannot GET /v2/auth/oauth2/token'])
  for (let count = 2; count <= 120; count += 1) {
    assert.equal((await calcomToken(sandbox, { grant_type: 'x' })).status, 400)
  }
  sandbox.clock.advance(50)
  const { status, body, headers } = await calcomToken(sandbox, { grant_type: 'x' })
  const message = 'CustomThrottlerGuard - Too many requests. Please try again later.'
  assert.deepEqual([status, body.error], [429, { code: 'ThrottlerException', message, details: message }])
  assert.deepEqual([headers.get('x-ratelimit-reset-default'), headers.get('retry-after')], ['60', null])
  sandbox.clock.advance(59)
  assert.equal((await calcomToken(sandbox, { grant_type: 'x' })).status, 429)
  sandbox.clock.advance(1)
  assert.equal((await calcomToken(sandbox, { grant_type: 'x' })).status, 400)
})

test('the older endpoints: form only, error alone, the refresh token as a bearer, 201 from me', async () => {
  const { clientId: id, clientSecret: secret } = (await box()).calcom
  const scopes = ['READ_BOOKING', 'READ_PROFILE']
  const sandbox = await box({ clients: [{ provider: 'calcom', id, secret, redirectUris: 'loopback', scopes }] })
  const app = `${sandbox.calcom.hosts.app}/api/auth/oauth`
  const challenge = createHash('sha256').update('v').digest('base64url')
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256', scope: 'READ_PROFILE' }
  const code = await codeFor(sandbox, calcomUrl(sandbox, pkce), 'ben')
  const own = { client_id: id, client_secret: secret }
  const fields = { ...own, grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: 'v' }
  const bad = await send(sandbox, `${app}/token`, { method: 'POST', body: form({ ...fields, client_secret: 'x' }) })
  assert.deepEqual([bad.status, bad.body], [401, { error: 'invalid_client' }])
  const good = await send(sandbox, `${app}/token`, { method: 'POST', body: form({ ...fields, extra: 'ignored' }) })
  assert.equal(good.status, 200)
  assert.deepEqual(Object.keys(good.body), ['access_token', 'token_type', 'refresh_token', 'expires_in'])
  const headers = { authorization: `Bearer ${good.body.refresh_token}` }
  const body = form({ ...own, grant_type: 'refresh_token' })
  const refreshed = await send(sandbox, `${app}/refreshToken`, { method: 'POST', headers, body })
  assert.equal(refreshed.status, 200)
  const me = await call(sandbox, `${app}/me`, refreshed.body.access_token)
  assert.deepEqual([me.status, me.body], [201, { username: 'ben' }])
  assert.deepEqual((await call(sandbox, `${app}/me`, 'x')).body, { message: 'Unauthorized' })
})

test('the API: a dead token is 401 or 403 depending on the guard, and 403 echoes it', async () => {
  const sandbox = await box()
  const api = sandbox.calcom.hosts.api
  const me = await call(sandbox, `${api}/v2/me`, 'dead')
  const details = { message: 'Invalid Access Token.', error: 'Unauthorized', statusCode: 401 }
  assert.deepEqual(
    [me.status, me.body.error],
    [401, { code: 'UnauthorizedException', message: 'Invalid Access Token.', details }],
  )
  const version = { 'cal-api-version': '2024-06-14' }
  const types = await call(sandbox, `${api}/v2/event-types/101001`, 'dead', version)
  const message = 'PermissionsGuard - no oAuth client found for access token=dead'
  assert.deepEqual(
    [types.status, types.body.error.code, types.body.error.message],
    [403, 'ForbiddenException', message],
  )
  assert.match(
    (await call(sandbox, `${api}/v2/me`)).body.error.message,
    /^ApiAuthStrategy - No authentication method provided/,
  )
})

test('the API: scopes are not implied, and versions are checked per resource', async () => {
  const sandbox = await box()
  const api = sandbox.calcom.hosts.api
  const { access_token } = await connectCalcom(sandbox, 'chloe', 'PROFILE_WRITE SCHEDULE_READ')
  const me = await call(sandbox, `${api}/v2/me`, access_token)
  assert.equal(me.status, 403)
  assert.equal(
    me.body.error.message,
    'insufficient_scope: token does not have the required scopes. Required: PROFILE_READ. Token has: PROFILE_WRITE, SCHEDULE_READ',
  )
  const schedules = (version?: string) =>
    call(sandbox, `${api}/v2/schedules`, access_token, version === undefined ? {} : { 'cal-api-version': version })
  const right = await schedules('2024-06-11')
  assert.deepEqual([right.status, right.body.data[0].timeZone], [200, 'Asia/Ho_Chi_Minh'])
  for (const wrong of [undefined, '2024-08-13', 'nonsense']) {
    const { status, body } = await schedules(wrong)
    assert.deepEqual([status, body.error.message], [404, 'Cannot GET /v2/schedules'])
  }
  assert.equal(
    (await call(sandbox, `${api}/v2/event-types?username=ada`, undefined, { 'cal-api-version': '2024-06-14' })).body
      .data.length,
    5,
  )
})

test('the API: 500 a minute for each token, so that a refresh starts a new count', async () => {
  const sandbox = await box({ switches: { calcomTokenPerMinute: 2 } })
  const me = `${sandbox.calcom.hosts.api}/v2/me`
  const tokens = await connectCalcom(sandbox, 'ada')
  const statuses = []
  for (let count = 0; count < 3; count += 1) statuses.push((await call(sandbox, me, tokens.access_token)).status)
  assert.deepEqual(statuses, [200, 200, 429])
  sandbox.clock.advance(1)
  const refreshed = await refreshCalcom(sandbox, tokens.refresh_token)
  assert.equal((await call(sandbox, me, refreshed.body.access_token)).status, 200)
})

test('a team token: no userId, its own rows, only for its admin, and it acts for the owner', async () => {
  const sandbox = await box()
  const url = calcomUrl(sandbox, { show_account_selector: 'true' })
  assert.ok((await send(sandbox, url)).text.includes('<option value="11">team 11</option>'))
  assert.ok(!(await send(sandbox, calcomUrl(sandbox))).text.includes('team 11'))
  const refused = (await sandbox.authorize({ url, account: 'ben', team: 11 })).searchParams
  assert.deepEqual(
    [refused.get('error'), refused.get('error_description')],
    ['unauthorized_client', 'Team not found or user is not an admin/owner'],
  )
  const back = await sandbox.authorize({ url, account: 'ada', team: 11 })
  const code = back.searchParams.get('code') ?? ''
  const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
  const { body: tokens } = await calcomToken(sandbox, fields)
  const claims = JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url').toString())
  assert.deepEqual([claims.teamId, 'userId' in claims, claims.token_type], [11, false, 'Access Token'])
  const own = await connectCalcom(sandbox, 'ada')
  assert.equal((await refreshCalcom(sandbox, own.refresh_token)).status, 200)
  assert.equal(
    (await refreshCalcom(sandbox, tokens.refresh_token)).status,
    200,
    'a refresh of the user leaves the team alone',
  )
  const me = (token: string) => call(sandbox, `${sandbox.calcom.hosts.api}/v2/me`, token)
  assert.equal((await me(tokens.access_token)).body.data.username, 'ada', 'it acts for the owner of the team')
  assert.ok((await control(sandbox, 'GET', 'grants')).text.includes('team-11'))
})
