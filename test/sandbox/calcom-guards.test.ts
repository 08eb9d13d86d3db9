// The guards of Cal.com's API: the error without a token, with a dead one and with another person's, and API keys.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import { box, calcomToken, calcomUrl, connectCalcom, control, redirectUri, refreshCalcom, send } from './app.ts'

const versions: [beginning: string, version: string][] = [
  ['/v2/bookings', '2026-02-25'],
  ['/v2/event-types', '2024-06-14'],
  ['/v2/schedules', '2024-06-11'],
  ['/v2/slots', '2024-09-04'],
]

/** Sends with these headers, and the version of the resource. */
function ask(
  sandbox: Sandbox,
  path: string,
  headers: Record<string, string> = {},
  init: RequestInit = {},
): Promise<Reply> {
  const [, version] = versions.find(([beginning]) => path.startsWith(beginning)) ?? []
  const all = version === undefined ? headers : { 'cal-api-version': version, ...headers }
  return send(sandbox, sandbox.calcom.hosts.api + path, { ...init, headers: all })
}

const said = ({ status, body }: Reply) => [status, body.error.code, body.error.message]
const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` })

const nobody =
  "PermissionsGuard - no authentication provided. Provide either authorization bearer token containing managed user access token or oAuth client id in 'x-cal-client-id' header."
const none =
  "ApiAuthStrategy - No authentication method provided. Either pass an API key as 'Bearer' header or OAuth client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers"

test('without a token: 403 on bookings and event types, 401 elsewhere, and nothing on the list of event types', async () => {
  const sandbox = await box()
  for (const path of ['/v2/bookings', '/v2/event-types/101001', '/v2/bookings/uid/attendees']) {
    assert.deepEqual(said(await ask(sandbox, path)), [403, 'ForbiddenException', nobody], path)
  }
  for (const path of ['/v2/me', '/v2/schedules', '/v2/webhooks', '/v2/calendars', '/v2/teams', '/v2/me/ooo']) {
    assert.deepEqual(said(await ask(sandbox, path)), [401, 'UnauthorizedException', none], path)
  }
  const list = await ask(sandbox, '/v2/event-types')
  assert.deepEqual([list.status, list.body], [200, { status: 'success', data: [] }])
})

test('a dead token: 403 with the token on bookings and one event type, 401 elsewhere, also on the list of event types', async () => {
  const sandbox = await box()
  for (const path of ['/v2/bookings', '/v2/event-types/101001']) {
    const message = 'PermissionsGuard - no oAuth client found for access token=dead'
    assert.deepEqual(said(await ask(sandbox, path, bearer('dead'))), [403, 'ForbiddenException', message], path)
  }
  for (const path of [
    '/v2/event-types',
    '/v2/event-types?username=ada',
    '/v2/me',
    '/v2/bookings/uid',
    '/v2/webhooks',
  ]) {
    const message = 'Invalid Access Token.'
    assert.deepEqual(said(await ask(sandbox, path, bearer('dead'))), [401, 'UnauthorizedException', message], path)
  }
})

test('a token without "Bearer " is accepted, one after "bearer " is refused', async () => {
  const sandbox = await box()
  const { access_token: token } = await connectCalcom(sandbox, 'ada', 'PROFILE_READ BOOKING_READ')
  assert.equal((await ask(sandbox, '/v2/me', { authorization: String(token) })).status, 200)
  assert.equal((await ask(sandbox, '/v2/bookings', { authorization: String(token) })).status, 200)
  assert.equal((await ask(sandbox, '/v2/me', { authorization: `bearer ${token}` })).status, 401)
  const message = `PermissionsGuard - no oAuth client found for access token=bearer ${token}`
  assert.deepEqual(said(await ask(sandbox, '/v2/bookings', { authorization: `bearer ${token}` })), [
    403,
    'ForbiddenException',
    message,
  ])
})

test('the headers of platform clients, which the sandbox does not have, are refused', async () => {
  const sandbox = await box()
  const id = { 'x-cal-client-id': 'c' }
  const secret = { 'x-cal-secret-key': 's' }
  const refused = async (headers: Record<string, string>, path = '/v2/me') => said(await ask(sandbox, path, headers))
  const [status, , message] = await refused(id)
  assert.equal(status, 401)
  assert.match(String(message), /^ApiAuthStrategy - Only 'x-cal-client-id' header provided/)
  assert.match(String((await refused(secret))[2]), /^ApiAuthStrategy - Only 'x-cal-secret-key' header provided/)
  assert.match(String((await refused({ ...id, ...secret }))[2]), /Client with ID c not found$/)
  assert.match(String((await refused({}, '/v2/auth/oauth2/clients/c'))[2]), /^ApiAuthStrategy - Only 'x-cal-client-id'/)
  assert.deepEqual(await refused(id, '/v2/bookings'), [
    403,
    'ForbiddenException',
    'PermissionsGuard - no oAuth client found for client id=c',
  ])
})

test('an API key does what its user may, counts by itself, and a wrong one is 401 behind every guard', async () => {
  const sandbox = await box({ switches: { calcomApiKeyPerMinute: 8 } })
  const issued = await control(sandbox, 'POST', 'api-keys', { account: 'ada' })
  assert.equal(issued.status, 201)
  const { apiKey } = issued.body
  assert.match(apiKey, /^cal_[0-9a-f]{32}$/)
  for (const path of ['/v2/me', '/v2/bookings', '/v2/event-types', '/v2/webhooks', '/v2/teams']) {
    assert.equal((await ask(sandbox, path, bearer(apiKey))).status, 200, path)
  }
  assert.equal((await ask(sandbox, '/v2/me', { authorization: apiKey })).body.data.username, 'ada')
  assert.equal((await ask(sandbox, '/v2/event-types', bearer(apiKey))).body.data.length, 5, 'one’s own')
  const { headers } = await ask(sandbox, '/v2/me', bearer(apiKey))
  assert.deepEqual([headers.get('x-ratelimit-limit-default'), headers.get('x-ratelimit-remaining-default')], ['8', '0'])
  assert.equal((await ask(sandbox, '/v2/me', bearer(apiKey))).status, 429)
  for (const path of ['/v2/me', '/v2/bookings', '/v2/event-types', '/v2/bookings/uid']) {
    assert.deepEqual(said(await ask(sandbox, path, bearer('cal_live_nobody'))), [
      401,
      'UnauthorizedException',
      'ApiAuthStrategy - api key - Your api key is not valid',
    ])
  }
  assert.equal(sandbox.requests().at(-2)?.account, null)
  assert.ok(sandbox.requests().some((one) => one.account === '101'))
  assert.ok(!JSON.stringify(sandbox.requests()).includes(apiKey))
  assert.equal((await control(sandbox, 'POST', 'api-keys', { account: 'nobody' })).status, 404)
  assert.equal((await control(sandbox, 'POST', 'api-keys', {})).status, 400)
})

test('120 requests a minute for an API key', async () => {
  const sandbox = await box()
  const { apiKey } = (await control(sandbox, 'POST', 'api-keys', { account: 'ada' })).body
  const { headers } = await ask(sandbox, '/v2/me', bearer(apiKey))
  assert.equal(headers.get('x-ratelimit-limit-default'), '120')
})

test('a team without an owner: its token is 401, with its own message', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  const file = join(folder, 'state.json')
  const first = await box({ file })
  const url = calcomUrl(first, { show_account_selector: 'true' })
  const code = (await first.authorize({ url, account: 'ada', team: 11 })).searchParams.get('code') ?? ''
  const { body } = await calcomToken(first, { grant_type: 'authorization_code', code, redirect_uri: redirectUri })
  const ada = { provider: 'calcom' as const, id: '101', name: 'Ada', email: 'ada@a.example', username: 'ada' }
  const second = await box({ file, accounts: [{ ...ada, timeZone: 'UTC' }] })
  assert.deepEqual(said(await ask(second, '/v2/me', bearer(body.access_token))), [
    401,
    'UnauthorizedException',
    'ApiAuthStrategy - third-party token - No owner found for the associated team.',
  ])
  assert.equal((await refreshCalcom(second, body.refresh_token)).status, 200, 'it is refreshed all the same')
  rmSync(folder, { recursive: true })
})

test('scopes that no source names: assumed, none, or closed to apps, by a switch', async () => {
  const status = async (scope: string, switches: SandboxOptions['switches'] = {}) => {
    const sandbox = await box({ switches })
    const { access_token } = await connectCalcom(sandbox, 'ada', scope)
    return ask(sandbox, '/v2/me/ooo', bearer(access_token))
  }
  assert.equal((await status('SCHEDULE_READ')).status, 200)
  assert.match((await status('PROFILE_READ')).body.error.message, /Required: SCHEDULE_READ\. Token has: PROFILE_READ$/)
  assert.equal((await status('PROFILE_READ', { calcomUnknownScopes: 'none' })).status, 200)
  assert.deepEqual(said(await status('SCHEDULE_READ', { calcomUnknownScopes: 'closed' })), [
    403,
    'ForbiddenException',
    'insufficient_scope: this endpoint is not available for third-party OAuth tokens',
  ])
})

test('paths of every resource: any case, and a slash at the end', async () => {
  const sandbox = await box()
  const { access_token } = await connectCalcom(sandbox, 'ada', 'PROFILE_READ EVENT_TYPE_READ')
  assert.equal((await ask(sandbox, '/V2/Me/', bearer(access_token))).status, 200)
  const type = await ask(sandbox, '/v2/event-types/101001/', bearer(access_token))
  assert.deepEqual([type.status, type.body.data.id], [200, 101001])
})
