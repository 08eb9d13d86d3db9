// Cal.com's token endpoint beyond the record: the errors for every kind of body, and the order of the checks.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import {
  box,
  calcomToken,
  calcomUrl,
  codeFor,
  connectCalcom,
  control,
  form,
  redirectUri,
  refreshCalcom,
  send,
} from './app.ts'

const wrong = (field: string): string => `${field} property is wrong,${field} must be a string `
const surplus = (field: string): string => `${field} property is wrong,property ${field} should not exist `

async function endpoint(options: SandboxOptions = {}) {
  const sandbox = await box({ switches: { calcomAnonymousPerMinute: null, ...options.switches } })
  const url = `${sandbox.calcom.hosts.api}/v2/auth/oauth2/token`
  const post = (body: string | URLSearchParams, type?: string): Promise<Reply> =>
    send(sandbox, url, { method: 'POST', body, ...(type === undefined ? {} : { headers: { 'content-type': type } }) })
  const json = (body: unknown): Promise<Reply> => post(JSON.stringify(body), 'application/json')
  const said = ({ status, body }: Reply) => [status, body.error, body.error_description]
  return { sandbox, url, post, json, said, id: sandbox.calcom.clientId, secret: sandbox.calcom.clientSecret }
}

/** A code of the public client, whose verifier is `v`. */
async function publicCode(sandbox: Sandbox): Promise<Record<string, string>> {
  const id = sandbox.calcomPublic.clientId
  const challenge = createHash('sha256').update('v').digest('base64url')
  const pkce = { client_id: id, code_challenge: challenge, code_challenge_method: 'S256' }
  const code = await codeFor(sandbox, calcomUrl(sandbox, pkce))
  return { client_id: id, grant_type: 'authorization_code', code, redirect_uri: redirectUri }
}

test('several wrong fields: first the unexpected ones in the order of the body, then the missing ones in the endpoint’s order', async () => {
  const { json, said, id } = await endpoint()
  const refused = async (fields: object) => {
    const [status, error, description] = said(await json({ client_id: id, ...fields }))
    assert.deepEqual([status, error], [400, 'invalid_request'])
    return description
  }
  const exchange = { grant_type: 'authorization_code' }
  const refreshFields = { grant_type: 'refresh_token' }
  const cases: [fields: object, description: string[]][] = [
    [exchange, [wrong('code'), wrong('redirect_uri'), wrong('code_verifier')]],
    [{ ...exchange, client_secret: 's' }, [wrong('code'), wrong('redirect_uri')]],
    [{ ...exchange, client_secret: null }, [wrong('code'), wrong('redirect_uri'), wrong('client_secret')]],
    [{ ...exchange, client_secret: ['s'], code: 'c' }, [wrong('redirect_uri'), wrong('client_secret')]],
    [
      { ...exchange, code: 5, redirect_uri: {}, code_verifier: true },
      ['code', 'redirect_uri', 'code_verifier'].map(wrong),
    ],
    [
      { scope: 'a', ...exchange, client_secret: 's', resource: 1, code_verifier: 'v', code: 'c' },
      [surplus('scope'), surplus('resource'), surplus('code_verifier'), wrong('redirect_uri')],
    ],
    [{ ...exchange, refresh_token: 'r', code: 'c', redirect_uri: 'u', code_verifier: 'v' }, [surplus('refresh_token')]],
    [refreshFields, [wrong('refresh_token')]],
    [{ ...refreshFields, client_secret: 7 }, [wrong('refresh_token'), wrong('client_secret')]],
    [
      { ...refreshFields, client_secret: 's', redirect_uri: 'u', refresh_token: [] },
      [surplus('redirect_uri'), wrong('refresh_token')],
    ],
    [
      { ...refreshFields, code_verifier: 'v', code: 'c', refresh_token: 'r' },
      [surplus('code_verifier'), surplus('code')],
    ],
    [
      JSON.parse('{"b":1,"1":1,"__proto__":1,"constructor":1,"grant_type":"refresh_token"}'),
      [surplus('1'), surplus('b'), wrong('refresh_token')],
    ],
  ]
  for (const [fields, description] of cases) {
    assert.equal(await refused(fields), description.join(', '), JSON.stringify(fields))
  }
})

test('before the fields: the client id, then the grant type, whatever else is wrong', async () => {
  const { json, post, said, id } = await endpoint()
  for (const client_id of [undefined, null, '', 5, ['a'], { a: 1 }, false]) {
    const reply = await json({ client_id, grant_type: 'x', extra: 1 })
    assert.deepEqual(said(reply), [400, 'invalid_request', 'client_id is required'], JSON.stringify(client_id))
  }
  assert.deepEqual(said(await json([{ client_id: id }])), [400, 'invalid_request', 'client_id is required'])
  assert.deepEqual(said(await post(new URLSearchParams('client_id[]=a'))), [
    400,
    'invalid_request',
    'client_id is required',
  ])
  const description = "grant_type must be 'authorization_code' or 'refresh_token'"
  for (const grant_type of [undefined, null, '', 'client_credentials', 'Refresh_Token', ['refresh_token'], {}]) {
    const reply = await json({ client_id: id, grant_type, extra: 1 })
    assert.deepEqual(said(reply), [400, 'invalid_request', description], JSON.stringify(grant_type))
  }
})

test('a form: a repeated name and a name with brackets are not strings', async () => {
  const { post, said, id } = await endpoint()
  const base = `client_id=${id}&grant_type=refresh_token`
  const type = 'application/x-www-form-urlencoded'
  const reply = async (more: string) => said(await post(`${base}&${more}`, type))[2]
  assert.equal(await reply('refresh_token=a&refresh_token=b'), wrong('refresh_token'))
  assert.equal(await reply('refresh_token[0]=a&client_secret=s'), wrong('refresh_token'))
  assert.equal(await reply('scope[a]=1&refresh_token=a'), surplus('scope'))
  assert.equal(await reply('client_secret[]=s&refresh_token=a'), wrong('client_secret'))
  assert.equal(await reply('scope[=s&refresh_token=a'), surplus('scope['))
})

test('a missing body: a switch chooses between two recorded answers', async () => {
  for (const [calcomNoBody, description] of [
    ['body_required', 'Body is required'],
    ['client_id_required', 'client_id is required'],
  ] as const) {
    const { post, url, sandbox, said } = await endpoint({ switches: { calcomNoBody } })
    assert.deepEqual(said(await post('client_id=a', 'text/plain')), [400, 'invalid_request', description])
    assert.deepEqual(said(await send(sandbox, url, { method: 'POST' })), [400, 'invalid_request', description])
    assert.deepEqual(said(await post('', 'application/json')), [400, 'invalid_request', 'client_id is required'])
    assert.deepEqual(said(await post('', 'application/x-www-form-urlencoded')), [
      400,
      'invalid_request',
      'client_id is required',
    ])
  }
})

test('JSON that is neither object nor array is malformed, in the words of the parser and the envelope of the API', async () => {
  const { post } = await endpoint()
  const cases: [body: string, message: string][] = [
    ['null', `Unexpected token 'n', "null" is not valid JSON`],
    ['"text"', `Unexpected token '"', ""text"" is not valid JSON`],
    [' 5', `Unexpected token '5', " 5" is not valid JSON`],
    [' ', 'Unexpected end of JSON input'],
    ['{bad', "Expected property name or '}' in JSON at position 1"],
  ]
  for (const [body, message] of cases) {
    const { status, body: answer, headers } = await post(body, 'application/json')
    assert.deepEqual([status, answer.error.code, answer.error.message], [400, 'BadRequestException', message])
    assert.equal(headers.get('x-request-id'), 'unknown-request-id')
  }
})

test('a body over 100 kB is 413, a smaller one is read', async () => {
  const { post, json, said, id } = await endpoint()
  assert.equal((await json({ pad: 'x'.repeat(102_400) })).status, 413)
  assert.equal((await post(form({ client_id: id, pad: 'x'.repeat(102_400) }))).status, 413)
  assert.equal(said(await json({ pad: 'x'.repeat(102_000) }))[2], 'client_id is required')
})

test('the redirect URI is checked before the secret, and not if it is empty; neither check uses up the code', async () => {
  const { sandbox, said, id, secret } = await endpoint()
  const code = await codeFor(sandbox, calcomUrl(sandbox))
  const exchange = (fields: object) => calcomToken(sandbox, { grant_type: 'authorization_code', code, ...fields })
  const elsewhere = 'https://elsewhere.example/'
  assert.deepEqual(said(await exchange({ client_id: 'nobody', redirect_uri: elsewhere })), [
    401,
    'invalid_client',
    'client_not_found',
  ])
  const mismatch = [400, 'invalid_grant', 'redirect_uri_mismatch']
  assert.deepEqual(said(await exchange({ client_secret: 'no', redirect_uri: elsewhere })), mismatch)
  assert.deepEqual(said(await exchange({ redirect_uri: elsewhere, code: 'unknown' })), mismatch)
  const credentials = [401, 'invalid_client', 'invalid_client_credentials']
  for (const client_secret of ['no', '']) {
    assert.deepEqual(said(await exchange({ client_secret, redirect_uri: '', code: 'unknown' })), credentials)
  }
  assert.deepEqual(said(await exchange({ redirect_uri: '', code: '' })), [
    400,
    'invalid_grant',
    'code_invalid_or_expired',
  ])
  const { status, body } = await exchange({ client_id: id, client_secret: secret, redirect_uri: '' })
  assert.deepEqual([status, body.scope], [200, 'PROFILE_READ SCHEDULE_READ'])
})

test('a public client: an empty verifier counts as missing, and uses up the code like a wrong one', async () => {
  const { sandbox, post, said } = await endpoint()
  const missing = [400, 'invalid_request', 'pkce_missing_parameters_or_invalid_method']
  const gone = [400, 'invalid_grant', 'code_invalid_or_expired']
  for (const [code_verifier, reason] of [
    ['', missing],
    ['w', [400, 'invalid_grant', 'pkce_verification_failed']],
  ] as const) {
    const fields = await publicCode(sandbox)
    assert.deepEqual(said(await post(form({ ...fields, code_verifier }))), reason)
    assert.deepEqual(said(await post(form({ ...fields, code_verifier: 'v' }))), gone)
  }
  const fields = await publicCode(sandbox)
  const { client_id, grant_type } = fields
  assert.equal((await post(form({ ...fields, redirect_uri: '', code_verifier: 'v' }))).status, 200)
  const secret = { client_id, grant_type, code: 'c', redirect_uri: redirectUri, client_secret: 'any' }
  assert.deepEqual(said(await post(form(secret))), gone, 'a secret is not looked at')
})

test('a refresh checks client, secret, token, owner, status and row, in this order', async () => {
  const { sandbox, said } = await endpoint()
  const { refresh_token, access_token } = await connectCalcom(sandbox, 'ada')
  const refresh = (fields: object) => calcomToken(sandbox, { grant_type: 'refresh_token', refresh_token, ...fields })
  assert.deepEqual(said(await refresh({ client_id: 'nobody', client_secret: 'no' })), [
    401,
    'invalid_client',
    'client_not_found',
  ])
  const credentials = [401, 'invalid_client', 'invalid_client_credentials']
  assert.deepEqual(said(await refresh({ client_secret: '', refresh_token: 'garbage' })), credentials)
  const invalid = [400, 'invalid_grant', 'invalid_refresh_token']
  for (const token of ['', 'garbage', access_token])
    assert.deepEqual(said(await refresh({ refresh_token: token })), invalid)
  const { body } = await control(sandbox, 'POST', 'clients', {
    provider: 'calcom',
    secret: 's',
    redirectUris: 'loopback',
  })
  const other = { client_id: body.client.id, client_secret: 's' }
  assert.deepEqual(said(await refresh(other)), [400, 'invalid_grant', 'client_id_mismatch'])
  const { clientId: id } = sandbox.calcom
  assert.equal((await refresh({})).status, 200)
  await control(sandbox, 'POST', 'clients', { provider: 'calcom', id, status: 'PENDING', owner: '102' })
  assert.deepEqual(
    said(await refresh({})),
    [401, 'unauthorized_client', 'client_not_approved'],
    'though its row is gone',
  )
  await control(sandbox, 'POST', 'clients', { provider: 'calcom', id, status: 'APPROVED' })
  assert.deepEqual(said(await refresh({})), [400, 'invalid_grant', 'refresh_token_revoked'])
})

test('scopes that are named twice are kept twice; two access tokens of one second are the same', async () => {
  const { sandbox } = await endpoint()
  const twice = 'BOOKING_READ BOOKING_READ,PROFILE_READ'
  const [a, b] = [await connectCalcom(sandbox, 'ada', twice), await connectCalcom(sandbox, 'ada', twice)]
  assert.equal(a.scope, 'BOOKING_READ BOOKING_READ PROFILE_READ')
  assert.equal(a.access_token, b.access_token)
  assert.notEqual(a.refresh_token, b.refresh_token)
  sandbox.clock.advance(1)
  assert.notEqual((await connectCalcom(sandbox, 'ada', twice)).access_token, a.access_token)
})

test('the path of the token endpoint may end in a slash, and may have any case', async () => {
  const { sandbox } = await endpoint()
  const { api } = sandbox.calcom.hosts
  for (const path of ['/v2/auth/oauth2/token/', '/V2/Auth/OAuth2/TOKEN', '/api/v2/auth/oauth2/Token/']) {
    const { body } = await send(sandbox, api + path, { method: 'POST', body: form({ client_id: 'a' }) })
    assert.ok(String(body.error_description).startsWith('grant_type must be'), path)
    assert.equal(sandbox.requests().at(-1)?.endpoint, 'token', path)
  }
  assert.equal((await send(sandbox, `${api}/v2/auth/oauth2/token//`, { method: 'POST' })).status, 404)
})

test('request ids: the caller’s own on an OAuth error, one of the server’s on everything else', async () => {
  const { sandbox, url } = await endpoint()
  const id = async (at: string, init: RequestInit) =>
    (await send(sandbox, at, { ...init, headers: { 'x-request-id': 'mine' } })).headers.get('x-request-id') ?? ''
  assert.equal(await id(url, { method: 'POST', body: form({}) }), 'mine')
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]{17}$/
  assert.ok(uuid.test(await id(url, {})), 'Cannot GET')
  assert.ok(uuid.test(await id(`${sandbox.calcom.hosts.api}/v2/me`, {})), 'without a token')
  assert.ok(uuid.test(await id(`${sandbox.calcom.hosts.api}/v2/timezones`, {})), 'a success')
  const exchanged = await connectCalcom(sandbox, 'ada')
  assert.ok(
    uuid.test((await refreshCalcom(sandbox, exchanged.refresh_token)).headers.get('x-request-id') ?? ''),
    'tokens',
  )
})
